"""What a drawer says of its colours, for the legend below the figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from apps.panels.figures.colours import series_colour
from apps.panels.terms import Mark

Shape = Literal["line", "dot", "square"]
DASHES: dict[int, Any] = {2: (0, (6, 3)), 3: (0, (2, 3))}  # where the palette comes round again


@dataclass(frozen=True, slots=True)
class Entry:
    """One name, beside the line, dot or square that it explains."""

    name: str
    colour: str
    shape: Shape = "line"
    dash: Any = "-"
    width: float = 1.2


@dataclass(frozen=True, slots=True)
class Ramp:
    """Colours of ordered values from `low` to `high`, as a reader calls them."""

    name: str
    low: str
    high: str
    colours: Sequence[str]


Legend = Sequence[Entry | Ramp]


def colour_of(mark: Mark) -> str:
    return series_colour(mark.slot, mark.colour)


def dash_of(mark: Mark) -> Any:
    """A colour that a person chose needs no dash."""
    return "-" if mark.colour else DASHES.get(mark.dash, "-")
