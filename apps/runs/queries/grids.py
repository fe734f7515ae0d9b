"""One key of many runs on common cells of x: what group statistics are taken over.

A statistic at a cell is taken over one value per run, the mean of its values in that cell; least and greatest use the
extremes. It is exact by that definition at every zoom, and the plain formula where a cell holds one value of each run.
Zoom levels are read only where their buckets lie wholly within cells; other runs are read from finer ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from apps.runs.history.buckets import Floats
from apps.runs.history.zoom import Buckets
from apps.runs.models import Run, Stream
from apps.runs.queries.many_columns import KeyExtent, View, columns_of_runs, extents_of, waiting_runs
from apps.runs.queries.series import level_for, values_along
from apps.runs.stores.chunks import read_zooms

MOST_VALUES = 8_000_000  # read for one grid; beyond that buckets are told apart by their first step

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
    short histories are read from values. At most MOST_VALUES are read; what is left then is not exact, and says so.
    """
    view = View(key, axis, low, high, stream)
    if not view.is_by_step:
        return _laid(_by_value(runs, view), cells)
    extents = extents_of([run.pk for run in runs], key, stream)
    longest = max((extent.values_within(view) for extent in extents.values()), default=0)
    level = level_for(int(longest), cells)
    if not level:
        return _laid(_by_value(runs, view, extents), cells)
    return _by_level(runs, view, level, cells, extents)


def _by_level(runs: Sequence[Run], view: View, level: int, cells: int, extents: Mapping[int, KeyExtent]) -> Grid:
    """Lay buckets of a level on cells that are a whole number of buckets wide, and read runs that do not fit finer."""
    waiting = waiting_runs([run.pk for run in runs], view.stream)
    settled = [run_id for run_id in extents if run_id not in waiting]
    read = read_zooms(settled, view.stream, view.key, level, steps=view.steps(extents.values()))
    zoomed = {run_id: _cut(buckets, view) for run_id, buckets in read.items()}
    start, width = _lattice(zoomed.values(), extents.values(), view, cells)
    parts = {run_id: _of_buckets(buckets) for run_id, buckets in zoomed.items() if _fits(buckets, start, width)}
    left_over = [run for run in runs if run.pk not in parts]
    coarse = _beyond_budget(left_over, view, extents) & zoomed.keys()
    parts |= {run_id: _of_buckets(zoomed[run_id]) for run_id in coarse}
    parts |= _by_value([run for run in left_over if run.pk not in coarse], view, extents)
    ordered = {run.pk: parts[run.pk] for run in runs if run.pk in parts}
    return _cut_into(ordered, start, width, is_exact=not coarse)


def _beyond_budget(runs: Sequence[Run], view: View, extents: Mapping[int, KeyExtent]) -> set[int]:
    """Return the runs whose values are too many to be read on top of those before them."""
    spent, beyond = 0.0, set[int]()
    for run in runs:
        spent += extents[run.pk].values_within(view) if run.pk in extents else 0
        if spent > MOST_VALUES:
            beyond.add(run.pk)
    return beyond


def _by_value(runs: Sequence[Run], view: View, extents: Mapping[int, KeyExtent] | None = None) -> dict[int, _Part]:
    ends = view.steps((extents or {}).values())
    found: dict[int, _Part] = {}
    for run, columns in columns_of_runs(runs, view.keys, stream=view.stream, steps=ends):
        steps, values = columns.column(view.key).numbers()
        x, y = values_along(columns, steps, values, view.axis)
        start = 0 if view.low is None else int(np.searchsorted(x, view.low))
        stop = len(x) if view.high is None else int(np.searchsorted(x, view.high, side="right"))
        x, y = x[start:stop], y[start:stop]
        is_finite = np.isfinite(y)
        if is_finite.any():
            x, y = x[is_finite].astype(np.float64), y[is_finite]
            found[run.pk] = _Part(x, y, y, y, np.ones(len(x), np.int64))
    return found


def _of_buckets(buckets: Buckets) -> _Part:
    first, _, count, _ = buckets.ints
    has = count > 0
    total, _, low, high = buckets.floats[:4]
    return _Part(first[has].astype(np.float64), total[has], low[has], high[has], count[has])


def _laid(parts: Mapping[int, _Part], cells: int) -> Grid:
    """Give each distinct x its own cell, or cut their range into equal cells where there are more of them."""
    if not parts:
        return _cut_into(parts, 0.0, 1.0)
    distinct = np.unique(np.concatenate([part.x for part in parts.values()]))
    if len(distinct) <= cells:
        return _sums(parts, distinct, {run_id: np.searchsorted(distinct, part.x) for run_id, part in parts.items()})
    return _cut_into(parts, float(distinct[0]), float(distinct[-1] - distinct[0]) / cells, most=cells)


def _cut_into(
    parts: Mapping[int, _Part], start: float, width: float, *, is_exact: bool = True, most: int | None = None
) -> Grid:
    """Cut x from `start` into cells; with `most` the last cell holds its end too. Empty cells are left out."""
    places = {run_id: np.floor((part.x - start) / width).astype(np.int64) for run_id, part in parts.items()}
    if most is not None:
        places = {run_id: np.minimum(place, most - 1) for run_id, place in places.items()}
    used = np.unique(np.concatenate([np.empty(0, np.int64), *places.values()]))
    chosen = {run_id: np.searchsorted(used, place) for run_id, place in places.items()}
    return _sums(parts, start + used * width, chosen, is_exact=is_exact)


def _sums(
    parts: Mapping[int, _Part], x: Floats, places: Mapping[int, npt.NDArray[np.int64]], *, is_exact: bool = True
) -> Grid:
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
    return Grid(x.astype(np.float64), tuple(parts), mean, low, high, count, is_exact)


def _lattice(zoomed: Iterable[Buckets], extents: Iterable[KeyExtent], view: View, cells: int) -> tuple[float, float]:
    """Return where cells begin and how wide they are: about the range by `cells`, a whole number of the commonest
    bucket's own width, beginning where a run's buckets begin."""
    found = [buckets.ints for buckets in zoomed if buckets.ints.shape[1]]
    start = min([float(ints[0, 0]) for ints in found] or [float(each.first_step) for each in extents])
    stop = max([float(ints[1, -1]) for ints in found] or [float(each.last_step) for each in extents])
    wanted = max((stop - start + 1) / cells, 1.0)
    pitches = [np.diff(ints[0]) for ints in found if ints.shape[1] > 1]
    if not pitches:
        return start, wanted
    values, counts = np.unique(np.concatenate(pitches), return_counts=True)
    pitch = float(values[np.argmax(counts)])
    return start, max(ceil(wanted / pitch), 1) * pitch


def _fits(buckets: Buckets, start: float, width: float) -> bool:
    """Whether no bucket lies in two cells."""
    first, last = buckets.ints[0], buckets.ints[1]
    return bool(np.all(np.floor((first - start) / width) == np.floor((last - start) / width)))


def _cut(buckets: Buckets, view: View) -> Buckets:
    """Return the buckets that overlap a range: those at its ends with all they hold."""
    start = 0 if view.low is None else int(np.searchsorted(buckets.ints[1], view.low))
    stop = buckets.ints.shape[1] if view.high is None else int(np.searchsorted(buckets.ints[0], view.high, "right"))
    return Buckets(buckets.ints[:, start:stop], buckets.floats[:, start:stop])
