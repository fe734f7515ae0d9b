"""Reading a run's history: whole rows, chosen keys, charts, keys. All of it is true at once and merged by step."""

import math
import time

import numpy as np
import pytest

from apps.core import json
from apps.core.errors import InvalidInput
from apps.runs.actions.compact import compact_run
from apps.runs.actions.digest import digest_run
from apps.runs.history.buckets import thin
from apps.runs.history.decoded import columns_of, forget_everything
from apps.runs.models import AppendLog, HistoryKey, Stream
from apps.runs.queries.history import (
    current_summary,
    event_rows,
    history_keys,
    history_rows,
    key_facts,
    last_event,
    resume_facts,
    row_count,
    sampled_history,
    series,
)
from tests.build import build_run
from tests.runs import streaming
from tests.runs.streaming import console, events, history, summary

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def run(db):
    return build_run()


@pytest.fixture(params=["log", "chunks"])
def append(request):
    """Append rows that stay in the log, or are compacted at once."""

    def append(run, *packs, **values):
        streaming.append(run, *packs, **values)
        if request.param == "chunks":
            digest_run(run.pk)
            compact_run(run.pk, everything=True)
            run.refresh_from_db()
            assert not AppendLog.objects.filter(run=run, stream__in=(Stream.HISTORY, Stream.EVENTS)).exists()

    return append


def steps(texts):
    return [json.loads(text)["_step"] for text in texts]


# Rows


def test_a_second_sync_doubles_nothing(run, append):
    rows = [{"_step": step, "loss": step / 2} for step in range(20)]
    append(run, history(*rows))
    digest_run(run.pk)
    append(run, history(*rows, offset=20))
    assert row_count(run) == 20
    digest_run(run.pk)
    assert (row_count(run), steps(history_rows(run))) == (20, list(range(20)))
    fact = HistoryKey.objects.get(run=run, key="loss")
    assert (fact.count, fact.last, fact.min, fact.max_step) == (20, 9.5, 0.0, 19)


def test_a_repeated_step_merges_its_keys_also_nested(run, append):
    append(run, history({"_step": 1, "a": 1, "n": {"x": 1, "y": 1}}))
    append(run, history({"_step": 1, "b": 2, "n": {"y": 2}}))
    assert [json.loads(text) for text in history_rows(run)] == [{"_step": 1, "a": 1, "b": 2, "n": {"x": 1, "y": 2}}]
    assert sampled_history(run, ["n.x", "n.y"]) == [{"n.x": 1, "n.y": 2}]


def test_rows_of_the_log_are_the_text_that_was_sent(run):
    streaming.append(run, history({"_step": 3, "nan": math.nan, "inf": -math.inf, "text": "é\u2028"}))
    assert history_rows(run) == ['{"_step":3,"nan":NaN,"inf":-Infinity,"text":"é\u2028"}']


def test_samples_are_even_with_first_and_last(run, append):
    append(run, history(*({"_step": step * 10} for step in range(101))))
    assert steps(history_rows(run, samples=5)) == [0, 250, 500, 750, 1000]
    assert steps(history_rows(run, samples=1)) == [1000]
    assert len(history_rows(run, samples=500)) == 101
    assert steps(history_rows(run, min_step=20, max_step=50)) == [20, 30, 40]


def test_sampled_history_gives_rows_that_have_all_keys(run, append):
    rows = [
        {"_step": step, "a": step, "s": f"t{step}"} if step % 2 else {"_step": step, "a": step} for step in range(10)
    ]
    append(run, history(*rows))
    assert sampled_history(run, ["a", "s", "a"]) == [{"a": step, "s": f"t{step}"} for step in (1, 3, 5, 7, 9)]
    assert sampled_history(run, ["a"], min_step=2, max_step=4) == [{"a": 2}, {"a": 3}, {"a": 4}]
    assert sampled_history(run, ["a"], samples=2) == [{"a": 0}, {"a": 9}]
    assert sampled_history(run, []) == sampled_history(run, ["unknown"]) == sampled_history(run, ["a", "unknown"]) == []


def test_integers_come_back_as_integers_and_media_as_objects(run, append):
    media = {"_type": "image-file", "path": "media/a.png"}
    append(run, history({"_step": 0, "i": 3, "f": 0.5, "m": media, "b": True, "z": None}))
    [row] = sampled_history(run, ["i", "f", "m", "b", "z"])
    assert row == {"i": 3, "f": 0.5, "m": media, "b": True, "z": None}
    assert type(row["i"]) is int


# Keys


def test_history_keys_as_the_client_reads_them(run, append):
    assert history_keys(run) is None
    append(
        run, history({"_step": 0, "loss": 0.5, "nested": {"x": 0}, "s": "a", "m": {"_type": "histogram", "bins": []}})
    )
    digest_run(run.pk)
    append(run, history({"_step": 100, "loss": 0.01, "s": 5}))
    told = history_keys(run)
    assert told is not None
    assert told["lastStep"] == 100
    assert told["keys"]["loss"] == {
        "typeCounts": [{"type": "number", "count": 2}],
        "monotonic": False,
        "previousValue": 0.01,
    }
    assert told["keys"]["nested.x"]["typeCounts"] == [{"type": "number", "count": 1}]
    assert told["keys"]["s"]["typeCounts"] == [{"type": "number", "count": 1}, {"type": "string", "count": 1}]
    assert told["keys"]["m"]["typeCounts"] == [{"type": "histogram", "count": 1}]
    assert "nested" not in told["keys"]


def test_facts_hold_extremes_and_where_they_were(run, append):
    append(run, history(*({"_step": step, "v": value} for step, value in enumerate([3, math.nan, -1, 7, math.inf, 7]))))
    for _ in range(2):
        [fact] = [fact for fact in key_facts(run) if fact.key == "v"]
        assert (fact.count, fact.nonfinite_count, fact.last, fact.last_step) == (4, 2, 7.0, 5)
        assert (fact.min, fact.min_step, fact.max, fact.max_step) == (-1.0, 2, 7.0, 3)
        digest_run(run.pk)


def test_a_key_logged_as_metric_and_measured_by_the_system_is_two(run, append):
    append(run, history({"_step": 0, "system.cpu": 1}), events({"_runtime": 1.0, "_wandb": True, "system.cpu": 99}))
    digest_run(run.pk)
    found = [(fact.stream, fact.last) for fact in key_facts(run) if fact.key == "system.cpu"]
    assert found == [(Stream.HISTORY, 1.0), (Stream.EVENTS, 99.0)]
    assert not [fact for fact in key_facts(run, stream=Stream.EVENTS) if fact.key.startswith("_")]


def test_odd_keys_are_kept(run, append):
    keys = ["a.b", "a/b", "", " ", "é\u0000", "k" * 1024, "ключ" * 100]
    append(run, history({"_step": 0, **dict.fromkeys(keys, 1)}))
    digest_run(run.pk)
    found = {fact.key for fact in key_facts(run)}
    assert {key.replace("\x00", "␀") for key in keys} <= found


def test_ten_thousand_keys_in_one_run(run, append):
    append(run, history({"_step": 0, **{f"key/{number}": number for number in range(10_000)}}))
    digest_run(run.pk)
    append(run, history({"_step": 1, "key/7": 8}))
    facts = {fact.key: fact for fact in key_facts(run)}
    assert len(facts) == 10_001
    assert facts["key/7"].count == 2


# Charts


def test_series_up_to_their_points_stay_as_they_are(run, append):
    append(run, history(*({"_step": step * 5, "v": step} for step in range(10))))
    [drawn] = series(run, ["v", "unknown"]).series
    assert (drawn.x.tolist(), drawn.y.tolist()) == (list(range(0, 50, 5)), [float(step) for step in range(10)])
    assert (drawn.low, drawn.high, drawn.count, drawn.last) == (None, None, 10, 9.0)


def test_thinning_keeps_every_spike(run, append):
    values = np.zeros(20_000)
    spikes = [17, 4_211, 9_999, 19_998]
    values[spikes] = 1000.0
    values[5_000] = -1000.0
    append(run, history(*({"_step": step, "v": value} for step, value in enumerate(values.tolist()))))
    [drawn] = series(run, ["v"], points=800).series
    assert len(drawn.x) <= 800
    assert drawn.high is not None
    assert drawn.low is not None
    assert sum(high == 1000.0 for high in drawn.high) == len(spikes)
    assert -1000.0 in drawn.low
    assert (drawn.x[0], drawn.x[-1], drawn.count) == (0, 19_999, 20_000)


def test_what_is_not_finite_is_counted_and_hides_nothing(run, append):
    values = [math.nan, 1.0, math.inf, 2.0] * 500
    append(run, history(*({"_step": step, "v": value} for step, value in enumerate(values))))
    [drawn] = series(run, ["v"], points=100).series
    assert drawn.nonfinite_count == 1000
    assert set([] if drawn.high is None else drawn.high.tolist()) == {2.0}
    assert set([] if drawn.low is None else drawn.low.tolist()) == {1.0}
    assert all(math.isfinite(value) for value in drawn.y)


def test_a_bucket_without_finite_values_says_so():
    thinned = thin(np.arange(10.0), np.array([1.0] * 5 + [math.nan] * 5), 2)
    assert thinned.y[0] == 1.0
    assert math.isnan(thinned.y[1])
    assert thinned.low is not None
    assert math.isnan(thinned.low[1])


def test_means_stay_within_doubles():
    thinned = thin(np.arange(4.0), np.array([1.7e308] * 4), 2)
    assert thinned.y.tolist() == pytest.approx([1.7e308, 1.7e308])


def test_system_metrics_lie_along_their_runtime(run, append):
    append(
        run,
        events(*({"_runtime": second * 15.0, "_timestamp": 1e9 + second, "system.cpu": second} for second in range(4))),
    )
    data = series(run, ["system.cpu"], stream=Stream.EVENTS)
    assert data.series[0].x.tolist() == [0.0, 15.0, 30.0, 45.0]
    assert series(run, ["system.cpu"], stream=Stream.EVENTS, axis="_timestamp").series[0].x[0] == 1e9
    assert json.loads(json.dumps(data.as_json()))["step_last"] == 3


def test_a_range_of_x_is_cut(run, append):
    append(run, history(*({"_step": step, "v": step} for step in range(100))))
    [drawn] = series(run, ["v"], low=10, high=12).series
    assert drawn.x.tolist() == [10, 11, 12]
    with pytest.raises(InvalidInput):
        series(run, ["v"], axis="other")


def test_a_step_far_away_costs_no_more(run, append):
    append(run, history({"_step": 0, "v": 1}, {"_step": 10**9, "v": 2}, {"_step": 10**15, "v": 3}))
    assert series(run, ["v"], points=2).series[0].x[-1] == 10**15
    assert steps(history_rows(run)) == [0, 10**9, 10**15]
    assert steps(history_rows(run, min_step=-(2**80), max_step=2**80)) == [0, 10**9, 10**15]
    assert len(sampled_history(run, ["v"], min_step=-(2**80), max_step=2**80)) == 3


# System metrics, summary, resuming


def test_events_are_known_by_row_number(run, append):
    append(run, events({"_runtime": 1, "system.cpu": 1}, {"_runtime": 2, "system.cpu": 2}))
    append(run, events({"_runtime": 2, "system.cpu": 5}, {"_runtime": 3, "system.cpu": 3}, offset=1))
    assert [json.loads(text)["system.cpu"] for text in event_rows(run)] == [1, 5, 3]
    assert (last_event(run) or {})["_runtime"] == 3
    assert len(event_rows(run, samples=2)) == 2


def test_a_run_that_is_resumed_goes_on_where_it_ended(run, append):
    nothing = resume_facts(run)
    assert (nothing.history_line_count, nothing.log_line_count, nothing.history_tail, nothing.events_tail) == (
        0,
        0,
        [],
        [],
    )
    assert last_event(run) is None
    append(run, history({"_step": 5, "_runtime": 2.5}), events({"_runtime": 1}, {"_runtime": 2}), console("a", "b"))
    for _ in range(2):
        facts = resume_facts(run)
        assert (facts.history_line_count, facts.events_line_count, facts.log_line_count) == (1, 2, 2)
        assert (facts.history_tail, facts.events_tail) == (['{"_step":5,"_runtime":2.5}'], ['{"_runtime":2}'])
        digest_run(run.pk)


def test_the_newest_summary_counts_once(run, append):
    append(run, summary(loss=1))
    append(run, summary(loss=2, n={"a": math.nan}))
    assert current_summary(run)["loss"] == 2
    digest_run(run.pk)
    run.refresh_from_db()
    assert run.summary["loss"] == 2
    assert math.isnan(run.summary["n"]["a"])


# Cost


def test_reads_ask_the_database_little(run, append, django_assert_max_num_queries):
    append(run, history(*({"_step": step, "v": step} for step in range(10))))
    digest_run(run.pk)
    append(run, history({"_step": 10, "v": 1}))
    for query, most in (
        (lambda: history_rows(run), 2),
        (lambda: sampled_history(run, ["v"]), 2),
        (lambda: series(run, ["v", "w"]), 4),
        (lambda: history_keys(run), 5),
        (lambda: row_count(run), 3),
        (lambda: resume_facts(run), 12),
    ):
        with django_assert_max_num_queries(most):
            query()


def test_twenty_thousand_rows_read_in_well_under_a_second(run, append):
    for start in range(0, 20_000, 1000):
        rows = (
            {"_step": step, **{f"m{key}": step / (key + 1) for key in range(10)}} for step in range(start, start + 1000)
        )
        append(run, history(*rows))
    forget_everything()
    for query in (lambda: series(run, ["m1", "m2"]), lambda: history_rows(run, samples=500), lambda: history_keys(run)):
        began = time.process_time()
        query()
        assert time.process_time() - began < 1.0
    with columns_of(run) as columns:
        assert columns.tail.byte_count < 10 * 2**20
