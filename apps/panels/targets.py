"""Where panels can be sent. Each kind of target belongs to the app that owns it (apps/panels/target_kinds.py).

Panels know no more of a target than this: who may add to it, and that it takes a panel with its run sets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from apps.accounts.principal import Principal
from apps.core.errors import InvalidInput, NotFound
from apps.panels.around import settings_around, with_settings
from apps.panels.documents import find_panel
from apps.panels.queries import parse_panel
from apps.panels.run_sets import MOST_RUN_SETS, parse_run_set
from apps.panels.target_kinds import target_kinds
from apps.projects.models import Project

_ID = re.compile(r"(?!auto)[A-Za-z0-9_-]{1,40}")  # the server calls its automatic panels auto…


@dataclass(frozen=True)
class SentPanel:
    """A panel on its way, with all that it is drawn from.

    `panel` has the id under which it stands there, and what was around it in its own config. `run_sets` are those it is
    drawn from, each naming its project; `section` is the name of the section it stood in; `colours` `customRunColors`.
    """

    panel: dict[str, Any]
    section: str
    run_sets: tuple[dict[str, Any], ...]
    colours: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.panel["__id__"])


@dataclass(frozen=True)
class Target:
    """A place that somebody may add panels to. `owner` is who made it, empty for one's own; `address` its page."""

    id: str
    name: str
    owner: str
    address: str


@dataclass(frozen=True)
class Landed:
    """A panel that stands in its target. `address` shows it there; `version` is that of the target with it, to take it
    back by; `is_new` is False where it stood there already."""

    name: str
    address: str
    version: int
    is_new: bool


class TargetKind(Protocol):
    """One sort of target. `note` is a sentence for people who choose one, `order` its place among the kinds."""

    name: str
    order: int

    def heading(self) -> str: ...

    def note(self) -> str: ...

    def targets(self, principal: Principal, project: Project) -> list[Target]:
        """Return where somebody may add panels of a project whose door was passed. A constant number of queries."""

    def open(self, principal: Principal, project: Project, name: str) -> Any:
        """Pass the door of a target, called by its `id`. Raises NotFound or Forbidden."""

    def add(self, opened: Any, sent: SentPanel, *, actor: Principal) -> Landed:
        """Add a panel. Nothing that others saved meanwhile is lost; an id that stands there already changes nothing."""

    def take_back(self, opened: Any, panel_id: str, *, version: int, actor: Principal) -> None:
        """Take a panel away again. Raises Conflict if the target was saved since; a repeat does nothing."""


@dataclass(frozen=True)
class OpenTarget:
    """A target whose door has been passed."""

    kind: TargetKind
    opened: Any


@dataclass(frozen=True)
class TargetGroup:
    """The targets of one kind."""

    kind: str
    heading: str
    note: str
    items: list[Target]


def target_groups(principal: Principal, project: Project) -> list[TargetGroup]:
    """Return where somebody may send panels of a project whose door has been passed. A constant number of queries."""
    return [
        TargetGroup(kind.name, kind.heading(), kind.note(), kind.targets(principal, project))
        for kind in target_kinds().values()
    ]


def open_target(principal: Principal, project: Project, kind: str, name: str) -> OpenTarget:
    """Pass the door of a target. Raises NotFound or Forbidden."""
    kinds = target_kinds()
    known = kinds.get(kind)
    if known is None:
        raise NotFound(f"Panels are sent to {_listed(kinds)}, not to “{kind}”.", code="unknown_target")
    return OpenTarget(known, known.open(principal, project, name))


def sent_panel(document: Mapping[str, Any], panel_id: str, *, new_id: str, project: Project) -> SentPanel:
    """Take a panel out of a document of a workspace, with what it is drawn from.

    Raises NotFound if it does not stand there, InvalidInput for what cannot be drawn and for ids that none can have.
    """
    if not _ID.fullmatch(new_id):
        sentence = "The id of a panel has up to 40 letters, digits, “-” and “_”, and does not begin with “auto”."
        raise InvalidInput(sentence, code="bad_panel_id")
    found = find_panel(document, panel_id)
    if found is None:
        raise NotFound(f"There is no panel “{panel_id}” in this view.", code="unknown_panel")
    section, panel = found
    parse_panel(panel)
    own = with_settings(panel, settings_around(document, section))
    inner = document.get("section", {})
    colours = inner.get("customRunColors")
    return SentPanel(
        panel={**own, "__id__": new_id, "isAuto": False, "layout": _size_of(panel)},
        section=str(section.get("name") or ""),
        run_sets=_run_sets(inner.get("runSets"), project),
        colours=colours if isinstance(colours, dict) else {},
    )


def _run_sets(raw: Any, project: Project) -> tuple[dict[str, Any], ...]:
    """Return the run sets that are drawn; one that names no project means that of the panel, wherever it lands."""
    given = raw if isinstance(raw, list) else []
    if len(given) > MOST_RUN_SETS:
        raise InvalidInput(f"A panel is drawn from at most {MOST_RUN_SETS} run sets.", code="too_many_run_sets")
    here = {"entityName": project.tenant.name, "name": project.name}
    return tuple(
        each if read.project else {**each, "project": {**(each.get("project") or {}), **here}}
        for each in given
        if (read := parse_run_set(each)).is_enabled
    )


def _size_of(panel: Mapping[str, Any]) -> dict[str, int]:
    layout = panel.get("layout")
    said = layout if isinstance(layout, Mapping) else {}
    w, h = said.get("w"), said.get("h")
    return {
        "x": 0,
        "y": 0,
        "w": w if isinstance(w, int) and w > 0 else 8,
        "h": h if isinstance(h, int) and h > 0 else 6,
    }


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names))
