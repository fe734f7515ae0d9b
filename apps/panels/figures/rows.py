"""Rows of the kinds that are drawn: nothing that a figure shows is missing from its CSV."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import numpy as np

from apps.panels.figures.points import TRACKS
from apps.panels.kinds.bar import Bar, Bars
from apps.panels.kinds.histogram import HistogramColumns
from apps.panels.kinds.parallel import Coordinates
from apps.panels.kinds.scalar import Scalars
from apps.panels.kinds.scatter import Points
from apps.panels.terms import Array, Axis, Line, Lines, Mark, PanelData

Row = Sequence[Any]
Table = tuple[Sequence[str], Iterable[Row]]


def of_lines(data: PanelData) -> Table:
    """One row for each point. A line of a group has no run; a run's line within a group has both."""
    body: Lines = data.body
    heads = ["group", "run", "label", "key", body.x.key or "x", "value", "low", "high", "original"]
    return _used(
        heads,
        (row for line in body.lines for row in _points_of(line, data.marks[line.mark], body.x)),
        {"group", "label"},
    )


def _points_of(line: Line, mark: Mark, axis: Axis) -> Iterator[Row]:
    is_group = mark.id.startswith("group:")
    names = [mark.label if is_group else None, line.run or (None if is_group else mark.label), line.label or None]
    optional = (line.low, line.high, line.original)
    x = [int(at) if axis.kind == "step" and float(at).is_integer() else at for at in line.x.tolist()]
    columns = [x, line.y.tolist(), *(_column(each, len(line.x)) for each in optional)]
    return ([*names, line.key, *values] for values in zip(*columns, strict=True))


def _column(values: Array | None, length: int) -> list[Any]:
    return [None] * length if values is None else values.tolist()


def of_bars(data: PanelData) -> Table:
    """One row for each bar; of boxes also one for each outlier, of violins one for each point of the density."""
    body: Bars = data.body
    heads = ["name", "what", "key", "value", "density", "count", "low", "high", "spread"]
    heads += ["lowest", "lower_quartile", "median", "upper_quartile", "highest", "outlier_count"]
    lines = chain.from_iterable(_bar_rows(bar, data.marks[bar.mark].label, body.plot) for bar in body.bars)
    optional = {*heads} - {"name", "key", "value", "count"}
    return _used(heads, lines, optional)


def _bar_rows(bar: Bar, name: str, plot: str) -> Iterator[Row]:
    box, spread = bar.box, [bar.low, bar.high, bar.spread]
    what = plot if box else None
    five = [box.lower, box.median, box.upper] if box else [None] * 3
    five = [box.low, *five, box.high, box.outlier_count] if box else [None] * 6
    yield [name, what, bar.key, bar.value, None, bar.count, *spread, *five]
    rest: list[Any] = [None] * 10
    for value in box.outliers.tolist() if box else ():
        yield [name, "outlier", bar.key, value, None, *rest]
    if bar.density_at is not None and bar.density is not None:
        for at, density in zip(bar.density_at.tolist(), bar.density.tolist(), strict=True):
            yield [name, "density", bar.key, at, density, *rest]


def of_points(data: PanelData) -> Table:
    """One row for each dot, then those of what was lowest, highest or mean so far, then the fit."""
    body: Points = data.body
    heads = ["run", "kind", "group", body.x.label, body.y.label, body.z.label if body.z else "z"]
    heads += ["slope", "intercept", "r2", "count"]
    return _used_places(heads, chain(_dots(data), _tracks(body), _fit(body)), {1, 2, 5, 6, 7, 8, 9})


def _dots(data: PanelData) -> Iterator[Row]:
    body: Points = data.body
    xs, ys = _told(body.x, body.xs, body.x_names), _told(body.y, body.ys, body.y_names)
    zs = [None] * len(xs) if body.z is None or body.zs is None else _told(body.z, body.zs, body.z_names)
    has_more = bool(body.tracks or body.fit)
    groups = {place: mark.label for place, mark in enumerate(data.marks)}
    for label, group, *values in zip(body.labels, body.groups.tolist(), xs, ys, zs, strict=True):
        yield [label, "point" if has_more else None, groups.get(int(group)), *values, *[None] * 4]


def _tracks(body: Points) -> Iterator[Row]:
    for track in body.tracks:
        for x, y in zip(_told(body.x, track.x, body.x_names), _told(body.y, track.y, body.y_names), strict=True):
            yield [None, TRACKS[track.how], None, x, y, *[None] * 5]


def _fit(body: Points) -> Iterator[Row]:
    if fit := body.fit:
        yield [None, "fit", *[None] * 4, fit.slope, fit.intercept, fit.r2, fit.count]


def of_heat(data: PanelData) -> Table:
    """One row for each column and bin, those that hold nothing too."""
    body: HistogramColumns = data.body
    heads = ["run", "key", "step", "step_end", "histograms", "from", "to", "count"]
    edges, bins = body.edges.tolist(), len(body.edges) - 1
    columns = zip(body.steps.tolist(), body.step_ends.tolist(), body.merged.astype(int).tolist(), strict=True)
    counts = body.counts.reshape(-1, bins).tolist()
    name = data.marks[0].label if data.marks else ""
    lines = (
        [name, body.y.key, *column, edges[place], edges[place + 1], value]
        for column, row in zip(columns, counts, strict=True)
        for place, value in enumerate(row)
    )
    return heads, lines


def of_coordinates(data: PanelData) -> Table:
    """One row for each run, one column for each axis."""
    body: Coordinates = data.body
    columns = [_told(each.axis, each.values, each.names) for each in body.dimensions]
    return ["run", *(each.axis.label for each in body.dimensions)], zip(body.labels, *columns, strict=True)


def of_scalars(data: PanelData) -> Table:
    body: Scalars = data.body
    heads = ["name", "key", "value", "unit", "spread", "low", "high", "count", "holder"]
    lines = (
        [
            "All runs" if each.mark is None else data.marks[each.mark].label,
            each.key,
            each.value,
            body.unit or None,
            each.spread,
            each.low,
            each.high,
            each.count,
            each.holder.label if each.holder else None,
        ]
        for each in body.numbers
    )
    return _used(heads, lines, {"unit", "spread", "low", "high", "holder"})


def _told(axis: Axis, values: Array, names: Sequence[str]) -> list[Any]:
    """Return names of a category, instants in ISO 8601, anything else as numbers; None for what is missing."""
    known = [value if np.isfinite(value) else None for value in values.tolist()]
    if axis.kind == "category":
        return [None if value is None else names[int(value)] for value in known]
    if axis.kind == "time":
        return [None if value is None else _instant(value) for value in known]
    return known


def _instant(seconds: float) -> Any:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return seconds


def _used(heads: Sequence[str], lines: Iterable[Row], optional: set[str]) -> Table:
    """Leave out those of the optional columns that hold nothing."""
    return _used_places(heads, lines, {place for place, head in enumerate(heads) if head in optional})


def _used_places(heads: Sequence[str], lines: Iterable[Row], optional: set[int]) -> Table:
    rows = list(lines)
    kept = [
        place for place in range(len(heads)) if place not in optional or any(row[place] is not None for row in rows)
    ]
    return [heads[place] for place in kept], ([row[place] for place in kept] for row in rows)
