"""Zoom levels: what buckets of 32, 256 and 2,048 values of a key hold, so that a wide view reads little.

Buckets lie within their row group and hold all a chart needs, also of the steps: a coarse read touches no fine bytes.
Level 1 has a row for each row group, the levels above it have rows that span many (apps/runs/history/spans.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.runs.history.buckets import Thinned
from apps.runs.history.codec import Array, Kind, join_parts, pack_array, split_parts, unpack_array
from apps.runs.history.columns import Steps, Values

BUCKET_VALUES = {1: 32, 2: 256, 3: 2_048}
FINE = 1
COARSE = (2, 3)
SMALL = BUCKET_VALUES[FINE]  # up to so many values in a row group have no fine level: their values are read
_INTS, _FLOATS = 4, 8


@dataclass(frozen=True, slots=True)
class Buckets:
    """Columns of buckets by rising step. `count` are finite numbers, `total` all; min and max are NaN without them;
    times are wall times, NaN where unknown."""

    ints: Array  # first_step, last_step, count, total
    floats: Array  # sum, sum of squares, min, max, first, last, first time, last time

    def pack(self) -> bytes:
        return join_parts([pack_array(self.ints.ravel(), Kind.INTEGER), pack_array(self.floats.ravel(), Kind.FLOAT)])


def unpack_buckets(payload: bytes) -> Buckets:
    ints, floats = map(unpack_array, split_parts(payload))
    return Buckets(ints.reshape(_INTS, -1), floats.reshape(_FLOATS, -1))


def join_buckets(parts: Sequence[Buckets]) -> Buckets:
    """Return buckets as one, by rising step."""
    ints = np.concatenate([np.empty((_INTS, 0), np.int64), *(part.ints for part in parts)], axis=1)
    floats = np.concatenate([np.empty((_FLOATS, 0)), *(part.floats for part in parts)], axis=1)
    order = np.argsort(ints[0], kind="stable")
    return Buckets(ints[:, order], floats[:, order])


def buckets_of(steps: Steps, values: Values, times: Values, size: int) -> Buckets:
    """Return buckets of `size` values each; the last may have fewer."""
    if not len(steps):
        return join_buckets([])
    starts = np.arange(0, len(steps), size)
    lasts = np.append(starts[1:], len(steps)) - 1
    finite = np.where(np.isfinite(values), values, np.nan)
    zeros = np.nan_to_num(finite)
    with np.errstate(over="ignore"):
        sums = [np.add.reduceat(zeros, starts), np.add.reduceat(np.square(zeros), starts)]
    counts = np.add.reduceat(np.isfinite(values), starts, dtype=np.int64)
    ends = [values[starts], values[lasts], times[starts], times[lasts]]
    floats = np.array([*sums, np.fmin.reduceat(finite, starts), np.fmax.reduceat(finite, starts), *ends])
    return Buckets(np.array([steps[starts], steps[lasts], counts, lasts - starts + 1], np.int64), floats)


def gather(buckets: Buckets, size: int) -> Buckets:
    """Return each `size` neighbouring buckets as one; the last may be of fewer."""
    starts = np.arange(0, buckets.ints.shape[1], size)
    if not len(starts):
        return buckets
    lasts = np.append(starts[1:], buckets.ints.shape[1]) - 1
    first_step, last_step, count, total = buckets.ints
    amount, squares, low, high, first, last, first_time, last_time = buckets.floats
    counted = [first_step[starts], last_step[lasts], np.add.reduceat(count, starts), np.add.reduceat(total, starts)]
    with np.errstate(over="ignore"):
        sums = [np.add.reduceat(amount, starts), np.add.reduceat(squares, starts)]
    extremes = [np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)]
    ends = [first[starts], last[lasts], first_time[starts], last_time[lasts]]
    return Buckets(np.array(counted, np.int64), np.array([*sums, *extremes, *ends]))


@dataclass(frozen=True, slots=True)
class Placed:
    """Buckets, and the x of the first and of the last value of each. Neither falls."""

    buckets: Buckets
    first_x: Array
    last_x: Array

    def cut(self, low: float | None, high: float | None, *, beyond: int = 0) -> "Placed":
        """Return those that overlap a range of x, with all they hold, and so many more on each side."""
        start = 0 if low is None else max(int(np.searchsorted(self.last_x, low)) - beyond, 0)
        stop = None if high is None else int(np.searchsorted(self.first_x, high, side="right")) + beyond
        part = slice(start, stop)
        kept = Buckets(self.buckets.ints[:, part], self.buckets.floats[:, part])
        return Placed(kept, self.first_x[part], self.last_x[part])

    def __len__(self) -> int:
        return len(self.first_x)


def along_steps(buckets: Buckets) -> Placed:
    return Placed(buckets, buckets.ints[0], buckets.ints[1])


def along_time(buckets: Buckets, zero: float) -> Placed | None:
    """Return buckets along wall time, counted from `zero`; None where a time is unknown or falls."""
    first, last = buckets.floats[6], buckets.floats[7]
    if not (np.all(first <= last) and np.all(last[:-1] <= first[1:])):  # False for NaN too
        return None
    return Placed(buckets, first - zero, last - zero)


def thin_buckets(parts: Sequence[Placed], points: int) -> list[Thinned]:
    """Draw buckets of each series as `thin` draws values: about `points` of them, both ends seen. None may be empty."""
    lengths = np.array([len(part) for part in parts])
    ends = np.cumsum(lengths)
    owner = np.repeat(np.arange(len(parts)), lengths)
    first_x = np.concatenate([part.first_x for part in parts])
    last_x = np.concatenate([part.last_x for part in parts])
    starts = _starts_of_points(first_x, owner, ends - lengths, ends, points)
    count = np.add.reduceat(np.concatenate([part.buckets.ints[2] for part in parts]), starts)
    total, low, high, first = np.concatenate([part.buckets.floats[[0, 2, 3, 4]] for part in parts], axis=1)
    low, high = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        means = np.add.reduceat(total, starts) / count
    means = np.where(count > 0, np.clip(means, low, high), first[starts])
    at = first_x[starts]
    cuts = np.searchsorted(starts, ends)
    bounds = list(zip([0, *cuts[:-1].tolist()], cuts.tolist(), ends.tolist(), strict=True))
    for start, stop, end in bounds:
        if stop - start > 1:
            at[stop - 1] = last_x[end - 1]
    return [Thinned(at[start:stop], means[start:stop], low[start:stop], high[start:stop]) for start, stop, _ in bounds]


def _starts_of_points(x: Array, owner: Array, begins: Array, ends: Array, points: int) -> Array:
    """Return where points begin: each series' own range of x by `points`; all its buckets where there are no more."""
    width = (x[ends - 1] - x[begins]).astype(np.float64) / points
    with np.errstate(invalid="ignore", divide="ignore"):
        places = (x - x[begins][owner]) / width[owner]
    places = np.where(width[owner] > 0, places, 0.0).astype(np.int64)
    is_few = ends - begins <= points
    places = np.where(is_few[owner], np.arange(len(x)), places)
    return np.flatnonzero(np.append(True, (places[1:] != places[:-1]) | (owner[1:] != owner[:-1])))
