"""Runs as lists, pages and the API show them."""

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.timezone import now

from apps.accounts.models import Entity, User
from apps.accounts.principal import Principal
from apps.accounts.queries import Person
from apps.core.errors import InvalidInput
from apps.core.pages import Page
from apps.projects.models import Project
from apps.runs.filters import filter_runs, order_runs, run_page
from apps.runs.models import ACTIVE, Run, RunFile, RunState, RunValue
from apps.runs.queries.catalogue import extent
from apps.runs.querysets import RunQuerySet

MAX_KEYS = 50
_HEAVY = ("config", "client_config", "summary", "metadata", "notes", "description")


@dataclass(frozen=True)
class RunRow:
    """A run as a line of a list. `values` holds what was asked for by `keys`; what a run lacks is left out."""

    pk: int
    uid: str
    name: str
    display_name: str
    state: str
    is_active: bool
    slot: int
    entity: str
    project: str
    owner: Person | None
    service: Person | None  # who logged for the owner
    group: str
    job_type: str
    tags: list[str]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    duration_seconds: float | None
    last_step: int | None
    stop_requested: bool
    values: dict[str, Any]


@dataclass(frozen=True)
class RunCard:
    """Everything about a run that is a fact and not a measurement."""

    row: RunRow
    notes: str
    description: str
    sweep_name: str
    host: str
    program: str
    command: str
    python: str
    os: str
    repo: str
    commit: str
    exit_code: int | None
    updated_at: datetime
    row_count: int  # rows of history
    line_count: int  # of the console
    warning_count: int
    error_count: int
    file_count: int


@dataclass(frozen=True)
class RunCounts:
    """How many runs there are, in all and by state."""

    total: int
    active: int
    by_state: dict[str, int]


def run_list(  # noqa: PLR0913  a list has many sides
    principal: Principal,
    project: Project | None = None,
    *,
    filters: str | dict[str, Any] | None = None,
    order: str | None = None,
    states: Sequence[str] = (),
    among: Sequence[int] | None = None,
    keys: Sequence[str] = (),
    cursor: str | None = None,
    limit: int = 50,
) -> Page[RunRow]:
    """Return runs of a project whose door has been passed, or of all projects one may see; the newest first.

    `filters` and `order` are those of apps.runs.filters. `keys` names values to show: `loss` or `summary.loss`,
    `config.lr`. `among` narrows all projects to these.
    Three queries whatever the number of runs.
    """
    runs = filter_runs(_in_states(runs_of(principal, project), states), filters)
    if among is not None:
        runs = runs.filter(project__in=among)
    found = run_page(runs.defer(*_HEAVY), order=order, after=cursor, first=limit, within=_within(principal, project))
    values = values_of([run.pk for run in found.runs], keys)
    rows = [run_row(run, values.get(run.pk, {})) for run in found.runs]
    return Page(rows, found.cursor(found.runs[-1]) if found.has_next else None)


def _within(principal: Principal, project: Project | None) -> RunQuerySet:
    """Return where the run of a cursor may be, deleted ones included."""
    if project is not None:
        return Run.objects.filter(project=project)
    return Run.objects.filter(project__in=Project.objects.visible_to(principal).values("pk"))


def run_rows(runs: Iterable[Run], *, keys: Sequence[str] = ()) -> list[RunRow]:
    """Return the lines of runs that were found in another way (`order_runs(…)[:n]`), with people and pulse loaded."""
    found = list(runs)
    values = values_of([run.pk for run in found], keys)
    return [run_row(run, values.get(run.pk, {})) for run in found]


def recent_runs(principal: Principal, *, entity: Entity | None = None, limit: int = 10) -> list[RunRow]:
    """Return the newest runs of everything one may see, or of one entity."""
    runs = order_runs(runs_of(principal, None, entity).defer(*_HEAVY), None)
    return run_rows(runs[:limit])


def run_counts(principal: Principal, project: Project | None = None, *, entity: Entity | None = None) -> RunCounts:
    """Count runs by state with one query."""
    rows = runs_of(principal, project, entity).order_by().values_list("state").annotate(total=Count("pk"))
    by_state = dict(rows)
    active = sum(by_state.get(state, 0) for state in ACTIVE)
    return RunCounts(sum(by_state.values()), active, by_state)


def run_card(run: Run) -> RunCard:
    """Return the facts of a run whose door has been passed."""
    row = _listed(Run.objects.filter(pk=run.pk)).get()
    facts = row.metadata if isinstance(row.metadata, dict) else {}
    fresh = extent(row)
    return RunCard(
        row=replace(run_row(row, {}), last_step=fresh.last_step),
        notes=row.notes,
        description=row.description,
        sweep_name=row.sweep_name,
        host=row.host,
        program=row.program,
        command=command_of(facts, row.program),
        python=str(facts.get("python") or ""),
        os=str(facts.get("os") or ""),
        repo=row.repo,
        commit=row.commit,
        exit_code=row.exit_code,
        updated_at=row.updated_at,
        row_count=fresh.row_count,
        line_count=row.digest.line_count,
        warning_count=row.digest.warning_count,
        error_count=row.digest.error_count,
        file_count=RunFile.objects.filter(run=run, blob__isnull=False).count(),
    )


def runs_of(principal: Principal, project: Project | None, entity: Entity | None = None) -> RunQuerySet:
    """Return the runs of a project whose door has been passed, else of every project one may see."""
    if project is not None:
        return _listed(Run.objects.live().filter(project=project))
    runs = Run.objects.visible_to(principal)
    return _listed(runs if entity is None else runs.filter(tenant=entity))


def values_of(run_ids: Sequence[int], keys: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return run → asked key → value, of config and summary. A key without either word before it is of the summary."""
    if not run_ids or not keys:
        return {}
    if len(keys) > MAX_KEYS:
        raise InvalidInput(f"At most {MAX_KEYS} keys at a time.", fields={"keys": f"At most {MAX_KEYS}."})
    places = {_place(key): key for key in keys}
    rows = RunValue.objects.filter(run_id__in=run_ids, key__in={key for _, key in places})
    columns = ("run_id", "source", "key", "number", "text", "is_boolean")
    found: dict[int, dict[str, Any]] = {}
    for run_id, source, key, number, text, is_boolean in rows.values_list(*columns):
        if asked := places.get((source, key)):
            found.setdefault(run_id, {})[asked] = _value(number, text, is_boolean=is_boolean)
    return found


def common_keys(run_ids: Sequence[int], *, limit: int = 3) -> list[str]:
    """Return the numeric summary keys that most of these runs have: what a list shows if nobody chose."""
    rows = RunValue.objects.filter(run_id__in=run_ids, source=RunValue.Source.SUMMARY, number__isnull=False)
    counts = Counter(key for key in rows.values_list("key", flat=True) if not key.startswith("_"))
    return [key for key, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]]


def command_of(metadata: dict[str, Any], program: str) -> str:
    """Return the command line that started a run, as far as the client told."""
    script = metadata.get("codePath") or metadata.get("program") or program
    if not script:
        return ""
    args = metadata.get("args")
    words = [str(word) for word in args] if isinstance(args, list) else []
    return shlex.join(["python", str(script), *words])


def run_row(run: Run, values: dict[str, Any]) -> RunRow:
    """Return the line of a run that was loaded with `runs_of` or `_listed`."""
    return RunRow(
        pk=run.pk,
        uid=run.uid,
        name=run.name,
        display_name=run.display_name,
        state=run.state,
        is_active=run.is_active,
        slot=run.slot,
        entity=run.project.tenant.name,
        project=run.project.name,
        owner=_person(run.owner),
        service=_person(run.service),
        group=run.group,
        job_type=run.job_type,
        tags=run.tags,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        heartbeat_at=run.pulse.last_seen_at,
        duration_seconds=_duration_seconds(run),
        last_step=run.digest.last_step,
        stop_requested=run.pulse.stop_requested,
        values=values,
    )


def _listed(runs: RunQuerySet) -> RunQuerySet:
    return runs.with_people().select_related("pulse", "digest")


def _in_states(runs: RunQuerySet, states: Sequence[str]) -> RunQuerySet:
    if unknown := [state for state in states if state not in RunState.values]:
        sentence = f"“{unknown[0]}” is no state. States are {', '.join(RunState.values)}."
        raise InvalidInput(sentence, fields={"state": sentence})
    return runs.filter(state__in=states) if states else runs


def _place(key: str) -> tuple[int, str]:
    word, _, rest = key.partition(".")
    if word == "config" and rest:
        return RunValue.Source.CONFIG.value, rest
    return RunValue.Source.SUMMARY.value, rest if word in {"summary", "summary_metrics"} and rest else key


def _value(number: float | None, text: str | None, *, is_boolean: bool) -> Any:
    if is_boolean:
        return text == "true"
    return text if number is None else number


def _duration_seconds(run: Run) -> float | None:
    if run.started_at is None:
        return None
    end = now() if run.is_active else run.finished_at or run.pulse.last_seen_at
    return max(0.0, (end - run.started_at).total_seconds()) if end else None


def _person(user: User | None) -> Person | None:
    return Person.of(user) if user else None
