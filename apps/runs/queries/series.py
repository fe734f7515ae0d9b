"""What charts draw: columns of some keys, thinned so that every spike stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from apps.core.errors import InvalidInput
from apps.runs.history.buckets import Floats, Thinned, thin
from apps.runs.history.codec import Array
from apps.runs.history.columns import Column, Steps
from apps.runs.history.decoded import columns_of, zoom_of
from apps.runs.history.groups import Merged, singles
from apps.runs.history.zoom import BUCKET_VALUES, Buckets, Placed, along_steps, join_buckets, thin_buckets
from apps.runs.models import HistoryKey, Run, RunPulse, Stream
from apps.runs.stores.chunks import last_step_of

MAX_POINTS = 10_000
MAX_KEYS = 200
AXES = ("_step", "_runtime", "_timestamp")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One key. `x` does not fall, int64 along `_step`, else float64; `y` may be NaN or infinite; `low` and `high` only
    where buckets were made, with NaN where a bucket has no finite value. `count` are the values in range,
    `nonfinite_count` NaN and infinities of them.
    """

    key: str
    x: Array
    y: Floats
    low: Floats | None
    high: Floats | None
    count: int
    nonfinite_count: int
    last: float | None

    def sealed(self) -> "Series":
        """Let nobody change the columns, which are lent to many."""
        for column in (self.x, self.y, self.low, self.high):
            if column is not None:
                column.setflags(write=False)
        return self

    def as_json(self) -> dict[str, Any]:
        """Return what `<line-panel>` reads (frontend/api.ts)."""
        return {
            "key": self.key,
            "label": self.key,
            "x": self.x.tolist(),
            "y": self.y.tolist(),
            "min": _without_nan(self.low),
            "max": _without_nan(self.high),
            "count": self.count,
            "last": self.last,
        }


@dataclass(frozen=True, slots=True)
class SeriesData:
    """Columns of a run, and how fresh they are."""

    step_last: int | None
    updated_at: str | None
    state: str
    series: list[Series]

    def as_json(self) -> dict[str, Any]:
        return {
            "step_last": self.step_last,
            "updated_at": self.updated_at,
            "state": self.state,
            "series": [each.as_json() for each in self.series],
        }


def series(
    run: Run,
    keys: Sequence[str],
    *,
    points: int = 1500,
    stream: int = Stream.HISTORY,
    axis: str | None = None,
    low: float | None = None,
    high: float | None = None,
) -> SeriesData:
    """Return the numbers of some keys, thinned to about `points` each; keys without numbers are left out.

    `axis` is `_step`, `_runtime` (seconds; the default of system metrics) or `_timestamp`; `low` and `high` cut its
    range, both included. As fresh as what is acknowledged.
    """
    axis = axis or ("_step" if stream == Stream.HISTORY else "_runtime")
    if axis not in AXES or len(keys) > MAX_KEYS:
        raise InvalidInput(f"Ask for at most {MAX_KEYS} keys, along {', '.join(AXES)}.", code="bad_series")
    points = min(max(points, 2), MAX_POINTS)
    names = list(dict.fromkeys(keys))
    is_wide = axis == "_step" and low is None and high is None
    zoomed, step_last = _zoomed(run, stream, names, points) if is_wide else ({}, None)
    fine: dict[str, Series | None] = {}
    if not names or len(zoomed) < len(names):
        wanted = [name for name in names if name not in zoomed]
        with columns_of(run, stream, [*wanted, axis]) as columns:
            step_last = int(columns.steps[-1]) if len(columns.steps) else None
            fine = {name: _one(columns, name, axis, (low, high), points) for name in wanted}
    found = [zoomed.get(name) or fine.get(name) for name in names]
    seen = RunPulse.objects.values_list("last_seen_at", flat=True).get(run=run)
    return SeriesData(
        step_last=step_last,
        updated_at=seen.isoformat() if seen else None,
        state=run.state,
        series=[each for each in found if each is not None],
    )


def _zoomed(run: Run, stream: int, keys: Sequence[str], points: int) -> tuple[dict[str, Series], int | None]:
    """Return the series of keys that have a zoom level with enough buckets, and the last step. Keys of which steps came
    again since are left out, as all are after a rewind."""
    found: dict[str, Series] = {}
    last = None
    for level, names in _levels(run, stream, keys, points).items():
        with zoom_of(run, stream, names, level) as (buckets, tail):
            if tail.was_rewound:
                continue
            drawn = (_of_buckets(name, buckets.get(name), tail.column(name), points) for name in names)
            found |= {each.key: each for each in drawn if each is not None}
            last = int(tail.steps[-1]) if len(tail.steps) else None
    ends = [end for end in (last, last_step_of(run.pk, stream) if found else None) if end is not None]
    return found, max(ends, default=None)


def _levels(run: Run, stream: int, keys: Sequence[str], points: int) -> dict[int, list[str]]:
    """Return the coarsest zoom level that still has `points` buckets, and the keys for which it is that."""
    rows = HistoryKey.objects.filter(run=run, stream=stream, key__in=keys)
    levels: dict[int, list[str]] = {}
    for key, count, nonfinite_count in rows.values_list("key", "count", "nonfinite_count"):
        level = level_for(count + nonfinite_count, points)
        if level:
            levels.setdefault(level, []).append(key)
    return levels


def level_for(value_count: int, points: int) -> int:
    """Return the coarsest zoom level of which so many values fill `points` buckets; 0 if none does."""
    return max((level for level, size in BUCKET_VALUES.items() if value_count >= size * points), default=0)


def _of_buckets(key: str, buckets: Buckets | None, tail: Column, points: int) -> Series | None:
    late = tail.whole()[0]
    if buckets is None or (len(late) and late[0] <= buckets.ints[1, -1]):
        return None
    if len(late):
        buckets = join_buckets([buckets, singles(*tail.numbers())])
    return draw_buckets(key, [along_steps(buckets)], points)[0]


def draw_buckets(key: str, parts: Sequence[Placed], points: int, *, axis: str = "_step") -> list[Series]:
    """Return a series of the buckets of each run. None of them may be empty."""
    thinned = thin_buckets(parts, points) if parts else []
    return [_drawn(key, part.buckets, each, axis) for part, each in zip(parts, thinned, strict=True)]


def _drawn(key: str, buckets: Buckets, thinned: Thinned, axis: str) -> Series:
    count, total = int(buckets.ints[2].sum()), int(buckets.ints[3].sum())
    return Series(
        key=key,
        x=thinned.x.astype(np.int64 if axis == "_step" else np.float64),
        y=thinned.y,
        low=thinned.low,
        high=thinned.high,
        count=total,
        nonfinite_count=total - count,
        last=float(buckets.floats[5, -1]),
    )


def _one(columns: Merged, key: str, axis: str, span: tuple[float | None, float | None], points: int) -> Series | None:
    steps, values = columns.column(key).numbers()
    if not len(steps):
        return None
    x, y = values_along(columns, steps, values, axis)
    return draw_values(key, *cut(x, y, *span), points, last=float(values[-1]), axis=axis)


def draw_values(key: str, x: Floats, y: Floats, points: int, *, last: float | None, axis: str) -> Series:
    """Return a series of values at x, which does not fall."""
    thinned = thin(x, y, points)
    return Series(
        key=key,
        x=thinned.x.astype(np.int64) if axis == "_step" else thinned.x,
        y=thinned.y,
        low=thinned.low,
        high=thinned.high,
        count=len(y),
        nonfinite_count=int(np.count_nonzero(~np.isfinite(y))),
        last=last,
    )


def values_along(columns: Merged, steps: Steps, values: Floats, axis: str) -> tuple[Floats, Floats]:
    """Return x and y where x is known, by rising x."""
    if axis == "_step":
        return steps.astype(np.float64), values
    at_steps, at = columns.column(axis).numbers()
    _, mine, theirs = np.intersect1d(steps, at_steps, assume_unique=True, return_indices=True)
    x, y = at[theirs], values[mine]
    is_known = np.isfinite(x)
    x, y = x[is_known], y[is_known]
    order = np.argsort(x, kind="stable")
    return x[order], y[order]


def cut(x: Floats, y: Floats, low: float | None, high: float | None) -> tuple[Floats, Floats]:
    """Return what lies between two x, both included; x does not fall."""
    start = 0 if low is None else int(np.searchsorted(x, low))
    stop = len(x) if high is None else int(np.searchsorted(x, high, side="right"))
    return x[start:stop], y[start:stop]


def _without_nan(values: Floats | None) -> list[float | None] | None:
    if values is None:
        return None
    return [None if isnan(value) else value for value in values.tolist()]
