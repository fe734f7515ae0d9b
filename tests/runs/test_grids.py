"""Many runs on common cells, in ranges and along any axis: equal to the plain calculation at every zoom."""

import math
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from apps.runs.actions import compact_run, digest_run
from apps.runs.history.codec import pack_json
from apps.runs.history.groups import Clock, Manifest
from apps.runs.models import HistoryChunk, Level, Stream
from apps.runs.queries import grids
from apps.runs.queries.grids import grid_of_runs
from apps.runs.queries.many_series import aligned_values, series_of_runs
from apps.runs.stores.chunks import manifests_of
from tests.build import build_project, build_run
from tests.runs.streaming import append, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]
COUNT = 10_000


def logged(project, steps, values, *, settle=True, **more):
    """Make a run with `v` at these steps, wholly compacted if `settle`."""
    run = build_run(project)
    extra = [dict(zip(more, each, strict=True)) for each in zip(*more.values(), strict=True)] or [{}] * len(steps)
    rows = [
        {"_step": int(step), "_runtime": step * 0.5, "_timestamp": 1e9 + step, "v": float(value), **others}
        for step, value, others in zip(steps, values, extra, strict=True)
    ]
    append(run, history(*rows))
    if settle:
        digest_run(run.pk)
        compact_run(run.pk, everything=True)
    return run


def plain(grid, run_number, steps, values):
    """Return (mean, low, high, count) by cell as anybody would work it out."""
    edges = [*grid.x, math.inf]
    found = []
    width = min(np.diff(grid.x), default=math.inf)
    for start, stop in pairwise(edges):
        inside = values[(steps >= start) & (steps < (stop if stop - start < 1.5 * width else start + width))]
        found.append((inside.mean(), inside.min(), inside.max(), len(inside)) if len(inside) else None)
    return found


def check(grid, row, steps, values):
    for cell, expected in enumerate(plain(grid, row, steps, values)):
        if expected is None:
            assert grid.count[row, cell] == 0
            assert np.isnan(grid.mean[row, cell])
        else:
            assert grid.count[row, cell] == expected[3]
            assert (grid.low[row, cell], grid.high[row, cell]) == expected[1:3]
            assert grid.mean[row, cell] == pytest.approx(expected[0], rel=1e-12)


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(3)


def test_few_steps_have_a_cell_each():
    project = build_project()
    one, two = logged(project, [0, 1, 2], [1, 2, 3]), logged(project, [1, 3], [10, 30])
    grid = grid_of_runs([one, two], "v")
    assert grid.x.tolist() == [0, 1, 2, 3]
    assert np.array_equal(grid.mean, [[1, 2, 3, np.nan], [np.nan, 10, np.nan, 30]], equal_nan=True)
    assert (grid.run_ids, grid.is_exact) == ((one.pk, two.pk), True)


def test_a_wide_grid_equals_the_plain_calculation_for_regular_and_odd_runs_alike(noise, django_assert_num_queries):
    project, everything = build_project(), np.arange(COUNT)
    gappy = np.sort(noise.choice(COUNT, 4_000, replace=False))
    made = {
        "all": (everything, noise.normal(size=COUNT)),
        "late": (everything[5_000:], noise.normal(size=5_000)),
        "gappy": (gappy, noise.normal(size=len(gappy))),
        "short": (everything[:7], noise.normal(size=7)),
    }
    runs = {name: logged(project, *each) for name, each in made.items()}
    with django_assert_num_queries(6):
        grid = grid_of_runs(list(runs.values()), "v", cells=100)
    assert grid.is_exact
    assert 50 <= len(grid.x) <= 110
    for row, name in enumerate(made):
        check(grid, row, *made[name])


def test_what_is_not_compacted_counts_too(noise):
    project, values = build_project(), noise.normal(size=COUNT)
    settled = logged(project, np.arange(COUNT), values)
    growing = logged(project, np.arange(COUNT), values[::-1], settle=False)
    grid = grid_of_runs([settled, growing], "v", cells=100)
    check(grid, 0, np.arange(COUNT), values)
    check(grid, 1, np.arange(COUNT), values[::-1])


def test_beyond_the_budget_a_grid_says_that_it_is_not_exact(noise, monkeypatch):
    monkeypatch.setattr(grids, "MOST_VALUES", 1_000)
    project = build_project()
    gappy = np.sort(noise.choice(4 * COUNT, COUNT, replace=False))
    run = logged(project, gappy, noise.normal(size=COUNT))
    assert not grid_of_runs([run], "v", cells=100).is_exact


def test_nan_and_infinities_are_in_no_cell():
    run = logged(build_project(), [0, 1, 2], [math.nan, 1, math.inf])
    assert grid_of_runs([run], "v").x.tolist() == [1]


def test_a_narrow_range_is_drawn_from_values_with_its_neighbours(noise):
    run = logged(build_project(), np.arange(COUNT), noise.normal(size=COUNT))
    drawn = series_of_runs([run], "v", low=4_000, high=4_010)[run.pk]
    assert drawn.x.tolist() == list(range(3_999, 4_012))
    assert drawn.low is None


def test_a_wider_range_reads_buckets_and_keeps_the_spike(noise):
    values = noise.normal(size=COUNT)
    values[6_543] = 1_000
    run = logged(build_project(), np.arange(COUNT), values)
    drawn = series_of_runs([run], "v", points=100, low=2_000, high=8_000)[run.pk]
    assert drawn.high is not None
    assert np.nanmax(drawn.high) == 1_000
    assert 1_900 <= drawn.x[0] <= 2_000
    assert 8_000 <= drawn.x[-1] <= 8_100
    assert 90 <= len(drawn.x) <= 110


def timed(project, values, *, start=1e9, pace=0.5, **more):
    """Make a run as clients log it: `_runtime` is wall time since it started."""
    run = build_run(project)
    rows = [
        {"_step": step, "_runtime": step * pace, "_timestamp": start + step * pace, "v": float(value)}
        for step, value in enumerate(values)
    ]
    append(run, history(*(row | more.get(str(row["_step"]), {}) for row in rows)))
    settle(run)
    return run


def settle(run):
    digest_run(run.pk)
    compact_run(run.pk, everything=True)


def spiked(noise, *places):
    values = noise.normal(size=COUNT)
    values[list(places)] = 1_000
    return values


@pytest.mark.parametrize(("axis", "scale", "shift"), [("_runtime", 0.5, 0), ("_timestamp", 1, 1e9)])
def test_time_axes_keep_every_spike_also_where_times_do_not_agree(noise, axis, scale, shift):
    run = logged(build_project(), np.arange(COUNT), spiked(noise, 0, 77, COUNT - 1))
    drawn = series_of_runs([run], "v", points=200, axis=axis)[run.pk]
    assert drawn.high is not None
    assert sum(drawn.high == 1_000) == 3
    assert (drawn.x[0], drawn.x[-1]) == (shift, shift + (COUNT - 1) * scale)


@pytest.mark.parametrize(("axis", "start"), [("_runtime", 0.0), ("_timestamp", 1e9)])
def test_time_that_rises_is_drawn_from_zoom_levels(noise, axis, start, monkeypatch):
    run = timed(build_project(), spiked(noise, 0, 77, 5_000, COUNT - 1))
    monkeypatch.setattr(
        "apps.runs.queries.many_columns.read_bases", lambda ids, *args, **kwargs: {} if not ids else 1 / 0
    )
    drawn = series_of_runs([run], "v", points=200, axis=axis)[run.pk]
    assert drawn.high is not None
    assert (sum(drawn.high == 1_000), drawn.count) == (4, COUNT)
    assert (drawn.x[0], drawn.x[-1]) == (start, start + (COUNT - 1) * 0.5)
    drawn = series_of_runs([run], "v", points=20, axis=axis, low=start + 1_000, high=start + 4_000)[run.pk]
    assert drawn.high is not None
    assert sum(drawn.high == 1_000) == 1
    assert start + 740 <= drawn.x[0] <= start + 1_000
    assert start + 4_000 <= drawn.x[-1] <= start + 4_260
    assert 15 <= len(drawn.x) <= 25


@pytest.mark.parametrize(("axis", "start"), [("_runtime", 0.0), ("_timestamp", 1e9)])
def test_a_narrow_range_of_time_reads_few_values_and_their_neighbours(noise, axis, start):
    values = noise.normal(size=COUNT)
    project = build_project()
    run, later = timed(project, values), timed(project, values, start=1e9 + 10**6)
    found = series_of_runs([run, later], "v", axis=axis, low=start + 2_000, high=start + 2_010)
    assert found[run.pk].x.tolist() == [start + 1_999.5 + 0.5 * place for place in range(23)]
    assert found[run.pk].y.tolist() == values[3_999:4_022].tolist()
    assert axis == "_runtime" or later.pk not in found or found[later.pk].x[0] == 1e9 + 10**6


def test_times_that_fall_back_are_drawn_from_values(noise):
    """A clock that is set back between two row groups: the values are drawn in the order of their times."""
    project = build_project()
    run = timed(project, noise.normal(size=COUNT))
    append(run, history(*({"_step": COUNT + step, "_timestamp": 1e9 + step, "v": 7.0} for step in range(COUNT))))
    settle(run)
    drawn = series_of_runs([run], "v", points=50, axis="_timestamp")[run.pk]
    assert np.all(np.diff(drawn.x) >= 0)
    assert (drawn.count, drawn.x[-1]) == (2 * COUNT, 1e9 + COUNT - 1)


def test_a_run_that_went_on_later_has_no_one_start(noise):
    """After a resume `_runtime` goes on where it ended: it is no longer wall time moved, and is drawn from values."""
    run = timed(build_project(), noise.normal(size=COUNT))
    rows = ({"_step": COUNT + n, "_timestamp": 1e9 + 10**6 + n, "_runtime": 5_000 + n, "v": 1.0} for n in range(COUNT))
    append(run, history(*rows))
    settle(run)
    drawn = series_of_runs([run], "v", points=50, axis="_runtime")[run.pk]
    assert (drawn.count, drawn.x[-1]) == (2 * COUNT, 5_000 + COUNT - 1)


def test_the_migration_reads_the_clocks_of_what_was_compacted_before(noise):
    project = build_project()
    runs = [timed(project, noise.normal(size=100)), logged(project, np.arange(100), np.arange(100))]
    before = {run_id: kept.clock for run_id, kept in manifests_of([run.pk for run in runs], Stream.HISTORY).items()}
    for run in runs:
        manifest = HistoryChunk.objects.filter(run=run, level=Level.MANIFEST)
        manifest.update(payload=pack_json({"seq": 1, "end": 100}))
    assert manifests_of([runs[0].pk], Stream.HISTORY)[runs[0].pk] == Manifest(1, 100, Clock())
    import_module("apps.runs.migrations.0007_clocks").read_clocks(apps, None)
    after = {run_id: kept.clock for run_id, kept in manifests_of([run.pk for run in runs], Stream.HISTORY).items()}
    assert before == after
    assert before[runs[0].pk] == Clock(True, 1e9, 1e9)
    assert before[runs[1].pk].zero_of("_runtime") is None


def test_a_grid_along_time_holds_each_value_once_and_says_when_it_is_not_exact(noise, monkeypatch):
    values = noise.normal(size=COUNT)
    project = build_project()
    runs = [timed(project, values), timed(project, values, pace=0.3)]
    grid = grid_of_runs(runs, "v", axis="_runtime", cells=50)
    assert grid.is_exact
    for row, pace in enumerate((0.5, 0.3)):
        cells = np.searchsorted(grid.x, np.arange(COUNT) * pace, side="right") - 1
        for cell in range(len(grid.x)):
            inside = values[cells == cell]
            assert grid.count[row, cell] == len(inside)
            assert grid.mean[row, cell] == pytest.approx(inside.mean() if len(inside) else math.nan, nan_ok=True)
    monkeypatch.setattr(grids, "MOST_VALUES", COUNT + 1)
    rough = grid_of_runs(runs, "v", axis="_runtime", cells=50)
    assert not rough.is_exact
    assert rough.count.sum() == 2 * COUNT
    assert np.nanmax(rough.high) == values.max()


def test_a_grid_beyond_its_budget_keeps_counts_and_extremes_on_any_axis(noise, monkeypatch):
    monkeypatch.setattr(grids, "MOST_VALUES", 1_000)
    monkeypatch.setattr("apps.runs.queries.many_columns.VALUES_AT_ONCE", 1_000)
    values = spiked(noise, 4_321)
    project = build_project()
    runs = [logged(project, np.arange(COUNT), values, x=np.arange(COUNT) * 2.0) for _ in range(2)]
    grid = grid_of_runs(runs, "v", axis="x", cells=50)
    assert not grid.is_exact
    assert (int(grid.count.sum()), float(np.nanmax(grid.high))) == (2 * COUNT, 1_000)


@pytest.mark.parametrize(("low", "high"), [(2_000, 8_000), (2_017.5, 7_991), (None, 6_000), (6_000, None)])
def test_cells_at_the_ends_of_a_range_hold_the_same_of_every_run(noise, low, high):
    project, everything = build_project(), np.arange(COUNT)
    gappy = np.sort(noise.choice(COUNT, 6_000, replace=False))
    shifted = np.arange(7, COUNT)
    made = [(steps, noise.normal(size=len(steps))) for steps in (everything, gappy, shifted)]
    grid = grid_of_runs([logged(project, *each) for each in made], "v", cells=40, low=low, high=high)
    assert grid.is_exact
    beyond = grid.x[-1] + grid.count[0, -1]  # the first run has every step
    for row, (steps, values) in enumerate(made):
        check(grid, row, steps[steps < beyond], values[steps < beyond])
    assert low is None or grid.x[0] <= low
    assert high is None or beyond > high


def test_any_key_is_an_axis_where_both_were_logged():
    project = build_project()
    run = logged(project, [0, 1, 2, 3], [5, 6, 7, 8], epoch=[3.0, 2.0, 1.0, "soon"])
    other = logged(project, [0], [1])
    found = series_of_runs([run, other], "v", axis="epoch")
    assert found.keys() == {run.pk}
    assert (found[run.pk].x.tolist(), found[run.pk].y.tolist()) == ([1, 2, 3], [7, 6, 5])
    grid = grid_of_runs([run], "v", axis="epoch")
    assert (grid.x.tolist(), grid.mean.tolist()) == ([1, 2, 3], [[7, 6, 5]])


def test_several_keys_meet_where_all_were_logged():
    project = build_project()
    run = build_run(project)
    append(run, history({"_step": 0, "a": 1.0}, {"_step": 1, "a": 2.0, "b": 4.0}, {"_step": 2, "b": 8.0}))
    lacking = logged(project, [0], [1])
    found = aligned_values([run, lacking], ["a", "b"])
    assert found.keys() == {run.pk}
    assert found[run.pk].x.tolist() == [1]
    assert {key: column.tolist() for key, column in found[run.pk].values.items()} == {"a": [2], "b": [4]}


def test_what_was_drawn_is_drawn_anew_once_the_run_is_compacted_again(noise):
    run = logged(build_project(), np.arange(COUNT), noise.normal(size=COUNT))
    first = series_of_runs([run], "v", points=100)[run.pk]
    assert series_of_runs([run], "v", points=100)[run.pk] is first
    append(run, history({"_step": COUNT, "v": 5_000.0}))
    assert series_of_runs([run], "v", points=100)[run.pk].last == 5_000
    digest_run(run.pk)
    compact_run(run.pk, everything=True)
    again = series_of_runs([run], "v", points=100)[run.pk]
    assert (again.last, again.count) == (5_000, COUNT + 1)


def test_steps_may_jump_by_a_billion():
    run = logged(build_project(), [0, 10**9, 3 * 10**9], [1, 2, 3])
    assert series_of_runs([run], "v")[run.pk].x.tolist() == [0, 10**9, 3 * 10**9]
    assert grid_of_runs([run], "v", cells=2).count.sum() == 3


def test_runs_without_rows_are_left_out():
    empty = build_run()
    assert series_of_runs([empty], "v") == {}
    assert grid_of_runs([empty], "v").mean.shape == (0, 0)
    assert aligned_values([empty], ["v"]) == {}


@given(st.lists(st.lists(st.tuples(st.integers(0, 60), st.floats(-1e3, 1e3)), max_size=40), min_size=1, max_size=4))
def test_any_grid_equals_the_plain_calculation(parts):
    made = {}
    for number, part in enumerate(parts):
        by_step = dict(part)
        steps = np.array(sorted(by_step), np.float64)
        values = np.array([by_step[step] for step in sorted(by_step)])
        if len(steps):
            made[number] = grids._Part(steps, values, values, values, np.ones(len(steps), np.int64))
    for cells in (5, 100):
        grid = grids._laid(made, cells)
        for row, part in enumerate(made.values()):
            assert grid.count[row].sum() == len(part.x)
            assert grid.low[row][grid.count[row] > 0].min() == part.total.min()
            assert np.nansum(grid.mean[row] * grid.count[row]) == pytest.approx(part.total.sum(), abs=1e-6)
