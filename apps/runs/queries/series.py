"""What charts draw: columns of some keys, thinned so that every spike stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.core.errors import InvalidInput
from apps.runs.history.buckets import Floats, thin
from apps.runs.history.columns import Steps
from apps.runs.history.decoded import columns_of
from apps.runs.history.groups import Merged
from apps.runs.models import Run, RunPulse, Stream

MAX_POINTS = 10_000
MAX_KEYS = 200
AXES = ("_step", "_runtime", "_timestamp")


@dataclass(frozen=True, slots=True)
class Series:
    """One key. `x` does not fall; `y` may be NaN or infinite; `low` and `high` only where buckets were made, with None
    where a bucket has no finite value. `count` are the values in range, `nonfinite_count` NaN and infinities of them.
    """

    key: str
    x: list[Any]
    y: list[float]
    low: list[float | None] | None
    high: list[float | None] | None
    count: int
    nonfinite_count: int
    last: float | None

    def as_json(self) -> dict[str, Any]:
        """Return what `<line-panel>` reads (frontend/api.ts)."""
        return {
            "key": self.key,
            "label": self.key,
            "x": self.x,
            "y": self.y,
            "min": self.low,
            "max": self.high,
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
    with columns_of(run, stream, [*names, axis]) as columns:
        steps = columns.steps
        found = [_one(columns, name, axis, (low, high), points) for name in names]
    seen = RunPulse.objects.values_list("last_seen_at", flat=True).get(run=run)
    return SeriesData(
        step_last=int(steps[-1]) if len(steps) else None,
        updated_at=seen.isoformat() if seen else None,
        state=run.state,
        series=[each for each in found if each is not None],
    )


def _one(columns: Merged, key: str, axis: str, span: tuple[float | None, float | None], points: int) -> Series | None:
    steps, values = columns.column(key).numbers()
    if not len(steps):
        return None
    x, y = _along(columns, steps, values, axis)
    x, y = _cut(x, y, *span)
    thinned = thin(x, y, points)
    is_whole = axis == "_step"
    return Series(
        key=key,
        x=[int(at) for at in thinned.x.tolist()] if is_whole else thinned.x.tolist(),
        y=thinned.y.tolist(),
        low=_without_nan(thinned.low),
        high=_without_nan(thinned.high),
        count=len(y),
        nonfinite_count=int(np.count_nonzero(~np.isfinite(y))),
        last=float(values[-1]),
    )


def _along(columns: Merged, steps: Steps, values: Floats, axis: str) -> tuple[Floats, Floats]:
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


def _cut(x: Floats, y: Floats, low: float | None, high: float | None) -> tuple[Floats, Floats]:
    start = 0 if low is None else int(np.searchsorted(x, low))
    stop = len(x) if high is None else int(np.searchsorted(x, high, side="right"))
    return x[start:stop], y[start:stop]


def _without_nan(values: Floats | None) -> list[float | None] | None:
    if values is None:
        return None
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124  NaN differs from itself
