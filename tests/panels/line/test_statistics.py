"""Statistics of groups equal the plain formulas over those runs that have a value."""

import statistics as plain
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.panels.kinds.line.cells import on_cells
from apps.panels.kinds.line.statistics import aggregate, band

NAIVE: dict[str, Any] = {"mean": plain.fmean, "min": min, "max": max, "median": plain.median, "sum": sum}
cell = st.one_of(st.none(), st.floats(-1e6, 1e6))
tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=7)
)


def floats(table):
    return np.array([[np.nan if value is None else value for value in row] for row in table])


def there_in(table):
    return [[value for value in column if value is not None] for column in zip(*table, strict=True)]


@pytest.mark.parametrize("how", NAIVE)
@given(table=tables)
def test_each_aggregate_is_the_plain_formula(how, table):
    values = floats(table)
    found = aggregate(values, values, values, how)
    for column, there in enumerate(there_in(table)):
        if not there:
            assert np.isnan(found[column])
        else:
            assert found[column] == pytest.approx(NAIVE[how](there), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("area", ["stddev", "stderr"])
@given(table=tables)
def test_the_deviation_is_that_of_the_population(area, table):
    values = floats(table)
    line = aggregate(values, values, values, "mean")
    edges = band(values, values, values, line, area)
    assert edges is not None
    low, high = edges
    for column, there in enumerate(there_in(table)):
        if there:
            width = plain.pstdev(there) / (len(there) ** 0.5 if area == "stderr" else 1)
            assert (high[column] - low[column]) / 2 == pytest.approx(width, rel=1e-6, abs=1e-5)


def test_the_range_is_that_of_all_values_not_of_means():
    mean, low, high = np.array([[2.0], [4.0]]), np.array([[-9.0], [3.0]]), np.array([[3.0], [50.0]])
    assert [edge.tolist() for edge in band(mean, low, high, mean[0], "minmax") or ()] == [[-9.0], [50.0]]
    assert [aggregate(mean, low, high, how).tolist() for how in ("min", "max")] == [[-9.0], [50.0]]
    assert band(mean, low, high, mean[0], "none") is None


def test_few_values_are_aligned_on_their_own_x():
    cells = on_cells([(np.array([0.0, 2.0]), np.array([1.0, 3.0])), (np.array([1.0, 2.0]), np.array([5.0, 7.0]))], 10)
    assert cells.x.tolist() == [0, 1, 2]
    assert np.array_equal(cells.mean, [[1, np.nan, 3], [np.nan, 5, 7]], equal_nan=True)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-50, 50)), min_size=1, max_size=80), st.integers(2, 9))
def test_cells_hold_the_mean_and_the_extremes_of_what_falls_into_them(points, cells):
    points.sort()
    x, y = np.array(points).T
    found = on_cells([(x, y)], cells)
    assert len(found.x) <= max(cells, 1)
    assert found.low[0].min() == y.min()
    assert found.high[0].max() == y.max()
    assert (found.low[0] <= found.mean[0]).all()
    assert (found.mean[0] <= found.high[0]).all()
    assert found.x[-1] <= x[-1]
