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


def thin_buckets(buckets: Buckets, points: int) -> Thinned:
    """Draw buckets as `thin` draws values: about `points` of them, both ends of the series seen."""
    first_step, last_step, count, _ = buckets.ints
    total, _, low, high, first = buckets.floats[:5]
    width = (float(first_step[-1]) - float(first_step[0])) / points
    places = ((first_step - first_step[0]) / width).astype(np.int64) if width > 0 else np.zeros(len(count), np.int64)
    starts = np.flatnonzero(np.append(True, places[1:] != places[:-1]))
    if len(count) <= points:
        starts = np.arange(len(count))
    counts = np.add.reduceat(count, starts)
    low, high = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        means = np.add.reduceat(total, starts) / counts
    means = np.where(counts > 0, np.clip(means, low, high), first[starts])
    at = first_step[starts].astype(np.float64)
    if len(at) > 1:
        at[-1] = last_step[-1]
    return Thinned(at, means, low, high)
