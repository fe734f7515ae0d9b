"""One key of many runs on common cells of x: what group statistics are taken over.

A statistic at a cell is taken over one value per run, the mean of its values in that cell; least and greatest use the
extremes. It is exact by that definition at every zoom, and the plain formula where a cell holds one value of each run.
Zoom levels are read only where their buckets lie wholly within cells; other runs are read from finer ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf, isfinite

import numpy as np
import numpy.typing as npt

from apps.runs.history.buckets import Floats
from apps.runs.history.groups import Merged
from apps.runs.history.zoom import BUCKET_VALUES, Placed
from apps.runs.models import Run, Stream
from apps.runs.queries.many_buckets import Window, around, read_level, windows_of
from apps.runs.queries.many_columns import (
    ALL,
    Ends,
    KeyExtent,
    View,
    columns_of_runs,
    extents_of,
    waiting_runs,
    without,
)
from apps.runs.queries.series import cut, level_for, values_along
from apps.runs.stores.chunks import manifests_of

MOST_VALUES = 8_000_000  # kept for one grid; beyond that buckets are told apart by where they begin
COARSENED = 4_096  # buckets in place of a run's values, once there are more
TINY = 1e-9  # the least width of a cell

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Cells of x, rising, of shape (m,); and of shape (runs, m) the mean, least and greatest finite value of each run
    in each cell, NaN where it has none, and how many these are. `is_exact`: cells hold exactly the values within."""

    x: Floats
    run_ids: tuple[int, ...]
    mean: Floats
    low: Floats
    high: Floats
    count: Counts
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    """What one run has: one entry for each value, or bucket of values, at x."""

    x: Floats
    total: Floats
    low: Floats
    high: Floats
    count: Counts
    is_exact: bool = True

    def coarsened(self) -> "_Part":
        """Return about COARSENED buckets in place of the values, known by the x they begin with."""
        starts = np.unique(np.linspace(0, len(self.x) - 1, COARSENED).astype(np.int64))
        low, high = np.fmin.reduceat(self.low, starts), np.fmax.reduceat(self.high, starts)
        total, count = np.add.reduceat(self.total, starts), np.add.reduceat(self.count, starts)
        return _Part(self.x[starts], total, low, high, count, is_exact=False)


def grid_of_runs(
    runs: Sequence[Run],
    key: str,
    *,
    cells: int = 250,
    axis: str = "_step",
    low: float | None = None,
    high: float | None = None,
    stream: int = Stream.HISTORY,
) -> Grid:
    """Return a key of runs on about `cells` common cells, each of its own where there are no more distinct x than that.

    Runs without numbers of the key are left out. Along `_step` zoom levels serve where they are exact; other axes and
    short histories are read from values. Beyond MOST_VALUES buckets serve where they begin: not exact, and says so.
    """
    view = View(key, axis, low, high, stream)
    waiting = waiting_runs([run.pk for run in runs], stream)  # first: what is compacted is in the catalogue
    extents = extents_of([run.pk for run in runs], key, stream)
    settled = without(extents, waiting)
    manifests = {} if view.is_by_step else manifests_of(list(settled), stream)
    windows = windows_of(view, settled, manifests)
    longest = max((window.value_count for window in windows.values()), default=0.0)
    level = level_for(int(longest), cells)
    sizes = {run_id: Window.of(view, extent) for run_id, extent in extents.items()} | windows
    if not level or (not view.is_by_step and _amount(runs, sizes) <= MOST_VALUES):
        return _laid(_by_value(runs, view, sizes), cells)
    placed = read_level(windows, view, level)
    coverage = around(windows.values(), BUCKET_VALUES[level])
    lattice = _lattice(placed.values(), extents.values(), view, cells, coverage)
    return _on_lattice(runs, lattice, placed, view, sizes) if lattice else _laid(_by_value(runs, view, sizes), cells)


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Cells of one width, one of which begins at `origin`, between `low` and `high`, the latter excluded."""

    origin: float
    width: float
    low: float
    high: float

    def holds(self, placed: Placed) -> bool:
        """Whether no bucket lies in two cells, or in a cell and beyond."""
        first = np.floor((placed.first_x - self.origin) / self.width)
        last = np.floor((placed.last_x - self.origin) / self.width)
        return bool(np.all((first == last) & (placed.first_x >= self.low) & (placed.last_x < self.high)))

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The least and the greatest x it has cells for."""
        low = self.low if isfinite(self.low) else None
        return low, float(np.nextafter(self.high, -inf)) if isfinite(self.high) else None


def _on_lattice(
    runs: Sequence[Run], lattice: _Lattice, placed: Mapping[int, Placed], view: View, sizes: Mapping[int, Window]
) -> Grid:
    """Lay buckets on cells, and read runs whose buckets do not fit finer: as many as may be read."""
    low, high = lattice.ends
    cut = {run_id: each.cut(low, high) for run_id, each in placed.items()}
    parts = {run_id: _of_buckets(each) for run_id, each in cut.items() if lattice.holds(each)}
    left_over = [run for run in runs if run.pk not in parts]
    coarse = _beyond_budget(left_over, sizes) & cut.keys()
    parts |= {run_id: _of_buckets(cut[run_id], is_exact=False) for run_id in coarse}
    finer = [run for run in left_over if run.pk not in coarse]
    parts |= _by_value(finer, replace(view, low=low, high=high), sizes)
    return _cut_into({run.pk: parts[run.pk] for run in runs if run.pk in parts}, lattice.origin, lattice.width)


def _lattice(
    placed: Iterable[Placed], extents: Iterable[KeyExtent], view: View, cells: int, coverage: Ends
) -> _Lattice | None:
    """Return cells for what is in view, about as wide as its range by `cells`; None where no bucket is.

    Along steps they are a whole number of the commonest bucket's own width, and begin where a run's buckets begin; at
    the ends of a range they hold the buckets there whole, if these lie in what was read (`coverage`).
    """
    found = [part for part in (each.cut(view.low, view.high) for each in placed) if len(part)]
    if not found:
        return None
    start, stop = min(float(part.first_x[0]) for part in found), max(float(part.last_x[-1]) for part in found)
    if not view.is_by_step:
        low, high = start if view.low is None else view.low, stop if view.high is None else view.high
        return _Lattice(low, max((high - low) / cells, TINY), low, float(np.nextafter(high, inf)))
    first, last = min(each.first_step for each in extents), max(each.last_step for each in extents)
    low = max(min(start, view.low), coverage[0] or -inf) if view.low is not None else -inf
    high = min(max(stop, view.high) + 1, inf if coverage[1] is None else coverage[1]) if view.high is not None else inf
    wanted = (min(max(last, stop) + 1, high) - max(min(first, start), low)) / cells
    pitch = _pitch(found)
    return _Lattice(start, max(ceil(wanted / pitch), 1) * pitch, low, high)


def _pitch(placed: Sequence[Placed]) -> float:
    """Return the commonest distance from bucket to bucket."""
    distances = np.concatenate([np.diff(part.first_x) for part in placed])
    if not len(distances):
        return 1.0
    values, counts = np.unique(distances, return_counts=True)
    return float(values[np.argmax(counts)])


def _amount(runs: Sequence[Run], sizes: Mapping[int, Window]) -> float:
    return sum(sizes[run.pk].value_count for run in runs if run.pk in sizes)


def _beyond_budget(runs: Sequence[Run], sizes: Mapping[int, Window]) -> set[int]:
    """Return the runs whose values are too many to be read on top of those before them."""
    spent, beyond = 0.0, set[int]()
    for run in runs:
        spent += sizes[run.pk].value_count if run.pk in sizes else 0
        if spent > MOST_VALUES:
            beyond.add(run.pk)
    return beyond


def _by_value(runs: Sequence[Run], view: View, sizes: Mapping[int, Window]) -> dict[int, _Part]:
    """Return the values of each run, by rising x; beyond MOST_VALUES in all, runs come in many buckets of their own."""
    is_ranged = {run.pk: run.pk in sizes and (view.is_by_step or sizes[run.pk].steps != ALL) for run in runs}
    ranged, others = ([run for run in runs if is_ranged[run.pk] == wanted] for wanted in (True, False))
    found: dict[int, _Part] = {}
    spent = 0
    for some in (ranged, others):
        windows = {run.pk: sizes.get(run.pk, Window.of(view)) for run in some}
        counts = {run_id: window.value_count for run_id, window in windows.items()}
        ends = around([*windows.values(), Window.of(view)] if view.is_by_step else windows.values())
        for run, columns in columns_of_runs(some, view.keys, stream=view.stream, steps=ends, counts=counts):
            part = _values_of(columns, view)
            spent += len(part.x)
            if len(part.x):
                found[run.pk] = part if spent <= MOST_VALUES else part.coarsened()
    return {run.pk: found[run.pk] for run in runs if run.pk in found}


def _values_of(columns: Merged, view: View) -> _Part:
    """Return the finite values in view."""
    x, y = cut(*values_along(columns, *columns.column(view.key).numbers(), view.axis), view.low, view.high)
    is_finite = np.isfinite(y)
    y = y[is_finite]
    return _Part(x[is_finite].astype(np.float64), y, y, y, np.ones(len(y), np.int64))


def _of_buckets(placed: Placed, *, is_exact: bool = True) -> _Part:
    count = placed.buckets.ints[2]
    has = count > 0
    total, _, low, high = placed.buckets.floats[:4]
    return _Part(placed.first_x[has].astype(np.float64), total[has], low[has], high[has], count[has], is_exact)


def _laid(parts: Mapping[int, _Part], cells: int) -> Grid:
    """Give each distinct x its own cell, or cut their range into equal cells where there are more of them."""
    if not parts:
        return _cut_into(parts, 0.0, 1.0)
    distinct = np.unique(np.concatenate([part.x for part in parts.values()]))
    if len(distinct) <= cells:
        return _sums(parts, distinct, {run_id: np.searchsorted(distinct, part.x) for run_id, part in parts.items()})
    return _cut_into(parts, float(distinct[0]), float(distinct[-1] - distinct[0]) / cells, most=cells)


def _cut_into(parts: Mapping[int, _Part], start: float, width: float, *, most: int | None = None) -> Grid:
    """Cut x from `start` into cells; with `most` the last cell holds its end too. Empty cells are left out."""
    places = {run_id: _cells_of(part.x, start, width) for run_id, part in parts.items()}
    if most is not None:
        places = {run_id: np.minimum(place, most - 1) for run_id, place in places.items()}
    used = np.unique(np.concatenate([np.empty(0, np.int64), *places.values()]))
    return _sums(
        parts, start + used * width, {run_id: np.searchsorted(used, place) for run_id, place in places.items()}
    )


def _cells_of(x: Floats, start: float, width: float) -> Counts:
    """Return which cell holds each x: `start + cell * width` ≤ x, whatever the division rounds to."""
    cells = np.floor((x - start) / width)
    cells -= start + cells * width > x
    cells += start + (cells + 1) * width <= x
    return cells.astype(np.int64)


def _sums(parts: Mapping[int, _Part], x: Floats, places: Mapping[int, npt.NDArray[np.int64]]) -> Grid:
    shape = (len(parts), len(x))
    total, count = np.zeros(shape), np.zeros(shape, np.int64)
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    for row, (run_id, part) in enumerate(parts.items()):
        at = places[run_id]
        if not len(at):
            continue
        starts = np.flatnonzero(np.append(True, at[1:] != at[:-1]))  # x does not fall, so cells are neighbours
        cell = at[starts]
        total[row, cell] = np.add.reduceat(part.total, starts)
        count[row, cell] = np.add.reduceat(part.count, starts)
        low[row, cell] = np.fmin.reduceat(part.low, starts)
        high[row, cell] = np.fmax.reduceat(part.high, starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.clip(total / count, low, high)  # a sum of many may round past its own extremes
    return Grid(
        x.astype(np.float64), tuple(parts), mean, low, high, count, all(part.is_exact for part in parts.values())
    )
