"""Lines as a figure: every bucket from its least to its greatest value, bands, the raw line behind a smoothed one."""

from typing import Any

import numpy as np

from apps.panels.figures.colours import series_colour
from apps.panels.terms import Axis, Line, Lines, Mark, PanelData

_DASHES: dict[int, Any] = {2: (0, (6, 3)), 3: (0, (2, 3))}
BAND, RAW, SPREAD = 0.16, 0.28, 0.3
_BIG = 1_000


def draw_lines(axes: Any, data: PanelData) -> None:
    body: Lines = data.body
    if body.plot == "line":
        for line in body.lines:
            _line(axes, line, data.marks[line.mark])
    else:
        _areas(axes, data, is_share=body.plot == "pct-area")
    for axis, along in ((body.x, axes.xaxis), (body.y, axes.yaxis)):
        _scale(axes, axis, along)


def _line(axes: Any, line: Line, mark: Mark) -> None:
    colour = series_colour(mark.slot, mark.colour)
    if line.low is not None and line.high is not None:
        alpha = BAND if line.is_band else SPREAD
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=alpha, linewidth=0.3)
    if line.original is not None:
        axes.plot(line.x, line.original, color=colour, alpha=RAW, linewidth=0.8)
    marker = "." if int(np.count_nonzero(np.isfinite(line.y))) == 1 else ""
    axes.plot(line.x, line.y, color=colour, linestyle=_DASHES.get(mark.dash, "-"), marker=marker, gid=mark.id)


def _areas(axes: Any, data: PanelData, *, is_share: bool) -> None:
    """Stack what the lines hold on the x they share."""
    lines = data.body.lines
    xs = np.unique(np.concatenate([line.x for line in lines])) if lines else np.array([])
    rows = [np.interp(xs, line.x, np.nan_to_num(line.y), left=0, right=0) for line in lines]
    if is_share and rows:
        total = np.sum(rows, axis=0)
        rows = [100 * row / np.where(total == 0, 1, total) for row in rows]
    colours = [series_colour(data.marks[line.mark].slot, data.marks[line.mark].colour) for line in lines]
    if rows:
        axes.stackplot(xs, *rows, colors=colours, alpha=0.6)


def _scale(axes: Any, axis: Axis, along: Any) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    is_x = along is axes.xaxis
    if axis.is_log:
        (axes.set_xscale if is_x else axes.set_yscale)("log")
    else:
        along.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=axis.kind == "step"))
    if axis.kind == "step":
        along.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    elif axis.kind == "duration":
        along.set_major_formatter(FuncFormatter(lambda value, _: lasting(value)))
    elif axis.kind == "time":
        along.set_major_formatter(FuncFormatter(lambda value, _: f"{np.datetime64(int(value), 's')}"[5:16]))
    if axis.low is not None or axis.high is not None:
        (axes.set_xlim if is_x else axes.set_ylim)(axis.low, axis.high)
    name = axis.label + (f" ({axis.unit})" if axis.unit else "")
    if name and axis.kind != "step":
        along.set_label_text(name, fontsize=7)


def short(value: float) -> str:
    """Write a step as axes do: 30k, 1.2M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (_BIG, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def lasting(seconds: float) -> str:
    """Write a length of time: 90 s, 15 min, 3 h."""
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:g} {word}"
    return f"{seconds:g} s"
