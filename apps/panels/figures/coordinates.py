"""Parallel coordinates as a figure: an axis for each value, a curve for each run, coloured by the last axis."""

from typing import Any

import numpy as np

from apps.panels.figures.axes import Range
from apps.panels.figures.colours import shade, shades, tokens
from apps.panels.figures.legends import Legend, Ramp
from apps.panels.figures.points import place_between, written
from apps.panels.figures.texts import fitted, told_apart
from apps.panels.figures.ticks import ticks_of
from apps.panels.kinds.parallel import Coordinates, Dimension
from apps.panels.terms import Array, PanelData

NAME, TICK = 7.0, 6.0
MOST_TICKS, FEW = 6, 60
_TICK_ROOM = 26.0  # points, at least
_ASKEW_ROOM = 90.0
_NARROW = 48  # points between axes below which names stand askew
_LEFT, _RIGHT = 0.12, 0.5  # of the way between two axes, beside the outer ones


def draw_coordinates(axes: Any, data: PanelData) -> Legend:
    from matplotlib.collections import PathCollection

    body: Coordinates = data.body
    places = np.array([places_on(dimension) for dimension in body.dimensions])
    width, alpha = (0.9, 0.6) if len(body.runs) < FEW else (0.7, 0.35)
    curves = [_curve(places[:, run]) for run in range(len(body.runs))]
    paints = _paints(body)
    axes.add_collection(PathCollection(curves, facecolors="none", edgecolors=paints, linewidths=width, alpha=alpha))
    axes.set_axis_off()
    axes.set_xlim(-_LEFT, len(body.dimensions) - 1 + _RIGHT)
    axes.set_ylim(-0.03, 1.03)
    apart = axes.figure.get_size_inches()[0] * 72 / max(len(body.dimensions) - 1 + _LEFT + _RIGHT, 1)
    names = told_apart(
        [each.axis.label for each in body.dimensions], _ASKEW_ROOM if apart < _NARROW else apart - 6, NAME
    )
    for place, (dimension, name) in enumerate(zip(body.dimensions, names, strict=True)):
        _axis(axes, place, dimension, name, apart)
    last = body.dimensions[-1]
    low, high = (written(last.axis, end, last.names) for end in reach_on(last))
    return [Ramp(last.axis.label, low, high, shades(body.gradient))]


def reach_on(dimension: Dimension) -> Range:
    """Return what an axis reaches: all names, or from the lowest to the highest value."""
    if dimension.axis.kind == "category":
        return 0.0, float(max(len(dimension.names) - 1, 0))
    known = dimension.values[np.isfinite(dimension.values)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)


def places_on(dimension: Dimension, values: Array | None = None) -> Array:
    """Return where values stand, 0 below to 1 above; those of the runs unless others are given."""
    at = place_between(
        dimension.values if values is None else values, reach_on(dimension), is_log=dimension.axis.is_log
    )
    return 1 - at if dimension.is_inverted else at


def _paints(body: Coordinates) -> list[str]:
    last = body.dimensions[-1]
    at = place_between(last.values, reach_on(last), is_log=last.axis.is_log)
    return [shade(float(place), body.gradient) if np.isfinite(place) else tokens()["ink-3"] for place in at]


def _curve(places: Array) -> Any:
    """Return the curve of one run, level at each axis, with a gap where a value is missing."""
    from matplotlib.path import Path

    vertices: list[tuple[float, float]] = []
    codes: list[int] = []
    before: float | None = None
    for x, y in enumerate(places.tolist()):
        if not np.isfinite(y):
            before = None
        elif before is None:
            vertices.append((x, y))
            codes.append(int(Path.MOVETO))
            before = y
        else:
            vertices += [(x - 0.5, before), (x - 0.5, y), (x, y)]
            codes += [int(Path.CURVE4)] * 3
            before = y
    return Path(np.array(vertices).reshape(-1, 2), codes)


def _axis(axes: Any, place: int, dimension: Dimension, name: str, apart: float) -> None:
    colours = tokens()
    axes.plot([place, place], [0, 1], color=colours["ink-off"], linewidth=0.8, zorder=3)
    is_narrow = apart < _NARROW
    beside = "left" if is_narrow or place == 0 else "center"
    look = {
        "textcoords": "offset points",
        "color": colours["ink"],
        "fontsize": NAME,
        "rotation": 35 if is_narrow else 0,
    }
    axes.annotate(name, (place, 1), (0, 6), ha=beside, va="bottom", rotation_mode="anchor", **look)
    ticks = _ticks(dimension)
    texts = [_written(dimension, tick) for tick in ticks]
    box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6}
    for at, text in zip(places_on(dimension, np.array(ticks)).tolist(), texts, strict=True):
        shown = fitted(text, max(apart * 0.62, _TICK_ROOM), TICK)
        look = {"textcoords": "offset points", "color": colours["ink-3"], "fontsize": TICK, "zorder": 4}
        axes.annotate(shown, (place, at), (3, 0), va="center", bbox=box, **look)


def _written(dimension: Dimension, value: float) -> str:
    axis = dimension.axis
    return written(axis, float(f"{value:.4g}") if axis.kind in ("number", "step") else value, dimension.names)


def _ticks(dimension: Dimension) -> list[float]:
    """Every value where few differ, else round ticks."""
    axis, reach = dimension.axis, reach_on(dimension)
    distinct = np.unique(dimension.values[np.isfinite(dimension.values)]).tolist()
    if axis.kind == "category":
        return ticks_of("category", *reach, 12)
    if len(distinct) <= MOST_TICKS and not _is_crowded(dimension, distinct):
        return [float(value) for value in distinct]
    return ticks_of(axis.kind, *reach, MOST_TICKS, is_log=axis.is_log)


def _is_crowded(dimension: Dimension, values: list[float]) -> bool:
    return bool(np.any(np.abs(np.diff(np.sort(places_on(dimension, np.array(values))))) < 0.05))
