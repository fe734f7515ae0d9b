"""Lines as a figure: every bucket from its least to its greatest value, bands, the raw line behind a smoothed one."""

from typing import Any

import numpy as np

from apps.panels.figures.axes import lay_axis, reach_of
from apps.panels.figures.legends import Entry, Legend, Shape, colour_of, dash_of
from apps.panels.terms import Line, Lines, Mark, PanelData

BAND, RAW, SPREAD, AREA = 0.16, 0.28, 0.3, 0.55
WIDTH, THIN = 1.1, 0.75  # of a line, of one behind others
POINT = 0.75  # points in a CSS pixel, in which a person chose a width
FEW_POINTS, MOST_LINES_WITH_DOTS = 12, 40  # points around each dot; more lines have none
_STROKES: dict[str, Any] = {
    "solid": "-",
    "dashed": (0, (6, 3)),
    "dotted": (0, (1.5, 3)),
    "dotdash": (0, (1.5, 3, 6, 3)),
    "dotdotdash": (0, (1.5, 3, 1.5, 3, 6, 3)),
    "points": "none",
}


def draw_lines(axes: Any, data: PanelData) -> Legend:
    body: Lines = data.body
    columns = [column for line in body.lines for column in (line.y, line.low, line.high, line.original)]
    reach = reach_of(body.y, columns)
    is_whole = all(end is None for axis in (body.x, body.y) for end in (axis.low, axis.high))
    if body.plot == "line":
        for line in reversed(body.lines):  # the first of the list lies on top
            _line(axes, line, data.marks[line.mark], has_dots=_has_room(axes, body, line), is_whole=is_whole)
    else:
        reach = _areas(axes, data, is_share=body.plot == "pct-area")
    lay_axis(axes, "x", body.x, reach_of(body.x, [line.x for line in body.lines], is_airy=False))
    lay_axis(axes, "y", body.y, reach)
    return list(dict.fromkeys(_entry(line, data, body) for line in body.lines if not line.is_behind))


def _line(axes: Any, line: Line, mark: Mark, *, has_dots: bool, is_whole: bool) -> None:
    colour, strength = _colour(line, mark), RAW if line.is_behind else 1
    if line.low is not None and line.high is not None:
        alpha = (BAND if line.is_band else SPREAD) * strength
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=alpha, linewidth=0.3)
    if line.original is not None:
        axes.add_collection(_raw(line, color=colour, alpha=RAW * strength, linewidth=0.8))
    is_alone = np.count_nonzero(np.isfinite(line.y)) == 1
    is_dotted = is_alone or has_dots or line.stroke == "points"
    axes.plot(
        line.x,
        line.y,
        color=colour,
        alpha=strength,
        linestyle=_dash(line, mark),
        linewidth=_width(line),
        marker="o" if is_dotted or _goes_on(line, mark) else "",
        markersize=4 if is_alone else 2.5,
        markeredgewidth=0,
        markevery=None if is_dotted or not len(line.x) else [len(line.x) - 1],
        solid_capstyle="round",
        clip_on=not is_whole,
        gid=mark.id,
    )


def _raw(line: Line, **look: Any) -> Any:
    """The line before it was smoothed: no `Line2D`, so that those are the lines themselves."""
    from matplotlib.collections import LineCollection

    return LineCollection([np.column_stack([line.x, np.asarray(line.original)])], **look)


def _areas(axes: Any, data: PanelData, *, is_share: bool) -> tuple[float, float]:
    """Stack what the lines hold on the x they share, and return what the axis reaches."""
    lines = data.body.lines
    if not lines:
        return 0.0, 1.0
    xs = np.unique(np.concatenate([line.x for line in lines]))
    rows = [np.interp(xs, line.x, np.nan_to_num(line.y), left=0, right=0) for line in lines]
    if is_share:
        total = np.sum(rows, axis=0)
        rows = [100 * row / np.where(total == 0, 1, total) for row in rows]
    colours = [_colour(line, data.marks[line.mark]) for line in lines]
    axes.stackplot(xs, *rows, colors=colours, alpha=AREA)
    return (0.0, 100.0) if is_share else reach_of(data.body.y, [np.sum(rows, axis=0)], with_zero=True)


def _entry(line: Line, data: PanelData, body: Lines) -> Entry:
    """Lines that look alike share a name, that of their mark."""
    mark = data.marks[line.mark]
    shape: Shape = "square" if body.plot != "line" else "dot" if line.stroke == "points" else "line"
    return Entry(line.label or mark.label, _colour(line, mark), shape, _dash(line, mark), max(_width(line), 1.2))


def _colour(line: Line, mark: Mark) -> str:
    return line.colour or colour_of(mark)


def _dash(line: Line, mark: Mark) -> Any:
    return _STROKES.get(line.stroke) or dash_of(mark)


def _width(line: Line) -> float:
    return line.width * POINT if line.width else THIN if line.is_behind else WIDTH


def _has_room(axes: Any, body: Lines, line: Line) -> bool:
    """Whether each of few points is drawn as a dot."""
    room = axes.figure.get_size_inches()[0] * 72
    is_single: bool = line.low is None and not line.is_behind
    return is_single and len(line.x) * FEW_POINTS < room and len(body.lines) <= MOST_LINES_WITH_DOTS


def _goes_on(line: Line, mark: Mark) -> bool:
    return mark.state == "running" and not line.is_behind and bool(len(line.x))
