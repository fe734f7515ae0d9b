"""Statistics of one column of values: what bars, boxes, violins and fits show. NaN and infinities count as missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.panels.terms import Floats

WORDS = {"mean": "mean", "min": "lowest", "max": "highest", "median": "median", "sum": "sum"}
AGGREGATES = tuple(WORDS)
AREAS = ("stddev", "stderr", "minmax", "none")
DENSITY_POINTS = 64
MOST_OUTLIERS = 200
_WHISKER = 1.5  # interquartile ranges, as Tukey drew them
_TAIL = 2  # bandwidths that a violin goes on beyond its last value

_MAKERS: Mapping[str, Callable[[Floats], Any]] = {"min": np.min, "max": np.max, "median": np.median, "sum": np.sum}


def finite(values: npt.ArrayLike) -> Floats:
    """Return the numbers among some values."""
    column = np.asarray(values, np.float64)
    return column[np.isfinite(column)]


def aggregate(values: Floats, how: str) -> float:
    """Return mean, min, max, median or sum; NaN of nothing."""
    known = finite(values)
    if not len(known):
        return float("nan")
    return float(_MAKERS.get(how, np.mean)(known))


def whiskers(values: Floats, centre: float, area: str) -> tuple[float, float] | None:
    """Return how far the values of a group reach: centre ± standard deviation of the population or its error, or the
    extremes. None where nothing is to be drawn."""
    known = finite(values)
    if not len(known) or area not in ("stddev", "stderr", "minmax"):
        return None
    if area == "minmax":
        return float(known.min()), float(known.max())
    width = float(known.std()) / (float(np.sqrt(len(known))) if area == "stderr" else 1.0)
    return centre - width, centre + width


@dataclass(frozen=True, slots=True)
class Box:
    """Quartiles by linear interpolation; whiskers end at the last value within 1.5 interquartile ranges."""

    low: float
    lower: float
    median: float
    upper: float
    high: float
    outliers: Floats  # rising; the outermost ones where there are too many to draw
    outlier_count: int


def box_of(values: Floats) -> Box | None:
    known = np.sort(finite(values))
    if not len(known):
        return None
    lower, median, upper = (float(each) for each in np.quantile(known, (0.25, 0.5, 0.75)))
    reach = _WHISKER * (upper - lower)
    is_inside = (known >= lower - reach) & (known <= upper + reach)
    inside, outside = known[is_inside], known[~is_inside]
    return Box(
        low=float(inside[0]),
        lower=lower,
        median=median,
        upper=upper,
        high=float(inside[-1]),
        outliers=_outermost(outside, median),
        outlier_count=len(outside),
    )


def _outermost(values: Floats, centre: float) -> Floats:
    if len(values) <= MOST_OUTLIERS:
        return values
    farthest = np.argsort(-np.abs(values - centre), kind="stable")[:MOST_OUTLIERS]
    return np.sort(values[farthest])


def bandwidth(values: Floats) -> float:
    """Return Silverman's rule of thumb, 0.9 · min(s, IQR / 1.34) · n^(-1/5); 0 where all values are alike."""
    known = finite(values)
    if len(known) < 2 or known.min() == known.max():  # whose deviation rounding may leave above 0
        return 0.0
    lower, upper = np.quantile(known, (0.25, 0.75))
    deviation = float(known.std(ddof=1))
    spread = min(deviation, float(upper - lower) / 1.34) or deviation
    return 0.9 * spread / float(len(known) ** 0.2)


def density(values: Floats, points: int = DENSITY_POINTS) -> tuple[Floats, Floats] | None:
    """Return where a violin is how wide: a Gaussian kernel density. None where all values are alike."""
    known = finite(values)
    width = bandwidth(known)
    if not width > 0:
        return None
    at = np.linspace(known.min() - _TAIL * width, known.max() + _TAIL * width, points)
    bells = np.exp(-0.5 * np.square((at[:, None] - known[None, :]) / width))
    return at, bells.sum(axis=1) / (len(known) * width * np.sqrt(2 * np.pi))


@dataclass(frozen=True, slots=True)
class Fit:
    """The straight line y = intercept + slope · x by least squares, over logarithms to ten where an axis is one."""

    slope: float
    intercept: float
    r2: float
    count: int


def fit_line(x: Floats, y: Floats, *, log_x: bool = False, log_y: bool = False) -> Fit | None:
    """Fit a line in the scale that is drawn. None for fewer than two different x."""
    x, y = _drawn(x, log_x), _drawn(y, log_y)
    is_both = np.isfinite(x) & np.isfinite(y)
    x, y = x[is_both], y[is_both]
    across = x - x.mean() if len(x) else x
    if len(x) < 2 or not np.any(across):
        return None
    up = y - y.mean()
    slope = float(across @ up / (across @ across))
    missed, whole = up - slope * across, float(up @ up)
    r2 = 1.0 - float(missed @ missed) / whole if whole > 0 else 1.0
    return Fit(slope, float(y.mean() - slope * x.mean()), r2, len(x))


def _drawn(values: Floats, is_log: bool) -> Floats:
    if not is_log:
        return values
    return np.log10(np.where(values > 0, values, np.nan))


def running(values: Floats, how: str) -> Floats:
    """Return the lowest, highest or mean value so far. Every value is a number."""
    if how == "min":
        return np.asarray(np.minimum.accumulate(values), np.float64)
    if how == "max":
        return np.asarray(np.maximum.accumulate(values), np.float64)
    return np.cumsum(values) / np.arange(1, len(values) + 1)
