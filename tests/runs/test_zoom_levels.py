"""Zoom levels: a wide view of a compacted run comes from buckets, and shows what the values show."""

import math

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.principal import NOBODY
from apps.runs.actions import compact_run, digest_run, rewind_run
from apps.runs.history.zoom import BUCKET_VALUES, buckets_of, thin_buckets, unpack_buckets
from apps.runs.models import HistoryChunk
from apps.runs.queries.history import series
from apps.runs.queries.many_series import series_of_runs
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
    with django_assert_num_queries(4):
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
    thinned = thin_buckets(buckets, 10)
    assert thinned.y[0] == 2.0
    assert math.isnan(thinned.y[1])
    assert thinned.low is not None
    assert (thinned.low[0], math.isnan(thinned.low[1])) == (1.0, True)


def test_levels_get_coarser():
    assert list(BUCKET_VALUES.values()) == sorted(BUCKET_VALUES.values())
