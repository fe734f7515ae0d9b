"""Parts and tabs that an upper app puts on a page of a lower one: the lower page names a place, and knows nothing more.

add_part("runs.overview", alerts_of_run)            # in the upper app's `ready`
parts_of("runs.overview", run, principal)           # in the lower app's view
add_tab("project", workspace_tab)                   # the same for the bar over pages
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Part:
    """A template and what it shows."""

    template: str
    facts: dict[str, Any] = field(default_factory=dict)


Source = Callable[[Any, Any], Part | None]
_sources: dict[str, list[Source]] = {}


def add_part(place: str, source: Source) -> None:
    """Let `source(subject, principal)` add a part to a place, or nothing by returning None. Safe to repeat."""
    sources = _sources.setdefault(place, [])
    if source not in sources:
        sources.append(source)


def parts_of(place: str, subject: Any, principal: Any) -> list[Part]:
    """Return the parts of a place in the order in which apps are installed. The subject's door has been passed."""
    found = (source(subject, principal) for source in _sources.get(place, []))
    return [part for part in found if part is not None]


@dataclass(frozen=True)
class Tab:
    """One page among those of a subject. `name` says which it is, `go` which key leads there after G."""

    name: str
    label: str
    url: str
    order: int
    go: str = ""


TabSource = Callable[[Any, Any], Tab | None]
_tab_sources: dict[str, list[TabSource]] = {}


def add_tab(place: str, source: TabSource) -> None:
    """Let `source(subject, principal)` add a tab to a place, or nothing by returning None. Safe to repeat."""
    sources = _tab_sources.setdefault(place, [])
    if source not in sources:
        sources.append(source)


def tabs_of(place: str, subject: Any, principal: Any) -> list[Tab]:
    """Return the tabs of a place by their order. The subject's door has been passed."""
    found = (source(subject, principal) for source in _tab_sources.get(place, []))
    return sorted((tab for tab in found if tab is not None), key=lambda tab: tab.order)
