"""Axes of figures: ranges with a little air, round ticks, texts that are no markup."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from apps.panels.figures.texts import fitted
from apps.panels.figures.ticks import day_of, tick_texts, ticks_of
from apps.panels.terms import Array, Axis

Range = tuple[float, float]
NAME_SIZE, TICK_SIZE = 7, 7
_BETWEEN = {"x": 62, "y": 26}  # points from tick to tick, at least
_LEAST, _GREATEST = 5e-324, 1.7e308  # of numbers
_MOST, _NAMES_ROOM = 6, 80


def lay_axis(
    axes: Any, which: Literal["x", "y"], axis: Axis, reach: Range, *, names: Sequence[str] = (), title: str = ""
) -> None:
    """Give one axis its scale, range, ticks and name."""
    along = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xlim if which == "x" else axes.set_ylim)(*reach)  # first, else the scale looks for limits by itself
    if axis.is_log:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    lay_ticks(along, axis, reach, _fitting(axes, which, axis), names)
    name = axis_name(axis, title)
    if axis.kind == "time":
        name = f"{name} (UTC, from {day_of(reach[0])})".strip()
    if name:
        side = axes.figure.get_size_inches()[0 if which == "x" else 1] * 72
        along.set_label_text(fitted(name, side * 0.7, NAME_SIZE), fontsize=NAME_SIZE)


def axis_name(axis: Axis, title: str) -> str:
    """Return what stands beside an axis: nothing that the title says, no unit where the ticks have theirs."""
    label, unit = "" if axis.label == title else axis.label, "" if axis.kind == "duration" else axis.unit
    return f"{label} ({unit})" if label and unit else label or unit


def lay_ticks(along: Any, axis: Axis, reach: Range, most: int, names: Sequence[str] = ()) -> None:
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    ticks = ticks_of(axis.kind, *reach, most, is_log=axis.is_log)
    written = tick_texts(axis.kind, ticks, is_log=axis.is_log, names=names)
    along.set_major_locator(FixedLocator(ticks))
    along.set_major_formatter(FixedFormatter([fitted(text, _NAMES_ROOM, TICK_SIZE) for text in written]))
    along.set_minor_locator(NullLocator())


def _fitting(axes: Any, which: Literal["x", "y"], axis: Axis) -> int:
    """Return how many ticks there is room for, as far as the size of the sheet tells."""
    side = axes.figure.get_size_inches()[0 if which == "x" else 1] * 72
    if which == "y" and axis.kind == "category":
        return max(2, int(side * 0.7 / 9))
    return max(2, min(_MOST, int(side * 0.75 / _BETWEEN[which])))


def reach_of(axis: Axis, columns: Iterable[Array | None], *, with_zero: bool = False, is_airy: bool = True) -> Range:
    """Return what an axis shows: all values with a little air, within what a person set. All are finite or left out."""
    low, high = _extent(columns, is_log=axis.is_log)
    if with_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if is_airy:
        low, high = _airy_log(low, high) if axis.is_log else _airy(low, high)
    if axis.low is not None and (axis.low > 0 or not axis.is_log):
        low = axis.low
    high = high if axis.high is None else axis.high
    if low < high:
        return low, high
    return (
        (low / 2, low * 2) if axis.is_log else (low - 0.5, low + 0.5) if not is_airy else (low, low + (abs(low) or 1))
    )


def _extent(columns: Iterable[Array | None], *, is_log: bool) -> Range:
    low, high = np.inf, -np.inf
    for column in columns:
        values = np.asarray([] if column is None else column, np.float64)
        values = values[np.isfinite(values) & ((values > 0) | (not is_log))]
        if len(values):
            low, high = min(low, float(values.min())), max(high, float(values.max()))
    if low <= high:
        return low, high
    return (1.0, 10.0) if is_log else (0.0, 1.0)


def _airy(low: float, high: float) -> Range:
    """What is never negative keeps zero as its floor."""
    if low == high:
        air = abs(low) * 0.1 or 1
        return low - air, high + air
    air = (high - low) * 0.06
    return (0.0 if low >= 0 > low - air else low - air), high + air


def _airy_log(low: float, high: float) -> Range:
    air = 2.0 if low == high else 10 ** (0.05 * (math.log10(high) - math.log10(low)))
    return max(low / air, _LEAST), min(high * air, _GREATEST)
