"""Zoom levels: a wide view of a compacted run comes from buckets, and shows what the values show."""

import math
from importlib import import_module
from unittest.mock import patch

import numpy as np
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.principal import NOBODY
from apps.runs.actions import compact_run, digest_run, rewind_run
from apps.runs.history.columns import Column, Columns
from apps.runs.history.groups import Base, Merged, chunks_of
from apps.runs.history.spans import respan
from apps.runs.history.zoom import (
    BUCKET_VALUES,
    COARSE,
    along_steps,
    buckets_of,
    gather,
    join_buckets,
    thin_buckets,
    unpack_buckets,
)
from apps.runs.models import HistoryChunk, Stream
from apps.runs.queries.history import series
from apps.runs.queries.many_series import series_of_runs
from apps.runs.stores.chunks import groups_of, read_base, read_zooms
from tests.build import build_run
from tests.runs.streaming import append, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]
COUNT = 10_000


@pytest.fixture
def run(db):
    run = build_run()
    values = np.sin(np.arange(COUNT) / 500)
    values[[17, 4_095, 4_096, 9_998]] = 1000.0
    values[5_000] = -1000.0
    append(run, history(*(_row(step, value) for step, value in enumerate(values.tolist()))))
    digest_run(run.pk)
    compact_run(run.pk, everything=True)
    return run


def _row(step, value):
    more = {"rare": step} if step % 100 == 0 else {}
    return {"_step": step, "_timestamp": 1e9 + step, "v": value, **more}


def lowest(data):
    return np.nanmin(data.series[0].low)


def highest(data):
    return np.nanmax(data.series[0].high)


def test_a_wide_view_reads_buckets_and_keeps_every_spike(run):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        [drawn] = series(run, ["v"], points=100).series
    assert not any('"path"' in query["sql"] and '"level" <= 0' in query["sql"] for query in asked)
    assert len(drawn.x) <= 101
    assert (drawn.x[0], drawn.x[-1], drawn.count, drawn.nonfinite_count) == (0, COUNT - 1, COUNT, 0)
    assert drawn.high is not None
    assert drawn.low is not None
    assert sum(high == 1000.0 for high in drawn.high) >= 3
    assert -1000.0 in drawn.low


def test_a_narrow_view_reads_values(run):
    [drawn] = series(run, ["v"], points=1500, low=4_000, high=4_200).series
    assert (drawn.x.tolist(), drawn.low) == (list(range(4_000, 4_201)), None)
    [drawn] = series(run, ["rare"], points=100).series
    assert drawn.x.tolist() == list(range(0, COUNT, 100))


def test_many_runs_are_read_together(run, django_assert_num_queries):
    short, empty, other = build_run(run.project), build_run(run.project), build_run(run.project)
    append(short, history({"_step": 3, "v": 1.5}))
    append(other, history(*(_row(step, float(step)) for step in range(5_000))))
    digest_run(other.pk)
    compact_run(other.pk, everything=True)
    with django_assert_num_queries(5):
        found = series_of_runs([run, other], "v", points=100)
    assert found[run.pk].as_json() == series(run, ["v"], points=100).series[0].as_json()
    assert found[other.pk].last == 4_999.0
    append(run, history({"_step": COUNT, "v": 5000.0}))
    found = series_of_runs([run, short, empty, other], "v", points=100)
    assert found.keys() == {run.pk, short.pk, other.pk}
    assert (found[run.pk].last, found[short.pk].y.tolist()) == (5000.0, [1.5])


def test_what_came_since_is_drawn_too(run):
    append(run, history({"_step": COUNT, "v": 5000.0}))
    data = series(run, ["v"], points=100)
    assert (data.step_last, data.series[0].last, data.series[0].count) == (COUNT, 5000.0, COUNT + 1)
    assert highest(data) == 5000.0


def test_steps_that_come_again_and_rewinds_are_seen_at_once(run):
    append(run, history({"_step": 17, "v": 0.0}, {"_step": 5_000, "v": -2000.0}))
    assert lowest(series(run, ["v"], points=100)) == -2000.0
    rewind_run(run, after_step=4_999, actor=NOBODY)
    data = series(run, ["v"], points=100)
    assert (data.step_last, data.series[0].count) == (4_999, 5_000)
    digest_run(run.pk)
    compact_run(run.pk, everything=True)
    again = series(run, ["v"], points=100)
    assert (again.step_last, again.series[0].count, lowest(again)) == (4_999, 5_000, pytest.approx(-1.0))


def test_buckets_hold_what_a_hand_calculation_gives(run):
    row = HistoryChunk.objects.get(run=run, key="rare", level=1, first_step=0)
    buckets = unpack_buckets(bytes(row.payload))
    values = np.arange(0, 3_200, 100.0)
    assert buckets.ints[:, 0].tolist() == [0, 3_100, 32, 32]
    sums = [values.sum(), np.square(values).sum(), 0.0, 3_100.0, 0.0, 3_100.0, 1e9, 1e9 + 3_100]
    assert buckets.floats[:, 0].tolist() == sums


def test_what_is_not_finite_is_counted_apart():
    values = np.array([math.nan, 1.0, math.inf, 3.0, math.nan, math.nan])
    buckets = buckets_of(np.arange(6), values, np.full(6, math.nan), 4)
    assert buckets.ints[2].tolist() == [2, 0]
    [thinned] = thin_buckets([along_steps(buckets)], 10)
    assert thinned.y[0] == 2.0
    assert math.isnan(thinned.y[1])
    assert thinned.low is not None
    assert (thinned.low[0], math.isnan(thinned.low[1])) == (1.0, True)


@patch("apps.runs.history.spans.SPAN_BUCKETS", 5)
@patch.multiple("apps.runs.actions.compact", GROUP_STEPS=40, LINES_AT_ONCE=40)
def test_spans_hold_what_their_row_groups_hold_whatever_came_late():
    """Appends in any order, repeats and rewinds, each compacted: coarse levels equal those worked out from values."""
    run, noise = build_run(), np.random.default_rng(5)
    for turn in range(12):
        steps = noise.choice(600, 60, replace=False)
        append(run, history(*({"_step": int(step), "v": float(noise.normal()), "w": turn} for step in steps)))
        if turn % 4 == 3:
            rewind_run(run, after_step=int(noise.integers(200, 500)), actor=NOBODY)
        digest_run(run.pk)
        compact_run(run.pk, everything=True)
        check_spans(run, "v")
        check_spans(run, "w")


def check_spans(run, key):
    base = read_base(run.pk, Stream.HISTORY, [key])
    steps, values = base.column(key).numbers()
    for level in COARSE:
        stored = read_zooms([run.pk], Stream.HISTORY, key, level)[run.pk]
        parts = []
        for group in groups_of(run.pk, Stream.HISTORY):
            inside = (steps >= group.first_step) & (steps <= group.last_step)
            parts.append(buckets_of(steps[inside], values[inside], np.full(inside.sum(), np.nan), BUCKET_VALUES[level]))
        expected = join_buckets(parts)
        assert np.array_equal(stored.ints, expected.ints)
        assert np.allclose(stored.floats[:6], expected.floats[:6])
    rows = HistoryChunk.objects.filter(run=run, key=key, level=2)
    assert all(row.row_count <= 5 for row in rows)


def test_the_migration_makes_the_same_spans(run):
    spans = HistoryChunk.objects.filter(run=run, level__in=COARSE)
    before = {(row.key, row.level, row.first_step): bytes(row.payload) for row in spans}
    spans.delete()
    import_module("apps.runs.migrations.0005_spans").span(apps, None)
    after = {(row.key, row.level, row.first_step): bytes(row.payload) for row in spans.all()}
    assert before.keys() == after.keys() != set()
    assert all(same_buckets(before[place], after[place]) for place in before if place[0] != "rare")


def same_buckets(one, other):
    a, b = unpack_buckets(one), unpack_buckets(other)
    return np.array_equal(a.ints, b.ints) and np.allclose(a.floats, b.floats, equal_nan=True)


def test_a_long_run_is_a_few_rows_for_each_key():
    """64 row groups of 4,096 steps lie in eight spans of level 2 and one of level 3."""
    columns = Columns()
    count = 64 * 4_096
    columns.by_key["v"] = column = Column()
    column.add(np.arange(count), np.zeros(count), is_integral=False)
    pieces = np.split(np.arange(count), 64)
    written = chunks_of(1, Merged(Base([], Stream.HISTORY), columns), pieces)
    spans = respan([], written.coarse, [], written.paths).written
    assert [sum(span.level == level for span in spans) for level in COARSE] == [8, 1]
    assert gather(written.coarse["v", 2][0], 8).ints.tolist() == written.coarse["v", 3][0].ints.tolist()


def test_levels_get_coarser():
    assert list(BUCKET_VALUES.values()) == sorted(BUCKET_VALUES.values())
