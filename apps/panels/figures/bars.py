"""Bars, dots with whiskers, boxes and violins as a figure: names left and values right; or upright, names below."""

import math
from typing import Any

import numpy as np

from apps.core.formats import number
from apps.panels.figures.axes import NAME_SIZE, axis_name, lay_ticks, reach_of
from apps.panels.figures.colours import tokens
from apps.panels.figures.legends import Legend, colour_of
from apps.panels.figures.numbers import decimals_of
from apps.panels.figures.texts import fitted, told_apart
from apps.panels.kinds.bar import Bar, Bars
from apps.panels.kinds.statistics import Box
from apps.panels.terms import Array, Mark, PanelData

ROW, AXIS = 13.0, 24.0  # points
LEAST, MOST = 60.0, 620.0  # points, of what is drawn
UPRIGHT = 160.0
LARGEST, SMALLEST = 7.0, 4.0  # of type
FEWEST = 2.2  # rows for which there is always room
THICK = 0.72  # of a row
_NAME_SHARE, _UPRIGHT_ROOM = 0.34, 70  # of the width; points
_ASKEW = 1.6  # how much more room a line of type takes along the axis when it stands askew
_LIGHT, _PALE = 0.45, 0.4  # of the colour in a box, a violin


def height_of_bars(data: PanelData) -> float:
    """Return the height in points at which rows are easily read."""
    body: Bars = data.body
    return UPRIGHT if body.is_vertical else min(max(len(body.bars) * ROW + AXIS, LEAST), MOST)


def draw_bars(axes: Any, data: PanelData) -> Legend:
    body: Bars = data.body
    pen = _Pen(axes, is_upright=body.is_vertical)
    for place, bar in enumerate(body.bars):
        _shape(pen, place, bar, data.marks[bar.mark], body.plot)
    _lay_values(pen, body)
    pen.values.set_label_text(axis_name(body.axis, data.title), fontsize=NAME_SIZE)
    _lay_names(pen, data)
    if not body.is_vertical:
        _write_values(axes, body)
    return []


class _Pen:
    """Draws along the axis of values, whichever way that lies."""

    def __init__(self, axes: Any, *, is_upright: bool) -> None:
        self.axes, self.is_upright = axes, is_upright
        self.values, self.names = (axes.yaxis, axes.xaxis) if is_upright else (axes.xaxis, axes.yaxis)

    def box(self, low: float, high: float, place: float, thick: float, **look: Any) -> None:
        draw = self.axes.bar if self.is_upright else self.axes.barh
        size = {"height": high - low, "bottom": low, "width": thick}
        turned = {"width": high - low, "left": low, "height": thick}
        draw(place, **(size if self.is_upright else turned), **look)

    def whisker(self, low: float, high: float, place: float, *, has_caps: bool = True) -> None:
        self.points([low, high], place, "-", marker=("_" if self.is_upright else "|") if has_caps else "")

    def points(self, values: Any, place: float, linestyle: str = "none", **look: Any) -> None:
        values = np.asarray(values, np.float64)
        places = np.full(len(values), float(place))
        look = {"color": tokens()["ink"], "linewidth": 0.9, "markersize": 5} | look
        self.axes.plot(*((places, values) if self.is_upright else (values, places)), linestyle=linestyle, **look)

    def outline(self, at: Array, across: Array, place: float, **look: Any) -> None:
        draw = self.axes.fill_betweenx if self.is_upright else self.axes.fill_between
        draw(at, place - across, place + across, **look)


def _shape(pen: _Pen, place: int, bar: Bar, mark: Mark, plot: str) -> None:
    colour = colour_of(mark)
    if bar.box is not None:
        if plot == "violin":
            _violin(pen, place, bar, bar.box, colour)
        else:
            _box(pen, place, bar.box, colour)
        return
    is_hollow = mark.dash > 1 and not mark.colour  # where the palette comes round again
    fill = _mixed(colour, _PALE) if is_hollow else colour
    if plot == "dots":
        _whisker(pen, place, bar)
        pen.points([bar.value], place, marker="o", color=fill, markeredgecolor=colour, markersize=5.5, gid=mark.id)
        return
    low, high = min(bar.value, 0.0), max(bar.value, 0.0)
    pen.box(low, high, place, THICK, color=fill, edgecolor=colour if is_hollow else "none", linewidth=0.9, gid=mark.id)
    _whisker(pen, place, bar)


def _whisker(pen: _Pen, place: int, bar: Bar) -> None:
    if bar.low is not None and bar.high is not None and bar.low != bar.high:
        pen.whisker(bar.low, bar.high, place)


def _box(pen: _Pen, place: int, box: Box, colour: str) -> None:
    pen.whisker(box.low, box.high, place)
    pen.box(box.lower, box.upper, place, 0.6, color=_mixed(colour, _LIGHT), edgecolor=colour, linewidth=0.9, zorder=3)
    pen.box(box.median, box.median, place, 0.6, color="none", edgecolor=tokens()["ink"], linewidth=1.4, zorder=4)
    pen.points(box.outliers, place, marker="o", color=colour, markersize=2.6, markeredgewidth=0)


def _violin(pen: _Pen, place: int, bar: Bar, box: Box, colour: str) -> None:
    if bar.density_at is not None and bar.density is not None:
        across = 0.46 * np.asarray(bar.density) / max(float(np.max(bar.density)), 1e-300)
        pen.outline(bar.density_at, across, place, facecolor=_mixed(colour, _PALE), edgecolor=colour, linewidth=0.8)
    pen.whisker(box.low, box.high, place, has_caps=False)
    pen.points([box.lower, box.upper], place, "-", linewidth=3, solid_capstyle="butt")
    pen.points([box.median], place, marker="o", markersize=4.5, markerfacecolor="white", markeredgewidth=1)


def _lay_values(pen: _Pen, body: Bars) -> None:
    axes, is_bar = pen.axes, body.plot == "bar"
    low, high = reach_of(body.axis, _values(body), with_zero=is_bar)
    if is_bar and body.axis.low is None:  # bars begin at zero
        low = 0.0 if not any(value < 0 for bar in body.bars for value in (bar.value, bar.low or 0.0)) else low
    (axes.set_ylim if pen.is_upright else axes.set_xlim)(low, high)
    side = axes.figure.get_size_inches()[1 if pen.is_upright else 0] * 72
    lay_ticks(pen.values, body.axis, (low, high), max(2, min(6, int(side * 0.5 / (20 if pen.is_upright else 38)))))
    axes.grid(visible=False, axis="both")
    axes.grid(visible=True, axis="y" if pen.is_upright else "x")
    if low < 0 < high:
        (axes.axhline if pen.is_upright else axes.axvline)(0, color=tokens()["ink-3"], linewidth=0.7)
    axes.spines["bottom"].set_visible(pen.is_upright)
    axes.tick_params(length=0)


def _values(body: Bars) -> list[Array]:
    found = []
    for bar in body.bars:
        if bar.box is None:
            found.append(np.array([each for each in (bar.value, bar.low, bar.high) if each is not None]))
        else:
            found += [np.array([bar.box.low, bar.box.high]), bar.box.outliers]
        if bar.density_at is not None:
            found.append(bar.density_at)
    return found


def _lay_names(pen: _Pen, data: PanelData) -> None:
    """Name every row, or every second, third … where a sheet is too low for all."""
    axes, total = pen.axes, len(data.body.bars)
    sheet_width, sheet_height = (side * 72 for side in axes.figure.get_size_inches())
    air = 0.1 + max(FEWEST - total, 0) / 2  # so that a lone bar is no wall
    low, high = -0.5 - air, total - 0.5 + air
    (axes.set_xlim if pen.is_upright else axes.set_ylim)(*((low, high) if pen.is_upright else (high, low)))
    size, every = _type(sheet_width * 0.85 / _ASKEW if pen.is_upright else sheet_height * 0.75, total)
    names = _names(data, _UPRIGHT_ROOM if pen.is_upright else sheet_width * _NAME_SHARE, size)
    pen.names.set_ticks(list(range(0, total, every)), names[::every], fontsize=size, color=tokens()["ink-2"])
    is_narrow = any(len(name) * size * 0.6 > sheet_width * 0.85 / max(total, 1) for name in names)
    if pen.is_upright and is_narrow:
        axes.tick_params(axis="x", labelrotation=40)
        for label in axes.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")


def _type(room: float, total: int) -> tuple[float, int]:
    """Return the size of type, and how many rows share one name."""
    each = room / max(total, 1)
    size = min(max(each * 0.8, SMALLEST), LARGEST)
    return size, max(1, math.ceil(size * 1.2 / each))


def _names(data: PanelData, room: float, size: float) -> list[str]:
    """A mark is named once where it has several bars, each then with its key."""
    bars = data.body.bars
    shares = 0.6 if data.body.has_keys else 1.0
    marks = dict(enumerate(told_apart([mark.label for mark in data.marks], room * shares, size)))
    if not data.body.has_keys:
        return [marks[bar.mark] for bar in bars]
    before = [None, *(bar.mark for bar in bars)]
    keys = [fitted(bar.key, room * (1 - shares), size) for bar in bars]
    return [
        key if bar.mark == last else f"{marks[bar.mark]}  {key}"
        for bar, last, key in zip(bars, before, keys, strict=False)
    ]


def _write_values(axes: Any, body: Bars) -> None:
    sheet_height = axes.figure.get_size_inches()[1] * 72
    size, every = _type(sheet_height * 0.75, len(body.bars))
    shared = {
        key: decimals_of((value_of(bar), bar.spread) for bar in body.bars if bar.key == key)
        for key in {bar.key for bar in body.bars}
    }
    for place, bar in list(enumerate(body.bars))[::every]:
        decimals = shared[bar.key]
        spread = "" if bar.spread is None else f" ± {number(bar.spread, decimals=decimals)}"
        text = number(value_of(bar), decimals=decimals) + spread
        where = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": size}
        axes.text(1.02, place, text, color=tokens()["ink-2"], **where)


def value_of(bar: Bar) -> float:
    return bar.value if bar.box is None else bar.box.median


def _mixed(colour: str, share: float) -> str:
    """Return a colour thinned with white, which hides what lies behind as transparency would not."""
    channels = (round(255 + (int(colour[at : at + 2], 16) - 255) * share) for at in (1, 3, 5))
    return "#" + "".join(f"{channel:02x}" for channel in channels)
