"""Smoothing equals its formulas, worked out naively."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.panels.kinds.line.smoothing import is_strong, smooth

F = np.float64


def one(x, y, method, weight, span=None):
    x, y = np.array(x, F), np.array(y, F)
    return smooth([x], [y], method, weight, span=span or float(x[-1] - x[0]))[0]


def naive_time_weighted(x, y, weight, span):
    """The official web client's loop."""
    keep, last, weights, before, found = min(math.sqrt(weight), 0.999), 0.0, 0.0, x[0], []
    for at, value in zip(x, y, strict=True):
        kept = keep ** ((at - before) / span * 1000)
        last, weights, before = last * kept + value, weights * kept + 1, at
        found.append(last / weights)
    return found


def test_the_time_weighted_average_by_hand():
    # keep = √0.25 = 0.5; a thousandth of the range is one step: 2, then (2·½ + 4)/(½ + 1), then (5·¼ + 8)/(1½·¼ + 1)
    assert one([0, 1, 3], [2, 4, 8], "exponentialTimeWeighted", 0.25, span=1000).tolist() == pytest.approx(
        [2, 5 / 1.5, 9.25 / 1.375]
    )


@given(
    st.lists(st.tuples(st.floats(0.01, 10), st.floats(-100, 100)), min_size=1, max_size=40),
    st.floats(0.01, 1),
    st.floats(1, 1000),
)
def test_the_time_weighted_average_is_the_official_one(points, weight, span):
    x = np.cumsum([step for step, _ in points])
    y = np.array([value for _, value in points])
    found = smooth([x, x[:1]], [y, y[:1]], "exponentialTimeWeighted", weight, span=span)
    assert found[0] == pytest.approx(naive_time_weighted(x, y, weight, span))
    assert found[1].tolist() == y[:1].tolist()


def test_the_plain_average_ignores_distance():
    near, far = one([0, 1, 2], [1, 2, 3], "exponential", 0.5), one([0, 1, 900], [1, 2, 3], "exponential", 0.5)
    assert near.tolist() == far.tolist() == pytest.approx([1, 2.5 / 1.5, 4.25 / 1.75])


def test_a_bell_weighs_by_points():
    bell = [math.exp(-0.5 * (place / 1.5) ** 2) for place in (1, 0, 1)]
    found = one([0, 1, 2], [1, 5, 2], "gaussian", 1.5)
    assert found[1] == pytest.approx((1 * bell[0] + 5 * bell[1] + 2 * bell[2]) / sum(bell))


@pytest.mark.parametrize(("weight", "expected"), [(3, [1.5, 2, 4, 5]), (1, [1, 2, 3, 7]), (99, [3.25] * 4)])
def test_a_running_average_takes_so_many_points_around(weight, expected):
    assert one([0, 1, 2, 3], [1, 2, 3, 7], "average", weight).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("method", ["exponentialTimeWeighted", "exponential", "gaussian", "average"])
def test_a_gap_stays_a_gap_and_spoils_nothing(method):
    found = one([0, 1, 2, 3], [1, math.nan, math.inf, 1], method, 2 if method in ("gaussian", "average") else 0.5)
    assert found[[0, 3]].tolist() == pytest.approx([1, 1])
    assert np.isnan(found[[1, 2]]).all()


@pytest.mark.parametrize("method", ["exponentialTimeWeighted", "exponential", "gaussian", "average"])
def test_a_line_without_values_stays_so(method):
    assert np.isnan(one([0, 1], [math.nan, math.nan], method, 0.5, span=1)).all()
    assert not len(smooth([np.empty(0)], [np.empty(0)], method, 0.5, span=1)[0])


def test_the_strongest_weight_still_moves():
    assert one([0, 1, 2], [0, 0, 9], "exponentialTimeWeighted", 1.0, span=1000)[2] == pytest.approx(3, rel=1e-2)


def test_what_changes_nothing_is_not_called_smoothing():
    assert [is_strong("none", 5), is_strong("average", 1), is_strong("exponential", 0), is_strong("gaussian", 1)] == [
        False,
        False,
        False,
        True,
    ]
