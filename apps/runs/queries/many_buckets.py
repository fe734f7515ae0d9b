"""Zoom levels of one key of many runs, along steps or time, in a few questions to the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil, floor

from apps.runs.history.groups import Manifest
from apps.runs.history.zoom import BUCKET_VALUES, COARSE, FINE, Buckets, Placed, along_steps, along_time
from apps.runs.queries.many_columns import ALL, Ends, KeyExtent, View
from apps.runs.queries.series import level_for
from apps.runs.stores.chunks import read_zooms

TIME_AXES = ("_runtime", "_timestamp")


@dataclass(frozen=True, slots=True)
class Window:
    """What of a run is in view: about how many values, `gap` steps apart, and the steps they lie between. `zero` is the
    wall time at which its axis of time begins; None along steps."""

    value_count: float
    gap: float
    steps: Ends
    zero: float | None = None

    @classmethod
    def of(cls, view: View, extent: KeyExtent | None = None) -> "Window":
        """Return what a view asks for: a range of steps; along another axis all of a run: its steps are not known."""
        if not view.is_by_step:
            return cls(extent.value_count if extent else 0.0, 1.0, ALL)
        low = None if view.low is None else floor(view.low)
        high = None if view.high is None else ceil(view.high)
        return cls(extent.values_within(view), extent.gap, (low, high)) if extent else cls(0.0, 1.0, (low, high))

    def place(self, buckets: Buckets) -> Placed | None:
        return along_steps(buckets) if self.zero is None else along_time(buckets, self.zero)


def windows_of(view: View, extents: Mapping[int, KeyExtent], manifests: Mapping[int, Manifest]) -> dict[int, Window]:
    """Return what is in view of each run, where zoom levels can tell: along steps, and along time where the clock of a
    run rises with its steps. A range of time costs one read of the coarsest level."""
    if view.is_by_step:
        return {run_id: Window.of(view, extent) for run_id, extent in extents.items()}
    if view.axis not in TIME_AXES:
        return {}
    zeros = {run_id: manifests[run_id].clock.zero_of(view.axis) for run_id in extents if run_id in manifests}
    whole = {
        run_id: Window(extents[run_id].value_count, extents[run_id].gap, ALL, zero)
        for run_id, zero in zeros.items()
        if zero is not None
    }
    return whole if view.is_whole else _by_time(view, whole)


def _by_time(view: View, whole: Mapping[int, Window]) -> dict[int, Window]:
    found: dict[int, Window] = {}
    for run_id, buckets in read_zooms(list(whole), view.stream, view.key, COARSE[-1]).items():
        placed = whole[run_id].place(buckets)
        if placed is None:
            continue
        seen = placed.cut(view.low, view.high)
        near = placed.cut(view.low, view.high, beyond=1)
        if len(near):
            ends = int(near.buckets.ints[0, 0]), int(near.buckets.ints[1, -1])
            found[run_id] = replace(whole[run_id], value_count=_count_within(seen, view), steps=ends)
    return found


def _count_within(placed: Placed, view: View) -> float:
    """Return about how many values lie in view: of buckets that lie in it in part, a part."""
    if not len(placed):
        return 0.0
    first, last = float(placed.first_x[0]), float(placed.last_x[-1])
    start = first if view.low is None else max(view.low, first)
    stop = last if view.high is None else min(view.high, last)
    share = (stop - start) / (last - first) if last > first else 1.0
    return max(share, 0.0) * float(placed.buckets.ints[3].sum())


def read_placed(windows: Mapping[int, Window], view: View, points: int) -> dict[int, Placed]:
    """Return the coarsest level that still fills `points` of what is in view, and a little beyond; runs of which none
    does, or whose times fall, are left out."""
    levels: dict[int, list[int]] = {}
    for run_id, window in windows.items():
        levels.setdefault(level_for(int(window.value_count), points), []).append(run_id)
    return {
        run_id: placed
        for level, run_ids in levels.items()
        if level
        for run_id, placed in read_level({run_id: windows[run_id] for run_id in run_ids}, view, level).items()
    }


def read_level(windows: Mapping[int, Window], view: View, level: int) -> dict[int, Placed]:
    """Return one level of what is in view of each run, and what `around` adds."""
    ends = around(windows.values(), BUCKET_VALUES[level])
    read = read_zooms(list(windows), view.stream, view.key, level, steps=ends)
    placed = {run_id: windows[run_id].place(buckets) for run_id, buckets in read.items()}
    return {run_id: each for run_id, each in placed.items() if each is not None}


def around(windows: Iterable[Window], size: int = BUCKET_VALUES[FINE]) -> Ends:
    """Return the ends of steps that hold all windows, and twice `size` values more on each side."""
    given = list(windows)
    margin = 2 * size * ceil(max((window.gap for window in given), default=1.0))
    lows = [window.steps[0] for window in given]
    highs = [window.steps[1] for window in given]
    low, high = (None if None in ends or not ends else ends for ends in (lows, highs))
    return (
        None if low is None else min(step for step in low if step is not None) - margin,
        None if high is None else max(step for step in high if step is not None) + margin,
    )
