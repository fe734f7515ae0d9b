"""The page of a workspace before its scripts run: the runs at the top of the list, the heads of the sections."""

from dataclasses import dataclass
from typing import Any, cast, get_args

from apps.accounts.principal import Principal
from apps.core.errors import CarnetError
from apps.panels.documents import sections_of
from apps.panels.queries.run_list import Fact, RunList, Shown, run_list
from apps.panels.queries.workspaces import WorkspacePage
from apps.panels.run_sets import parse_run_set
from apps.projects.models import Project
from apps.runs.headlines import headline_keys

FIRST_RUNS = 100
FIRST_PANELS = 6
DEFAULT_RUNS = 10
EVERY_RUN = {"id": "runs"}


@dataclass(frozen=True)
class SectionHead:
    """A section with the titles of the panels that are seen first."""

    name: str
    count: int
    is_open: bool
    titles: list[str]


@dataclass(frozen=True)
class WorkspaceFrame:
    """What stands on the page at once. `drawn` are ids of the marks that panels draw of the runs listed."""

    listed: RunList
    drawn: set[str]
    sections: list[SectionHead]
    beside: Shown


def workspace_frame(principal: Principal, project: Project, page: WorkspacePage) -> WorkspaceFrame:
    """Return the frame of a page whose door has been passed. A constant number of queries."""
    beside = _beside(page.spec)
    raw, listed = _listed(principal, project, page.spec, beside)
    return WorkspaceFrame(
        listed=listed,
        drawn=_drawn(raw, listed, _limit(page.spec)),
        sections=[_head(section) for section in sections_of(page.spec) if section.get("panels")],
        beside=beside,
    )


def _listed(principal: Principal, project: Project, spec: dict[str, Any], beside: Shown) -> tuple[Any, RunList]:
    section = spec.get("section") or {}
    sets = section.get("runSets") or [EVERY_RUN]
    colours = section.get("customRunColors") or {}
    try:
        return sets[0], run_list(principal, project, sets[0], beside=beside, limit=FIRST_RUNS, colours=colours)
    except CarnetError:  # a filter from a newer version: the list says so when it has come alive
        return EVERY_RUN, RunList()


def _drawn(raw: Any, listed: RunList, limit: int) -> set[str]:
    selection = parse_run_set(raw).selection
    groups = [group.mark.id for group in listed.groups if group.is_shown]
    pinned = [entry.mark.id for entry in listed.pinned]
    others = [
        entry.mark.id
        for entry in listed.runs
        if not entry.is_pinned and ({entry.name, entry.mark.run} & selection.names != set()) != bool(selection.root)
    ]
    return set([*groups, *pinned, *others][:limit])


def _limit(spec: dict[str, Any]) -> int:
    limit = (spec.get("section", {}).get("settings") or {}).get("maxRuns")
    return limit if isinstance(limit, int) else DEFAULT_RUNS


def _beside(spec: dict[str, Any]) -> Shown:
    """The metric beside each run: the one somebody chose, else the one that says most."""
    extras = spec.get("x")
    chosen = extras.get("value") if isinstance(extras, dict) else None
    if isinstance(chosen, dict) and isinstance(chosen.get("key"), str):
        fact = chosen.get("kind")
        return Shown(chosen["key"], cast(Fact, fact) if fact in get_args(Fact) else "last")
    keys = [key for section in sections_of(spec) for panel in section.get("panels") or [] for key in _metrics(panel)]
    first = headline_keys([key for key in keys if not key.startswith("system/")], limit=1)
    return Shown(first[0], "best") if first else Shown()


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
