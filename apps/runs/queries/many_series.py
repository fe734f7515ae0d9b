"""One key of many runs at once: what a chart of a project draws, in a few questions to the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apps.runs.history.buckets import Floats
from apps.runs.history.columns import Steps, Values
from apps.runs.history.groups import Merged
from apps.runs.history.shelf import Shelf
from apps.runs.history.zoom import Buckets
from apps.runs.models import Run, Stream
from apps.runs.queries.many_columns import ALL, Ends, KeyExtent, View, columns_of_runs, extents_of, waiting_runs
from apps.runs.queries.series import Series, draw_buckets, draw_values, level_for, series, values_along
from apps.runs.stores.chunks import manifests_of, read_zooms

STEP = "_step"


@dataclass(frozen=True, slots=True)
class Aligned:
    """Values of several keys of one run where it has all of them. `x` does not fall."""

    x: Floats
    values: dict[str, Values]


def series_of_runs(
    runs: Sequence[Run],
    key: str,
    *,
    points: int = 300,
    axis: str = STEP,
    low: float | None = None,
    high: float | None = None,
    stream: int = Stream.HISTORY,
) -> dict[int, Series]:
    """Return the series of a key by run id, thinned to about `points`; runs without numbers of it are left out.

    `axis` is `_step`, `_runtime`, `_timestamp` or any other key with numbers: rows that lack it are left out. `low` and
    `high` cut the range of x; a value near beyond each end stays, so that lines leave the frame. As fresh as what is
    acknowledged. Along `_step` the cost follows points, not steps: runs whose log is empty are read together from the
    coarsest zoom level that is fine enough. Other axes are drawn from values.
    """
    view = View(key, axis, low, high, stream)
    if not view.is_by_step:
        return _from_values(runs, view, points, ALL)
    run_ids = [run.pk for run in runs]
    extents, waiting = extents_of(run_ids, key, stream), waiting_runs(run_ids, stream)
    ends = view.steps(extents.values())
    found = _growing([run for run in runs if run.pk in waiting], view, points) if view.is_whole else {}
    settled = [run for run in runs if run.pk in extents and run.pk not in waiting]
    for level, some in _levels(settled, extents, view, points).items():
        found |= _from_level(some, level, view, points, ends)
    rest = [run for run in runs if run.pk not in found and (run.pk in extents or run.pk in waiting)]
    return found | _from_values(rest, view, points, ends)


def aligned_values(
    runs: Sequence[Run],
    keys: Sequence[str],
    *,
    axis: str = STEP,
    low: float | None = None,
    high: float | None = None,
    stream: int = Stream.HISTORY,
) -> dict[int, Aligned]:
    """Return the values of several keys on the steps that have all of them, by rising x; runs that lack a key are left
    out. Read from values: two questions to the database for runs whose log is empty."""
    names, view = list(dict.fromkeys(keys)), View("", axis, low, high, stream)
    found: dict[int, Aligned] = {}
    for run, columns in columns_of_runs(runs, [*names, axis], stream=stream, steps=view.steps()):
        aligned = _aligned(columns, names, view)
        if len(aligned.x):
            found[run.pk] = aligned
    return found


def _aligned(columns: Merged, keys: Sequence[str], view: View) -> Aligned:
    parts = [columns.column(key).numbers() for key in keys]
    steps = parts[0][0]
    for other, _ in parts[1:]:
        steps = np.intersect1d(steps, other, assume_unique=True)
    x, places = _places_along(columns, steps, view.axis)
    chosen = within(x, view)
    values = {
        key: numbers[np.searchsorted(mine, steps)][places][chosen]
        for key, (mine, numbers) in zip(keys, parts, strict=True)
    }
    return Aligned(x[chosen], values)


def _places_along(columns: Merged, steps: Steps, axis: str) -> tuple[Floats, Steps]:
    """Return x by rising x, and which steps these are; steps without x are left out."""
    x, places = values_along(columns, steps, np.arange(len(steps), dtype=np.float64), axis)
    return x, places.astype(np.int64)


def within(x: Floats, view: View) -> slice:
    """Return which x are looked at, one beyond each end included; x does not fall."""
    start = 0 if view.low is None else max(int(np.searchsorted(x, view.low)) - 1, 0)
    return slice(start, None if view.high is None else int(np.searchsorted(x, view.high, side="right")) + 1)


def _from_values(runs: Sequence[Run], view: View, points: int, ends: Ends) -> dict[int, Series]:
    """Draw runs that no zoom level fits, and with a range those that grow, from their values."""
    found: dict[int, Series] = {}
    for run, columns in columns_of_runs(runs, view.keys, stream=view.stream, steps=ends):
        steps, values = columns.column(view.key).numbers()
        x, y = values_along(columns, steps, values, view.axis)
        chosen = within(x, view)
        if len(x[chosen]):
            last = float(values[-1])
            found[run.pk] = draw_values(view.key, x[chosen], y[chosen], points, last=last, axis=view.axis)
    return found


def _from_level(runs: Sequence[Run], level: int, view: View, points: int, ends: Ends) -> dict[int, Series]:
    """Draw runs from a zoom level. What was drawn of a whole run is kept for as long as nothing is compacted."""
    if not view.is_whole:
        read = read_zooms([run.pk for run in runs], view.stream, view.key, level, steps=ends)
        return {run_id: draw_buckets(view.key, _cut_buckets(each, view), points) for run_id, each in read.items()}
    manifests = manifests_of([run.pk for run in runs], view.stream)
    found: dict[int, Series] = {}
    for run in runs:
        with _drawn.use(_place(run, view, points), _Drawn) as kept:
            if kept.series is not None and kept.seq == manifests.get(run.pk):
                found[run.pk] = kept.series
    rest = {run.pk: run for run in runs if run.pk not in found}
    for run_id, buckets in read_zooms(list(rest), view.stream, view.key, level).items():
        found[run_id] = draw_buckets(view.key, buckets, points)
        with _drawn.use(_place(rest[run_id], view, points), _Drawn) as kept:
            kept.series, kept.seq = found[run_id], manifests.get(run_id)
    return found


def _place(run: Run, view: View, points: int) -> tuple[str, int, str, int]:
    """A run is known by its uid here, which is never given twice."""
    return run.uid, view.stream, view.key, points


class _Drawn:
    """A series of all of a run, and up to which sequence the run was compacted before it was read."""

    def __init__(self) -> None:
        self.series: Series | None = None
        self.seq: int | None = None

    @property
    def byte_count(self) -> int:
        columns = (self.series.x, self.series.y, self.series.low, self.series.high) if self.series else ()
        return 500 + sum(column.nbytes for column in columns if column is not None)


_drawn: Shelf[_Drawn] = Shelf(64 * 2**20)


def forget_drawn() -> None:
    """Empty the shelf: for measurements."""
    _drawn.clear()


def _growing(runs: Sequence[Run], view: View, points: int) -> dict[int, Series]:
    """Draw all of runs that have something in their log: from zoom levels and what has come since."""
    drawn = ((run.pk, series(run, [view.key], points=points, stream=view.stream, axis=STEP)) for run in runs)
    return {run_id: each for run_id, found in drawn for each in found.series}


def _levels(runs: Sequence[Run], extents: Mapping[int, KeyExtent], view: View, points: int) -> dict[int, list[Run]]:
    """Return the zoom level that fits, and the runs for which it is that."""
    levels: dict[int, list[Run]] = {}
    for run in runs:
        level = level_for(int(extents[run.pk].values_within(view)), points)
        if level:
            levels.setdefault(level, []).append(run)
    return levels


def _cut_buckets(buckets: Buckets, view: View) -> Buckets:
    """Return the buckets that overlap a range of steps, and one beyond each end."""
    start = 0 if view.low is None else max(int(np.searchsorted(buckets.ints[1], view.low)) - 1, 0)
    stop = None if view.high is None else int(np.searchsorted(buckets.ints[0], view.high, side="right")) + 1
    return Buckets(buckets.ints[:, start:stop], buckets.floats[:, start:stop])
