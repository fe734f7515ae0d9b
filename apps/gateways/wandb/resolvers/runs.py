"""Runs as the client reads them. A run that came in a list shares each expensive question with its neighbours."""

from collections.abc import Callable, Sequence
from typing import Any

from ariadne import ObjectType
from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from apps.accounts.permissions import Permission as P
from apps.core import json
from apps.core.ids import wire_id
from apps.gateways.wandb.context import Info, asker, null_if_missing, page_size
from apps.projects.models import Project
from apps.runs.access import run_in
from apps.runs.models import Run, RunState
from apps.runs.queries.catalogue import current_summary, history_keys, row_count
from apps.runs.queries.history import last_event, resume_facts
from apps.runs.queries.lists import count_runs, history_keys_of, last_events_of, listed_runs
from apps.runs.values import join_config

HEAVY_FIELDS = frozenset({"config", "wandbConfig", "summaryMetrics"})
Together = Callable[[Sequence[Run]], dict[int, Any]]
KEY_COST = 20  # rows that one question about a run's keys counts as

project = ObjectType("Project")
run = ObjectType("Run")


@project.field("run")
@null_if_missing
def resolve_run(found: Project, info: Info, name: str, desc: str | None = None) -> Run:
    return run_in(asker(info), found, name)


@project.field("bucket")
@null_if_missing
def resolve_bucket(found: Project, info: Info, name: str, missingOk: bool | None = None) -> Run:
    return run_in(asker(info), found, name)


@project.field("runCount")
def resolve_run_count(found: Project, info: Info, filters: str | None = None) -> int:
    return count_runs(found, filters)


@project.field("runs")
def resolve_runs(
    found: Project,
    info: Info,
    *,
    filters: str | None = None,
    after: str | None = None,
    first: int | None = None,
    order: str | None = None,
    **_: Any,
) -> dict[str, Any]:
    size = page_size(first)
    info.context.spend(size)
    heavy = bool(selected(info) & HEAVY_FIELDS)
    page = listed_runs(found, filters=filters, order=order, after=after or None, first=size, heavy=heavy)
    _make_neighbours(info, page.runs)
    edges = [{"node": item, "cursor": page.cursor(item)} for item in page.runs]
    end = edges[-1]["cursor"] if edges else None
    connection: dict[str, Any] = {"edges": edges, "pageInfo": {"hasNextPage": page.has_next, "endCursor": end}}
    return connection | {"totalCount": lambda _: count_runs(found, filters)}


def selected(info: Info) -> set[str]:
    """Return the names of all fields asked for below this one, fragments included."""
    names: set[str] = set()
    stack: list[SelectionSetNode | None] = [node.selection_set for node in info.field_nodes]
    seen: set[str] = set()
    while stack:
        selections = stack.pop()
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                names.add(node.name.value)
                stack.append(node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                stack.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                stack.append(info.fragments[node.name.value].selection_set)
    return names


def _make_neighbours(info: Info, runs: Sequence[Run]) -> None:
    info.context.kept.update({("neighbours", item.pk): runs for item in runs})


def _asked_together(
    info: Info,
    found: Run,
    together: Callable[[Sequence[Run]], dict[int, Any]],
    alone: Callable[[Run], Any],
) -> Any:
    """Answer for one run: alone and exactly, or, in a list, with one question for all of them."""
    kept = info.context.kept
    neighbours = kept.get(("neighbours", found.pk))
    if neighbours is None:
        info.context.spend(KEY_COST)
        return alone(found)
    key = (together, id(neighbours))
    if key not in kept:
        info.context.spend(KEY_COST * len(neighbours))
        kept[key] = together(neighbours)
    return kept[key].get(found.pk)


def _column(name: str) -> Callable[[Run, Info], Any]:
    """Read a column; a text that says nothing is null."""

    def resolve(found: Run, _: Info) -> Any:
        value = getattr(found, name)
        return None if value == "" else value

    return resolve


COLUMNS = {
    "name": "name",
    "displayName": "display_name",
    "sweepName": "sweep_name",
    "state": "state",
    "group": "group",
    "groupName": "group",
    "jobType": "job_type",
    "commit": "commit",
    "repo": "repo",
    "host": "host",
    "program": "program",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "description": "description",
    "notes": "notes",
    "tags": "tags",
    "user": "owner",
    "project": "project",
    "projectId": "project_id",
    "exitcode": "exit_code",
}
for field, column in COLUMNS.items():
    run.set_field(field, _column(column))


@run.field("id")
def resolve_id(found: Run, _: Info) -> str:
    return wire_id("Run", found.uid)


@run.field("readOnly")
def resolve_read_only(found: Run, info: Info) -> bool:
    return not asker(info).may(P.EDIT_RUN, found.project)


@run.field("heartbeatAt")
def resolve_heartbeat_at(found: Run, _: Info) -> Any:
    return found.pulse.last_seen_at or found.heartbeat_at


@run.field("computeSeconds")
def resolve_compute_seconds(found: Run, _: Info) -> float:
    end = found.finished_at or found.pulse.last_seen_at
    return max(0.0, (end - found.started_at).total_seconds()) if end and found.started_at else 0.0


@run.field("stopped")
@run.field("shouldStop")
def resolve_stopped(found: Run, _: Info) -> bool:
    return found.pulse.stop_requested


@run.field("failed")
def resolve_failed(found: Run, _: Info) -> bool:
    return found.state in {RunState.FAILED, RunState.CRASHED, RunState.KILLED}


@run.field("running")
def resolve_running(found: Run, _: Info) -> bool:
    return found.is_active


@run.field("config")
def resolve_config(found: Run, _: Info) -> str:
    return json.dumps_lenient(join_config(found.config, found.client_config))


@run.field("wandbConfig")
def resolve_wandb_config(found: Run, _: Info, keys: list[str] | None = None) -> str:
    """The client's own part of the config; without its key `t` a run counts as not started."""
    kept = found.client_config
    return json.dumps_lenient(kept if keys is None else {key: kept[key] for key in keys if key in kept})


@run.field("summaryMetrics")
def resolve_summary_metrics(found: Run, info: Info) -> str:
    return json.dumps_lenient(_asked_together(info, found, _summaries, current_summary))


def _summaries(runs: Sequence[Run]) -> dict[int, dict[str, Any]]:
    return {item.pk: item.summary for item in runs}


@run.field("systemMetrics")
def resolve_system_metrics(found: Run, info: Info) -> str | None:
    row = _asked_together(info, found, last_events_of, last_event)
    return json.dumps_lenient(row) if row else None


@run.field("historyKeys")
def resolve_history_keys(found: Run, info: Info) -> dict[str, Any] | None:
    keys: dict[str, Any] | None = _asked_together(info, found, history_keys_of, history_keys)
    return keys


@run.field("historyLineCount")
def resolve_history_line_count(found: Run, info: Info) -> int:
    count: int = _asked_together(info, found, _row_counts, row_count)
    return count


def _row_counts(runs: Sequence[Run]) -> dict[int, int]:
    return {item.pk: item.digest.row_count for item in runs}


def _resume_fact(name: str) -> Callable[[Run, Info], Any]:
    def resolve(found: Run, info: Info) -> Any:
        kept = info.context.kept
        if ("resume", found.pk) not in kept:
            info.context.spend(KEY_COST)
            kept["resume", found.pk] = resume_facts(found)
        return getattr(kept["resume", found.pk], name)

    return resolve


for field, fact in {
    "eventsLineCount": "events_line_count",
    "logLineCount": "log_line_count",
    "historyTail": "history_tail",
    "eventsTail": "events_tail",
}.items():
    run.set_field(field, _resume_fact(fact))


BINDINGS = [project, run]
