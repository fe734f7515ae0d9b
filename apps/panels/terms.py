"""What a resolved panel holds: the same for browser, figures and LaTeX. Arrays are NumPy, x rises, y may be NaN."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
AxisKind = Literal["step", "duration", "time", "number", "category"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Whom a line, bar or dot stands for: a run, or a group of runs, with its name in the legend and its colour."""

    id: str  # "run:<uid>" or "group:<n>:<values>"
    label: str
    slot: int  # 1…12
    dash: int = 1  # 1 solid; 2 and 3 where the colours come again
    colour: str | None = None  # a person's own choice, "#rrggbb"
    run: str | None = None  # uid
    address: str | None = None  # the run's page
    state: str | None = None
    run_count: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)  # of a group: key → value


@dataclass(frozen=True, slots=True)
class Axis:
    """`low` and `high` are what a person set; None: fit what is drawn."""

    key: str
    label: str
    kind: AxisKind = "number"
    unit: str = ""
    is_log: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `low` and `high` are extremes of buckets, or the band of a group; `original` is what was smoothed."""

    mark: int  # place in PanelData.marks
    key: str
    x: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    original: Array | None = None
    is_band: bool = False  # low and high are a group's band, not the extremes of buckets
    is_behind: bool = False  # one of the runs that a group's line stands for, drawn faintly behind it
    count: int = 0
    nonfinite_count: int = 0
    last: float | None = None
    run: str = ""  # the name of the run, where it is one of a group's
    label: str = ""  # what a person chose for this line alone; empty or None: as its mark
    colour: str | None = None
    width: float | None = None
    stroke: str = ""  # solid, dashed, dotted, dotdash, dotdotdash, points
    hint: str = ""  # the part of the legend that only the tooltip shows; the pen fills ${x}, ${y}, ${original}


@dataclass(frozen=True, slots=True)
class Lines:
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    plot: str = "line"  # line, stacked-area, pct-area
    tooltip: str = "default"  # how many lines the tooltip names: default, single, all_runs
    legend: str = ""  # where the legend stands: north, south, east, west; empty: the run list is the legend


@dataclass(frozen=True, slots=True)
class Note:
    """Something said in a panel's foot. `code` is stable; `runs` and `keys` name what it is about."""

    code: str
    sentence: str
    keys: tuple[str, ...] = ()
    run_count: int = 0
    run_sets: tuple[str, ...] = ()  # ids of run sets that would help


@dataclass(frozen=True, slots=True)
class PanelData:
    """A resolved panel. `kind` names the shape of `body`: one dataclass per kind, in apps/panels/kinds."""

    kind: str
    title: str
    treatment: tuple[str, ...] = ()  # what is done to the values, said beside the title
    marks: tuple[Mark, ...] = ()
    body: Any = None
    notes: tuple[Note, ...] = ()
    run_count: int = 0  # runs of all enabled run sets that match
    drawn_count: int = 0
    step_last: int | None = None
    is_active: bool = False  # a run that is drawn still goes on
