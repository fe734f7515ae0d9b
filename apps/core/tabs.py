"""Parts that an upper app puts on a page of a lower one: the lower page names a place, and knows nothing more.

add_part("runs.overview", alerts_of_run)            # in the upper app's `ready`
parts_of("runs.overview", run, principal)           # in the lower app's view
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
