"""A key of many runs along any x: as series, on common cells, or with other keys at the same step. Run by run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.runs.history.buckets import thin
from apps.runs.history.decoded import columns_of
from apps.runs.models import Run, Stream
from apps.runs.queries import many_series
from apps.runs.queries.series import AXES, Series, series

Floats = npt.NDArray[np.float64]
Span = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Aligned:
    """Columns of one run where every key was logged at the same step; x does not fall."""

    x: Floats
    values: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Grid:
    """Runs on common cells: `x` rises strictly, the others have the shape (runs, cells), NaN where nothing is."""

    x: Floats
    mean: Floats
    low: Floats
    high: Floats
    count: npt.NDArray[np.int64]
    run_ids: list[int]
    is_exact: bool


def series_of_runs(
    runs: Sequence[Run],
    key: str,
    *,
    points: int = 300,
    axis: str = "_step",
    low: float | None = None,
    high: float | None = None,
    stream: int = Stream.HISTORY,
) -> dict[int, Series]:
    """Return the series of a key by run id; runs without numbers of it are left out."""
    if axis == "_step" and low is None and high is None and stream == Stream.HISTORY:
        return {pk: _as_arrays(each) for pk, each in many_series.series_of_runs(runs, key, points=points).items()}
    if axis not in AXES:
        found = aligned_values(runs, [key], axis=axis, low=low, high=high, stream=stream)
        return {pk: _thinned(key, each.x, each.values[key], points) for pk, each in found.items()}
    return {
        run.pk: _as_arrays(each)
        for run in runs
        for each in series(run, [key], points=points, axis=axis, low=low, high=high, stream=stream).series
    }


def aligned_values(
    runs: Sequence[Run],
    keys: Sequence[str],
    *,
    axis: str = "_step",
    low: float | None = None,
    high: float | None = None,
    stream: int = Stream.HISTORY,
) -> dict[int, Aligned]:
    """Return the values of keys at those steps where all of them and the axis were logged, by run id."""
    found = {run.pk: _aligned(run, keys, axis, (low, high), stream) for run in runs}
    return {pk: each for pk, each in found.items() if len(each.x)}


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
    """Return runs on common cells. Up to `cells` different x are a cell each; else the range is cut into equal ones."""
    found = aligned_values(runs, [key], axis=axis, low=low, high=high, stream=stream)
    places = np.unique(np.concatenate([np.empty(0), *(each.x for each in found.values())]))
    edges = places if len(places) <= cells else np.linspace(places[0], places[-1], cells, endpoint=False)
    shape = (len(found), len(edges))
    mean, least, most = (np.full(shape, np.nan) for _ in range(3))
    counts = np.zeros(shape, np.int64)
    for row, each in enumerate(found.values()):
        values = each.values[key]
        is_there = np.isfinite(values)
        owners = np.searchsorted(edges, each.x[is_there], "right") - 1
        starts = np.flatnonzero(np.append(True, owners[1:] != owners[:-1])) if len(owners) else owners
        if len(owners):
            at, inside = owners[starts], values[is_there]
            counts[row, at] = np.diff(np.append(starts, len(owners)))
            mean[row, at] = np.add.reduceat(inside, starts) / counts[row, at]
            least[row, at], most[row, at] = np.minimum.reduceat(inside, starts), np.maximum.reduceat(inside, starts)
    is_used = counts.any(axis=0)
    mean, least, most, counts = mean[:, is_used], least[:, is_used], most[:, is_used], counts[:, is_used]
    return Grid(edges[is_used], mean, least, most, counts, list(found), is_exact=True)


def _aligned(run: Run, keys: Sequence[str], axis: str, span: Span, stream: int) -> Aligned:
    names = list(dict.fromkeys([*keys, *([] if axis == "_step" else [axis])]))
    with columns_of(run, stream, names) as columns:
        read = {name: columns.column(name).numbers() for name in names}
        steps: Any = reduce(np.intersect1d, [at for at, _ in read.values()]) if read else columns.steps
    values = {name: column[np.searchsorted(at, steps)] for name, (at, column) in read.items()}
    x = steps.astype(np.float64) if axis == "_step" else values[axis]
    is_there = np.isfinite(x)
    for edge, outside in zip(span, (np.less, np.greater), strict=True):
        if edge is not None:
            is_there &= ~outside(x, edge)
    order = np.flatnonzero(is_there)[np.argsort(x[is_there], kind="stable")]
    return Aligned(x[order], {name: values[name][order] for name in keys})


def _thinned(key: str, x: Floats, y: Floats, points: int) -> Series:
    drawn = thin(x, y, points)
    bad = int(np.count_nonzero(~np.isfinite(y)))
    return Series(key, drawn.x, drawn.y, drawn.low, drawn.high, len(y), bad, float(y[-1]))  # type: ignore[arg-type]


def _as_arrays(each: Series) -> Series:
    low, high = (None if column is None else np.asarray(column, np.float64) for column in (each.low, each.high))
    y: Any = np.asarray(each.y, np.float64)
    x: Any = np.asarray(each.x)
    return replace(each, x=x, y=y, low=low, high=high)  # type: ignore[arg-type]
