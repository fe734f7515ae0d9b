"""Statistics of groups, by hand and by property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.panels.kinds.statistics import (
    MOST_OUTLIERS,
    aggregate,
    bandwidth,
    box_of,
    density,
    finite,
    fit_line,
    running,
    whiskers,
)

NAN = float("nan")
VALUES = np.array([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])  # mean 5, standard deviation 2
floats = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
columns = st.lists(floats, min_size=1, max_size=60).map(np.array)


def there(found):
    """Return what was found; fail where nothing was."""
    assert found is not None
    return found


def boxed(values):
    return there(box_of(values))


@pytest.mark.parametrize(("how", "value"), [("mean", 5), ("min", 2), ("max", 9), ("median", 4.5), ("sum", 40)])
def test_aggregates_of_a_group(how, value):
    assert aggregate(VALUES, how) == value


def test_what_is_no_finite_number_counts_as_missing():
    assert aggregate(np.array([1.0, NAN, 3.0, np.inf]), "mean") == 2
    assert np.isnan(aggregate(np.array([NAN]), "sum"))


def test_whiskers_of_a_group():
    assert whiskers(VALUES, 5.0, "stddev") == (3.0, 7.0)
    assert whiskers(VALUES, 5.0, "stderr") == pytest.approx((5 - 2 / 8**0.5, 5 + 2 / 8**0.5))
    assert whiskers(VALUES, 5.0, "minmax") == (2.0, 9.0)
    assert whiskers(VALUES, 5.0, "none") is None
    assert whiskers(np.array([NAN]), NAN, "stddev") is None


def test_a_box_has_linear_quartiles_and_whiskers_of_one_and_a_half_ranges():
    box = boxed(np.array([1.0, 2.0, 3.0, 4.0, 20.0]))  # quartiles 2 and 4, so the whiskers reach -1 and 7
    assert (box.low, box.lower, box.median, box.upper, box.high) == (1, 2, 3, 4, 4)
    assert box.outliers.tolist() == [20]


def test_quartiles_lie_between_values():
    box = boxed(np.array([1.0, 2.0, 3.0, 4.0]))
    assert (box.lower, box.median, box.upper) == (1.75, 2.5, 3.25)


def test_of_many_outliers_the_outermost_are_drawn_and_all_are_counted():
    box = boxed(np.concatenate([np.zeros(2000), np.arange(1.0, 301.0)]))
    assert box.outlier_count == 300
    assert box.outliers.tolist() == list(range(301 - MOST_OUTLIERS, 301))


def test_the_bandwidth_is_silvermans():
    # s = sqrt(32 / 7) = 2.138, quartiles 4 and 5.5, IQR / 1.34 = 1.119403; 0.9 · 1.119403 · 8^-0.2 (0.659754)
    assert bandwidth(VALUES) == pytest.approx(0.664677, abs=1e-6)


def test_a_violin_is_a_density():
    at, height = there(density(VALUES, 2000))
    assert np.trapezoid(height, at) == pytest.approx(1, abs=0.01)
    peak = at[np.argmax(height)]
    assert 4 < peak < 5


def test_equal_values_have_no_violin():
    assert density(np.array([3.0, 3.0, 3.0])) is None
    assert density(np.array([170.781, 170.781, 170.781])) is None


def test_a_fit_by_hand():
    fit = there(fit_line(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 5.0])))  # means 2 and 3, Sxy 3, Sxx 2, Syy 6
    assert (fit.slope, fit.intercept) == (1.5, 0.0)
    assert fit.r2 == pytest.approx(0.75)
    assert fit.count == 3


def test_a_power_law_is_a_straight_line_over_logarithms():
    x = np.array([1.0, 10.0, 100.0, -5.0])
    fit = there(fit_line(x, 3 * np.abs(x) ** 2, log_x=True, log_y=True))
    assert (fit.slope, fit.r2, fit.count) == (pytest.approx(2), pytest.approx(1), 3)
    assert 10**fit.intercept == pytest.approx(3)


def test_no_line_fits_one_place():
    assert fit_line(np.array([1.0, 1.0]), np.array([2.0, 3.0])) is None
    assert fit_line(np.array([]), np.array([])) is None


def test_running_values():
    values = np.array([3.0, 1.0, 5.0])
    assert running(values, "max").tolist() == [3, 3, 5]
    assert running(values, "min").tolist() == [3, 1, 1]
    assert running(values, "mean").tolist() == [3, 2, 3]


@given(columns)
def test_a_box_is_in_order_and_leaves_nobody_out(values):
    box = boxed(values)
    assert box.low <= box.median <= box.high
    assert box.lower <= box.median <= box.upper
    is_inside = (values >= box.low) & (values <= box.high)
    assert is_inside.sum() + box.outlier_count == len(values)


@given(columns)
def test_whiskers_hold_the_mean(values):
    centre = aggregate(values, "mean")
    for area in ("stddev", "stderr", "minmax"):
        low, high = there(whiskers(values, centre, area))
        assert low - 1e-6 <= centre <= high + 1e-6


@given(columns)
def test_a_density_is_never_negative(values):
    found = density(values)
    assert (found is None) == (len(set(values.tolist())) == 1)
    if found is not None:
        assert (found[1] >= 0).all()
        assert len(found[0]) == len(found[1])


@given(st.lists(st.tuples(floats, floats), min_size=2, max_size=40))
def test_a_fit_misses_by_nothing_on_the_whole(points):
    x, y = np.array(points).T
    fit = fit_line(x, y)
    if fit is None:
        assert len(set(x.tolist())) == 1
    else:
        missed = y - fit.intercept - fit.slope * x
        assert abs(missed.sum()) <= 1e-6 * (1 + np.abs(y).sum() + abs(fit.slope) * np.abs(x).sum())
        assert fit.r2 <= 1 + 1e-9


def test_finite_leaves_numbers():
    assert finite([1, NAN, -np.inf, 2]).tolist() == [1, 2]
