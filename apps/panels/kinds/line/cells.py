"""Columns of several runs on common cells of x: for what is worked out from single values, as expressions are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apps.panels.terms import Floats


@dataclass(frozen=True, slots=True)
class Cells:
    """`x` rises strictly, shape (cells,); the others (runs, cells), NaN where a run has no finite value."""

    x: Floats
    mean: Floats
    low: Floats
    high: Floats


def on_cells(curves: Sequence[tuple[Floats, Floats]], cells: int) -> Cells:
    """Put curves on common cells of x. Where all of them have at most `cells` different x, each of these is a cell;
    else the range is cut into equal parts, and a cell stands at the least x in it. x of a curve does not fall."""
    known = [x[np.isfinite(x)] for x, _ in curves]
    places = np.unique(np.concatenate(known)) if known else np.empty(0)
    shape = (len(curves), min(len(places), cells))
    mean, low, high = (np.full(shape, np.nan) for _ in range(3))
    if not len(places):
        return Cells(places, mean, low, high)
    owners = np.arange(len(places))
    if len(places) > cells:
        width = (places[-1] - places[0]) / cells
        owners = np.minimum((places - places[0]) / width, cells - 1).astype(np.int64)
    starts = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
    at = places[starts]
    at[-1] = places[-1] if len(places) > cells else at[-1]
    mean, low, high = mean[:, : len(starts)], low[:, : len(starts)], high[:, : len(starts)]
    for row, (x, y) in enumerate(curves):
        is_there = np.isfinite(x) & np.isfinite(y)
        _fill(mean[row], low[row], high[row], np.searchsorted(places[starts], x[is_there], "right") - 1, y[is_there])
    return Cells(at, mean, low, high)


def _fill(mean: Floats, low: Floats, high: Floats, cells: npt.NDArray[np.int64], values: Floats) -> None:
    if not len(values):
        return
    starts = np.flatnonzero(np.append(True, cells[1:] != cells[:-1]))
    where = cells[starts]
    counts = np.diff(np.append(starts, len(values)))
    mean[where] = np.add.reduceat(values, starts) / counts
    low[where] = np.minimum.reduceat(values, starts)
    high[where] = np.maximum.reduceat(values, starts)
    mean[where] = np.clip(mean[where], low[where], high[where])
