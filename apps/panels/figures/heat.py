"""Histograms over steps as a figure: a heat map, darker where more values lie."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from apps.core.formats import count
from apps.panels.figures.axes import lay_axis
from apps.panels.figures.colours import STEPS, ramp_colour
from apps.panels.figures.legends import Legend, Ramp
from apps.panels.kinds.histogram import HistogramColumns
from apps.panels.terms import Array, PanelData

Cell = tuple[float, float, float, float, int]  # from step to step, from value to value, level


def draw_heat(axes: Any, data: PanelData) -> Legend:
    from matplotlib.collections import PolyCollection

    body: HistogramColumns = data.body
    cells = list(cells_of(body))
    corners = [[(left, low), (right, low), (right, high), (left, high)] for left, right, low, high, _ in cells]
    paints = [_paint(level) for *_, level in cells]
    axes.add_collection(PolyCollection(corners, facecolors=paints, edgecolors=paints, linewidths=0.15))
    lay_axis(axes, "x", body.x, (float(body.steps[0]), _end(body, len(body.steps) - 1)))
    lay_axis(axes, "y", body.y, (float(body.edges[0]), float(body.edges[-1])), title=data.title)
    axes.grid(visible=False, axis="both")
    most = f"many, of {count(body.value_count)} values"
    return [Ramp("", "few", most, [_paint(level) for level in range(1, STEPS + 1)])]


def cells_of(body: HistogramColumns) -> Iterator[Cell]:
    """Yield the rectangles: cells of one column that touch and have one colour are one."""
    levels = levels_of(body)
    for column, row in enumerate(levels):
        left, right = float(body.steps[column]), _end(body, column)
        starts = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
        for start, end in zip(starts, np.append(starts[1:], len(row)), strict=True):
            if row[start]:
                yield left, right, float(body.edges[start]), float(body.edges[end]), int(row[start])


def levels_of(body: HistogramColumns) -> Array:
    """Return the colour step of each cell, 0 for none, by the root of the mean count, so that thin tails are seen."""
    means = body.counts.reshape(len(body.steps), -1) / body.merged[:, None]
    most = max(float(means.max(initial=0)), 1e-300)
    return np.where(means > 0, np.maximum(np.ceil(np.sqrt(means / most) * STEPS), 1), 0).astype(int)


def _paint(level: int) -> str:
    return ramp_colour((level - 0.5) / STEPS)


def _end(body: HistogramColumns, column: int) -> float:
    """Where a column ends: where the next begins; the last is as wide as they usually are."""
    if column + 1 < len(body.steps):
        return float(body.steps[column + 1])
    last, merged = float(body.step_ends[column]), float(body.merged.sum())
    return last + (max((last - float(body.steps[0])) / (merged - 1), 1.0) if merged > 1 else 1.0)
