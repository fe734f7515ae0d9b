"""Thinning a series without losing what stands out: each bucket keeps its least and its greatest value.

Source: min-max bucketing, as in databases of time series; a spike of one step stays in the maximum of its bucket.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thinned:
    """Columns of equal length, x rising. `y` is the mean of a bucket's finite values, NaN or an infinity where there is
    none; `low` and `high` are NaN there, and None where nothing was thinned."""

    x: Floats
    y: Floats
    low: Floats | None
    high: Floats | None


def thin(x: Floats, y: Floats, points: int) -> Thinned:
    """Cut the range of x into `points` equal buckets. `x` does not fall; up to `points` values stay as they are.

    A bucket stands at its first x, the last one at its last, so that both ends of the series are seen.
    """
    if len(x) <= points:
        return Thinned(x, y, None, None)
    width = (x[-1] - x[0]) / points
    places = np.minimum((x - x[0]) / width, points - 1).astype(np.int64) if width > 0 else np.zeros(len(x), np.int64)
    starts = np.flatnonzero(np.append(True, places[1:] != places[:-1]))
    finite = np.where(np.isfinite(y), y, np.nan)
    counts = np.add.reduceat(~np.isnan(finite), starts, dtype=np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.add.reduceat(np.nan_to_num(finite / 2**10), starts) / counts * 2**10  # sums stay within doubles
    low, high = np.fmin.reduceat(finite, starts), np.fmax.reduceat(finite, starts)
    means = np.where(counts > 0, np.clip(means, low, high), y[starts])
    at = x[starts]
    if len(at) > 1:
        at[-1] = x[-1]
    return Thinned(at, means, low, high)
