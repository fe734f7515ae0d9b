"""One key of many runs at once: what a chart of a project draws, in a few questions to the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apps.runs.history.buckets import Floats
from apps.runs.history.columns import Steps, Values
from apps.runs.history.groups import Manifest, Merged
from apps.runs.history.shelf import Shelf
from apps.runs.history.zoom import Placed
from apps.runs.models import Run, Stream
from apps.runs.queries.many_buckets import Window, around, read_placed, windows_of
from apps.runs.queries.many_columns import View, columns_of_runs, extents_of, waiting_runs, without
from apps.runs.queries.series import Series, draw_buckets, draw_values, series, values_along
from apps.runs.stores.chunks import manifests_of

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
    acknowledged. Along steps, and along time where it rises with the steps, the cost follows points: runs whose log is
    empty are read together from the coarsest zoom level that is fine enough. Other axes are drawn from values.
    """
    view = View(key, axis, low, high, stream)
    run_ids = [run.pk for run in runs]
    waiting = waiting_runs(run_ids, stream)  # first: what is compacted is in the catalogue
    extents = extents_of(run_ids, key, stream)
    found = _growing([run for run in runs if run.pk in waiting], view, points)
    settled = {run.pk: run for run in runs if run.pk in extents and run.pk not in waiting}
    manifests = manifests_of(list(settled), stream)
    found |= _kept(settled, view, points, manifests)
    windows = windows_of(view, without(extents, found.keys()), manifests)
    placed = read_placed(without(windows, waiting), view, points)
    drawn = _of_placed(placed, view, points)
    rest = [run for run in runs if run.pk not in found.keys() | drawn and (run.pk in extents or run.pk in waiting)]
    drawn |= _from_values([run for run in rest if run.pk in windows], view, points, windows)
    whole = {run_id: Window.of(view, extent) for run_id, extent in extents.items()}
    drawn |= _from_values([run for run in rest if run.pk not in windows], view, points, whole)
    _keep(drawn.keys() & settled, drawn, settled, view, points, manifests)
    return found | drawn


def _of_placed(placed: Mapping[int, Placed], view: View, points: int) -> dict[int, Series]:
    cut = {run_id: each.cut(view.low, view.high, beyond=1) for run_id, each in placed.items()}
    seen = {run_id: each for run_id, each in cut.items() if len(each)}
    return dict(zip(seen, draw_buckets(view.key, list(seen.values()), points, axis=view.axis), strict=True))


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
    extents = extents_of([run.pk for run in runs], names[0], stream)
    windows = {run.pk: Window.of(view, extents.get(run.pk)) for run in runs}
    counts = {run_id: window.value_count for run_id, window in windows.items()}
    ends = around(windows.values())
    for run, columns in columns_of_runs(runs, [*names, axis], stream=stream, steps=ends, counts=counts):
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


def _from_values(runs: Sequence[Run], view: View, points: int, windows: Mapping[int, Window]) -> dict[int, Series]:
    """Draw runs that no zoom level fits, and most of those that grow, from their values."""
    chosen = [windows.get(run.pk, Window.of(view)) for run in runs]
    counts = {run.pk: window.value_count for run, window in zip(runs, chosen, strict=True)}
    ends = around(chosen)
    found: dict[int, Series] = {}
    for run, columns in columns_of_runs(runs, view.keys, stream=view.stream, steps=ends, counts=counts):
        steps, values = columns.column(view.key).numbers()
        x, y = values_along(columns, steps, values, view.axis)
        part = within(x, view)
        if len(x[part]):
            last = float(values[-1]) if view.is_whole else float(y[part][-1])
            found[run.pk] = draw_values(view.key, x[part], y[part], points, last=last, axis=view.axis)
    return found


def _kept(runs: Mapping[int, Run], view: View, points: int, manifests: Mapping[int, Manifest]) -> dict[int, Series]:
    """Return what was drawn of whole runs and is still true: nothing has been compacted since."""
    found: dict[int, Series] = {}
    for run in runs.values() if view.is_whole else ():
        with _drawn.use(_place(run, view, points), _Drawn) as kept:
            if kept.series is not None and run.pk in manifests and kept.seq == manifests[run.pk].seq:
                found[run.pk] = kept.series
    return found


def _keep(  # noqa: PLR0917
    run_ids: Iterable[int],
    drawn: Mapping[int, Series],
    runs: Mapping[int, Run],
    view: View,
    points: int,
    manifests: Mapping[int, Manifest],
) -> None:
    """Keep what was drawn of whole runs. The manifests were read before it."""
    for run_id in run_ids if view.is_whole else ():
        if run_id in manifests:
            with _drawn.use(_place(runs[run_id], view, points), _Drawn) as kept:
                kept.series, kept.seq = drawn[run_id].sealed(), manifests[run_id].seq


def _place(run: Run, view: View, points: int) -> tuple[str, int, str, str, int]:
    """A run is known by its uid here, which is never given twice."""
    return run.uid, view.stream, view.key, view.axis, points


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
    """Draw all of runs that have something in their log, along steps: from zoom levels and what has come since."""
    if not (view.is_by_step and view.is_whole):
        return {}
    drawn = ((run.pk, series(run, [view.key], points=points, stream=view.stream, axis=STEP)) for run in runs)
    return {run_id: each for run_id, found in drawn for each in found.series}
