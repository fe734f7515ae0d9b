"""Run sets: which runs a panel draws, in which order, and who is shown (protocols/wandb-reports.md 5 and 6)."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models.base import ModelState

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.core.errors import InvalidInput
from apps.panels.filters import mongo_of
from apps.panels.keys import Key, parse_key
from apps.projects.access import get_project
from apps.projects.models import Project
from apps.runs.filters import filter_runs, order_runs
from apps.runs.models import Run
from apps.runs.querysets import RunQuerySet
from apps.runs.search import RunSearch

MOST_RUN_SETS = 20
MOST_RUNS = 100_000
_LIGHT = ("id", "uid", "name", "display_name", "slot", "state", "group", "job_type", "created_at", "project_id")


@dataclass(frozen=True, slots=True)
class Selection:
    """Who is shown. `root` 1: all but the named ones, new runs join; 0: none but the named ones. Names are run names
    or uids; `groups` are values of the grouping, outermost first, that are named as a whole."""

    root: int = 1
    names: frozenset[str] = frozenset()
    groups: frozenset[tuple[str, ...]] = frozenset()

    def shows(self, run: Run) -> bool:
        is_named = run.name in self.names or run.uid in self.names
        return is_named != bool(self.root)


@dataclass(frozen=True, slots=True)
class RunSet:
    """A saved filter, grouping and order of runs."""

    id: str
    name: str = ""
    is_enabled: bool = True
    entity: str = ""  # empty: the panel's own project
    project: str = ""
    search: str = ""
    is_regex: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict)  # in the language of apps.runs.filters
    grouping: tuple[Key, ...] = ()
    sort: tuple[tuple[Key, bool], ...] = ()  # key, ascending
    selection: Selection = Selection()
    pinned: tuple[str, ...] = ()  # run names, always drawn and first
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedRunSet:
    """A run set with every run that matches, in its order. `shown` are those that are not hidden, pinned ones first."""

    run_set: RunSet
    project: Project
    runs: list[Run]

    @property
    def shown(self) -> list[Run]:
        selection, pinned = self.run_set.selection, set(self.run_set.pinned)
        found = [run for run in self.runs if selection.shows(run) or run.name in pinned]
        return sorted(found, key=lambda run: run.name not in pinned) if pinned else found


def parse_run_set(raw: Any) -> RunSet:
    """Read a stored run set. Raises InvalidInput, naming the place, for what has no meaning; unknown keys are kept."""
    if not isinstance(raw, dict):
        raise InvalidInput("A run set is an object.", code="bad_run_set")
    project, search = _object(raw, "project"), _object(raw, "search")
    return RunSet(
        id=str(raw.get("id") or ""),
        name=str(raw.get("name") or ""),
        is_enabled=raw.get("enabled") is not False,
        entity=str(project.get("entityName") or ""),
        project=str(project.get("name") or ""),
        search=str(search.get("query") or ""),
        is_regex=bool(search.get("isRegex")),
        filters=mongo_of(raw.get("filters")),
        grouping=tuple(parse_key(item) for item in _list(raw, "grouping")),
        sort=_sort(raw.get("sort")),
        selection=_selection(raw.get("selections")),
        pinned=tuple(name for each in _list(raw, "pinnedRunIds") if (name := _run_of(each))),
        baseline=_run_of(raw.get("baselineRunId")),
    )


def resolve(run_set: RunSet, viewer: Principal, home: Project) -> ResolvedRunSet:
    """Return the runs of a set, in order. Raises NotFound where its project is absent or hidden. One query."""
    project = project_of(run_set, viewer, home)
    return ResolvedRunSet(
        run_set, project, light_rows(order_runs(matching(run_set, project), order_of(run_set)), project)
    )


def project_of(run_set: RunSet, viewer: Principal, home: Project) -> Project:
    """Return the project of a set: the panel's own, or another whose door is passed here."""
    if not run_set.project:
        return home
    return get_project(viewer, run_set.entity or home.tenant.name, run_set.project, P.VIEW_PROJECT)


def matching(run_set: RunSet, project: Project) -> RunQuerySet:
    """Return the runs that filters and search leave, in no order."""
    runs = filter_runs(Run.objects.live().filter(project=project), dict(run_set.filters))
    return filter_runs(runs, _searched(run_set)) if run_set.search else runs


def order_of(run_set: RunSet) -> str | None:
    """Return the order of a set in the language of apps.runs.filters."""
    return ",".join(("+" if ascending else "-") + key.target for key, ascending in run_set.sort) or None


def light_rows(runs: RunQuerySet, project: Project) -> list[Run]:
    """Load runs with what panels need of every one; anything else is loaded when it is asked for.

    Path not taken: `only`, which makes the same objects in twice the time that reading takes.
    """
    return [_light(row, project, runs.db) for row in runs.values_list(*_LIGHT)[:MOST_RUNS]]


def _light(row: tuple[Any, ...], project: Project, database: str) -> Run:
    run = Run.__new__(Run)
    run._state = state = ModelState()
    state.adding, state.db, state.fields_cache["project"] = False, database, project
    run.__dict__.update(zip(_LIGHT, row, strict=True))
    return run


def _object(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name) or {}
    if not isinstance(found, dict):
        raise InvalidInput(f"The `{name}` of a run set is an object.", code="bad_run_set")
    return found


def _list(raw: dict[str, Any], name: str) -> list[Any]:
    found = raw.get(name) or []
    if not isinstance(found, list):
        raise InvalidInput(f"The `{name}` of a run set is a list.", code="bad_run_set")
    return found


def _searched(run_set: RunSet) -> dict[str, Any]:
    if run_set.is_regex:
        return {"$or": [{"displayName": {"$regex": run_set.search}}, {"name": {"$regex": run_set.search}}]}
    return RunSearch(words=run_set.search).filters()


def _run_of(raw: Any) -> str:
    """Return the name of a run that is told as base64 of `Run:v1:<run>:<project>:<entity>`; empty for anything else."""
    try:
        parts = b64decode(raw, validate=True).decode().split(":") if isinstance(raw, str) else []
    except ValueError:
        return ""
    return parts[2] if len(parts) == 5 and parts[0] == "Run" else ""


def _sort(raw: Any) -> tuple[tuple[Key, bool], ...]:
    keys = _list(raw, "keys") if isinstance(raw, dict) else []
    return tuple((parse_key(item.get("key")), bool(item.get("ascending"))) for item in keys if isinstance(item, dict))


def _selection(raw: Any) -> Selection:
    if not isinstance(raw, dict):
        return Selection()
    names: set[str] = set()
    groups: set[tuple[str, ...]] = set()
    for item in _list(raw, "tree"):
        _take(item, (), names, groups)
    return Selection(1 if raw.get("root", 1) else 0, frozenset(names), frozenset(groups))


def _take(item: Any, above: tuple[str, ...], names: set[str], groups: set[tuple[str, ...]]) -> None:
    """An entry names a run, or a group: as a whole if it lists no children."""
    if isinstance(item, str):
        names.add(item)
    elif isinstance(item, dict) and "value" in item:
        here = (*above, str(item["value"]))
        children = _list(item, "children")
        if not children:
            groups.add(here)
        for child in children:
            _take(child, here, names, groups)
