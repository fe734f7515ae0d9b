"""The page of a workspace before its scripts run: the runs at the top of the list, the heads of the sections."""

from dataclasses import dataclass
from typing import Any

from apps.accounts.principal import Principal
from apps.core.errors import CarnetError
from apps.panels.documents import sections_of
from apps.panels.queries.workspaces import WorkspacePage
from apps.panels.run_sets import RunSet, parse_run_set
from apps.projects.models import Project
from apps.runs.headlines import goal_of, headline_keys
from apps.runs.queries.project_keys import metric_definitions
from apps.runs.queries.runs import RunRow, run_counts, run_list

FIRST_RUNS = 40
FIRST_PANELS = 6
DEFAULT_RUNS = 10
EVERY_RUN = RunSet("runs")


@dataclass(frozen=True)
class SectionHead:
    """A section with the titles of the panels that are seen first."""

    name: str
    count: int
    is_open: bool
    titles: list[str]


@dataclass(frozen=True)
class RunLine:
    """A run as the list shows it."""

    row: RunRow
    is_drawn: bool


@dataclass(frozen=True)
class WorkspaceFrame:
    """What stands on the page at once. `value_key` is the one metric beside each run, `goal` which way is better."""

    run_count: int
    drawn_count: int
    lines: list[RunLine]
    sections: list[SectionHead]
    value_key: str
    goal: str


def workspace_frame(principal: Principal, project: Project, page: WorkspacePage) -> WorkspaceFrame:
    """Return the frame of a page whose door has been passed. A constant number of queries."""
    key = _value_key(page.spec)
    goal = goal_of(key, metric_definitions(project)) if key else None
    lines = _lines(principal, project, page.spec, key)
    return WorkspaceFrame(
        run_count=run_counts(principal, project).total,
        drawn_count=sum(line.is_drawn for line in lines),
        lines=lines,
        sections=[_head(section) for section in sections_of(page.spec) if section.get("panels")],
        value_key=key,
        goal=goal.value if goal else "",
    )


def _lines(principal: Principal, project: Project, spec: dict[str, Any], key: str) -> list[RunLine]:
    run_set, limit = _run_set(spec), _limit(spec)
    try:
        found = run_list(
            principal,
            project,
            filters=dict(run_set.filters),
            order=_order(run_set),
            keys=[key] if key else [],
            limit=FIRST_RUNS,
        ).items
    except CarnetError:  # a filter from a newer version: the list says so when it has come alive
        found = []
    shown = [row.uid for row in found if _is_shown(run_set, row)][:limit]
    return [RunLine(row, row.uid in shown) for row in found]


def _is_shown(run_set: RunSet, row: RunRow) -> bool:
    named = row.name in run_set.selection.names or row.uid in run_set.selection.names
    return named != bool(run_set.selection.root)


def _run_set(spec: dict[str, Any]) -> RunSet:
    stored = spec.get("section", {}).get("runSets") or []
    try:
        return parse_run_set(stored[0]) if stored else EVERY_RUN
    except CarnetError:
        return EVERY_RUN


def _order(run_set: RunSet) -> str | None:
    return ",".join(("+" if ascending else "-") + key.target for key, ascending in run_set.sort) or None


def _limit(spec: dict[str, Any]) -> int:
    limit = (spec.get("section", {}).get("settings") or {}).get("maxRuns")
    return limit if isinstance(limit, int) else DEFAULT_RUNS


def _value_key(spec: dict[str, Any]) -> str:
    """The metric beside each run: the one somebody chose, else the one that says most."""
    extras = spec.get("x")
    chosen = extras.get("value") if isinstance(extras, dict) else None
    if isinstance(chosen, dict) and isinstance(chosen.get("key"), str):
        return str(chosen["key"])
    keys = [key for section in sections_of(spec) for panel in section.get("panels") or [] for key in _metrics(panel)]
    return next(iter(headline_keys([key for key in keys if not key.startswith("system/")], limit=1)), "")


def _metrics(panel: Any) -> list[str]:
    config = panel.get("config") if isinstance(panel, dict) else None
    metrics = config.get("metrics") if isinstance(config, dict) else None
    return [key for key in metrics or () if isinstance(key, str)]


def _head(section: dict[str, Any]) -> SectionHead:
    panels = [panel for panel in section["panels"] if isinstance(panel, dict)]
    return SectionHead(
        name=str(section.get("name") or ""),
        count=len(panels),
        is_open=section.get("isOpen") is not False,
        titles=[_title(panel) for panel in panels[:FIRST_PANELS]],
    )


def _title(panel: dict[str, Any]) -> str:
    config = panel.get("config")
    title = config.get("chartTitle") if isinstance(config, dict) else ""
    return str(title or ", ".join(_metrics(panel)) or panel.get("viewType") or "")
