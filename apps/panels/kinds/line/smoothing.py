"""Smoothing of what is drawn. NaN stays NaN and leaves the others alone; many lines are smoothed together.

Source: protocols of the official client's line plots. The time-weighted average forgets by distance in x, measured in
thousandths of the visible range, so that a gap forgets more than a step.
"""

from collections.abc import Sequence

import numpy as np

from apps.panels.terms import Floats

METHODS = ("exponentialTimeWeighted", "exponential", "gaussian", "average", "none")
STRONGEST = 0.999
_RANGE_PARTS = 1000  # the visible range counts as so many steps
_REACH = 4  # standard deviations of a bell that still count


def smooth(xs: Sequence[Floats], ys: Sequence[Floats], method: str, weight: float, *, span: float) -> list[Floats]:
    """Return the lines smoothed. `span` is the length of the visible range of x.

    `weight` is 0…1 for the exponential methods, a standard deviation in drawn points for `gaussian`, a number of drawn
    points for `average`.
    """
    if method == "exponentialTimeWeighted":
        keep = min(np.sqrt(max(weight, 0.0)), STRONGEST)
        return _averages(ys, [keep ** (np.diff(x, prepend=x[:1]) / (span or 1.0) * _RANGE_PARTS) for x in xs])
    if method == "exponential":
        keep = min(max(weight, 0.0), STRONGEST)
        return _averages(ys, [np.full(len(y), keep) for y in ys])
    if method == "gaussian":
        return [_weighted(y, _bell(weight, len(y))) for y in ys]
    if method == "average":
        return [_weighted(y, np.ones(min(max(round(weight), 1), 2 * len(y) + 1))) for y in ys]
    return list(ys)


def is_strong(method: str, weight: float) -> bool:
    """Whether this changes anything."""
    return method != "none" and weight > (1 if method == "average" else 0)


def _averages(ys: Sequence[Floats], keeps: Sequence[Floats]) -> list[Floats]:
    """Return s/w of s = k·s + y, w = k·w + 1: the sum of the weights is divided out, so that no line starts at zero.

    All lines go through the loop together. What a gap forgets is remembered until the next value.
    """
    length = max((len(y) for y in ys), default=0)
    values, kept = np.full((length, len(ys)), np.nan), np.ones((length, len(ys)))
    for column, (y, keep) in enumerate(zip(ys, keeps, strict=True)):
        values[: len(y), column], kept[: len(y), column] = np.where(np.isfinite(y), y, np.nan), keep
    is_there = ~np.isnan(values)
    filled = np.where(is_there, values, 0.0)
    sums, weights = np.zeros(len(ys)), np.zeros(len(ys))
    smoothed = np.full_like(values, np.nan)
    for place in range(length):
        sums = sums * kept[place] + filled[place]
        weights = weights * kept[place] + is_there[place]
        np.divide(sums, weights, out=smoothed[place], where=is_there[place])
    return [smoothed[: len(y), column] for column, y in enumerate(ys)]


def _bell(deviation: float, length: int) -> Floats:
    reach = min(int(np.ceil(_REACH * max(deviation, 0.0))), max(length, 1))
    places = np.arange(-reach, reach + 1, dtype=np.float64)
    return np.exp(-0.5 * np.square(places / deviation)) if deviation > 0 else np.ones(1)


def _weighted(y: Floats, weights: Floats) -> Floats:
    """Return the weighted mean of the finite values around each place; at the ends of those that are there."""
    is_there = np.isfinite(y)
    if not is_there.any():
        return y
    start = (len(weights) - 1) // 2
    sums = np.convolve(np.where(is_there, y, 0.0), weights)[start : start + len(y)]
    counts = np.convolve(is_there.astype(np.float64), weights)[start : start + len(y)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(is_there, sums / counts, np.nan)
