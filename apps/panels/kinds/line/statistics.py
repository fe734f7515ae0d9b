"""Statistics of a group at each cell of x: over one value per run, exact by that definition at every zoom.

A run's value in a cell is the mean of what it logged there; lowest and highest take its extremes (the "Bucket" of
docs/decisions/0012). Where cells hold one value per run these are the plain formulas.
"""

import numpy as np
import numpy.typing as npt

from apps.panels.kinds.statistics import WORDS as OF_COLUMNS
from apps.panels.terms import Floats

WORDS = {**OF_COLUMNS, "samples": "runs"}
AGGREGATES = tuple(WORDS)
AREAS = ("minmax", "stddev", "stderr", "none", "samples")


def aggregate(mean: Floats, low: Floats, high: Floats, how: str) -> Floats:
    """Return the line of a group from arrays (runs, cells), NaN where a run has nothing; NaN where no run has."""
    is_there = ~np.isnan(mean)
    count = is_there.sum(axis=0)
    if how == "min":
        return np.asarray(np.fmin.reduce(low, axis=0), np.float64)
    if how == "max":
        return np.asarray(np.fmax.reduce(high, axis=0), np.float64)
    if how == "median":
        return _median(mean, count)
    total = np.where(is_there, mean, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, total if how == "sum" else total / count, np.nan)


def band(mean: Floats, low: Floats, high: Floats, line: Floats, area: str) -> tuple[Floats, Floats] | None:
    """Return the edges of a group's band: its extremes, or the line ± one standard deviation or error; None: no band.

    The deviation is that of the population, the error that divided by √n.
    """
    if area == "minmax":
        return np.asarray(np.fmin.reduce(low, axis=0)), np.asarray(np.fmax.reduce(high, axis=0))
    if area not in ("stddev", "stderr"):
        return None
    is_there = ~np.isnan(mean)
    count = is_there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where(is_there, mean, 0.0).sum(axis=0) / count
        squares = np.where(is_there, np.square(mean - centre), 0.0).sum(axis=0)
        width = np.sqrt(squares / count) / (np.sqrt(count) if area == "stderr" else 1)
    return line - width, line + width


def _median(mean: Floats, count: npt.NDArray[np.int64]) -> Floats:
    """Return medians by one sort, in which NaN come last: quicker than nanmedian, and silent where nothing is."""
    if not len(mean):
        return np.full(mean.shape[1], np.nan)
    ordered = np.sort(mean, axis=0)
    last = np.maximum(count - 1, 0)
    columns = np.arange(mean.shape[1])
    return np.where(count > 0, (ordered[last // 2, columns] + ordered[(last + 1) // 2, columns]) / 2, np.nan)
