"""Compaction: the log becomes chunks, and nobody sees a difference."""

import math
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from apps.accounts.principal import NOBODY
from apps.core import json
from apps.runs import tasks
from apps.runs.actions import compact as compacting
from apps.runs.actions import compact_run, digest_run, rewind_run
from apps.runs.history import decoded
from apps.runs.history.codec import Kind, pack_array, unpack_array
from apps.runs.history.columns import Columns
from apps.runs.history.decoded import forget_everything
from apps.runs.history.rows import read_rows
from apps.runs.models import AppendLog, HistoryChunk, Level, Stream
from apps.runs.queries import history as queries
from apps.runs.queries.history import history_rows, last_event, resume_facts, sampled_history, series
from apps.runs.stores import append_log, chunks
from tests.build import build_run
from tests.runs.streaming import append, events, history, parsing_ahead

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def run(db):
    return build_run()


def compact(run):
    digest_run(run.pk)
    return compact_run(run.pk, everything=True)


def rows(run):
    return [json.loads(text) for text in history_rows(run)]


def in_log(run):
    return AppendLog.objects.filter(run=run, stream__in=(Stream.HISTORY, Stream.EVENTS, Stream.CONTROL)).count()


# Bytes


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([1.5, math.nan, -math.inf, 0.0, 5e-324]), Kind.FLOAT),
        (np.array([-(2**63), 2**63 - 1, 0]), Kind.INTEGER),
        (np.array([0, 1, 2**62]), Kind.RISING),
        (np.empty(0), Kind.FLOAT),
    ],
)
def test_arrays_come_back_as_they_were(values, kind):
    assert np.array_equal(unpack_array(pack_array(values, kind)), values, equal_nan=kind == Kind.FLOAT)


def test_rows_come_back_as_they_were_logged(run):
    given: list[dict[str, Any]] = [
        {"_step": 0, "_timestamp": 1.7e9, "_runtime": 0.5, "i": 3, "f": 0.5, "n": {"a.b": {"c": 1}}, "text": "é"},
        {"_step": 1, "_timestamp": 1.7e9 + 1, "_runtime": 1.5, "i": 2**60 + 1, "f": math.inf, "b": True, "z": None},
        {"_step": 10**15, "_timestamp": 1.7e9 + 2, "_runtime": 2.5, "i": 2**62 + 5, "m": {"_type": "x", "l": [1]}},
        {"_step": 2**61 + 1, "i": 4, "flat.key": 1, "big": 10**400},
    ]
    append(run, history(*given))
    assert compact(run) == 1
    assert in_log(run) == 0
    assert rows(run) == given
    assert type(sampled_history(run, ["i"])[0]["i"]) is int


def test_a_group_holds_times_once_and_keys_in_rows_of_their_own(run):
    append(run, history(*({"_step": step, "_timestamp": 1.0 * step, "_runtime": 2.0, "a": step} for step in range(9))))
    append(run, history({"_step": 5, "late": 7.0}))
    compact(run)
    stored = HistoryChunk.objects.filter(run=run, level__lte=Level.VALUES).order_by("level", "key")
    assert [(chunk.level, chunk.key) for chunk in stored] == [
        (Level.MANIFEST, ""),
        (Level.AXES, ""),
        (Level.VALUES, "a"),
        (Level.VALUES, "late"),
    ]
    chunk = stored[2]
    assert (chunk.first_step, chunk.last_step, chunk.count, chunk.sum, chunk.sum_squares) == (0, 8, 9, 36.0, 204.0)
    assert (chunk.min, chunk.min_step, chunk.max, chunk.max_step, chunk.first, chunk.last) == (0, 0, 8, 8, 0, 8)


# Row groups


def groups(run):
    return [tuple(group) for group in chunks.groups_of(run.pk, Stream.HISTORY)]


def test_groups_fill_up_and_are_rewritten_only_where_touched(run):
    with patch.object(compacting, "GROUP_STEPS", 4):
        append(run, history(*({"_step": step, "a": step} for step in range(0, 60, 10))))
        compact(run)
        assert groups(run) == [(0, 30, 4), (40, 50, 2)]
        append(run, history(*({"_step": step, "a": step} for step in range(60, 90, 10))))
        with patch.object(compacting, "read_base", wraps=chunks.read_base) as read:
            compact(run)
        assert read.call_args.kwargs["groups"] == [40]
        assert groups(run) == [(0, 30, 4), (40, 70, 4), (80, 80, 1)]
        append(run, history({"_step": 5, "a": -1}, {"_step": 40, "a": -2}))
        compact(run)
    assert groups(run) == [(0, 10, 3), (20, 30, 2), (40, 70, 4), (80, 80, 1)]
    values = {step: step for step in range(0, 90, 10)} | {5: -1, 40: -2}
    assert {row["_step"]: row["a"] for row in rows(run)} == values


def test_a_rewind_drops_groups_and_cuts_one(run):
    with patch.object(compacting, "GROUP_STEPS", 4):
        append(run, history(*({"_step": step, "a": step} for step in range(12))))
        compact(run)
        rewind_run(run, after_step=5, actor=NOBODY)
        assert len(rows(run)) == 6
        append(run, history({"_step": 7, "b": 1}))
        compact(run)
    assert [row["_step"] for row in rows(run)] == [0, 1, 2, 3, 4, 5, 7]
    assert rows(run)[-1] == {"_step": 7, "b": 1}
    rewind_run(run, after_step=0, actor=NOBODY)
    compact(run)
    assert groups(run) == [(0, 0, 1)]
    assert series(run, ["a"]).series[0].y.tolist() == [0.0]


def test_a_run_of_which_nothing_is_left(run):
    append(run, history({"_step": 3, "a": 1}))
    compact(run)
    rewind_run(run, after_step=0, actor=NOBODY)
    compact(run)
    assert rows(run) == series(run, ["a"]).series == []
    assert in_log(run) == 0


# When


def test_little_stays_in_the_log_until_the_run_ends(run):
    append(run, history({"_step": 0, "a": 1}))
    digest_run(run.pk)
    assert compact_run(run.pk) == 0
    append(run, history({"_step": 1, "a": 1}), is_complete=True)
    tasks.digest(run.pk)
    assert in_log(run) == 0
    assert len(rows(run)) == 2


def test_only_what_is_digested_is_compacted(run):
    append(run, history({"_step": 0, "a": 1}))
    digest_run(run.pk)
    append(run, history({"_step": 1, "a": 2}))
    assert compact_run(run.pk, everything=True) == 1
    assert in_log(run) == 1
    assert series(run, ["a"]).series[0].y.tolist() == [1.0, 2.0]


def test_much_is_compacted_in_bounded_passes(run):
    for start in range(0, 40, 4):
        append(run, history(*({"_step": step, "a": step} for step in range(start, start + 4))))
    digest_run(run.pk)
    assert batches_of_passes(run, GROUP_STEPS=4, LINES_AT_ONCE=8) == [2] * 5
    assert len(rows(run)) == 40


def test_a_pass_is_bounded_in_bytes_but_fills_a_row_group(run):
    for start in range(0, 40, 4):
        append(run, history(*({"_step": step, "a": step} for step in range(start, start + 4))))
    digest_run(run.pk)
    assert batches_of_passes(run, GROUP_STEPS=12, LINES_AT_ONCE=400, BYTES_AT_ONCE=1) == [3, 3, 3, 1]
    assert len(rows(run)) == 40


def batches_of_passes(run, **limits):
    with patch.multiple(compacting, **limits), patch.object(compacting, "swap", wraps=chunks.swap) as swap:
        compact_run(run.pk, everything=True)
    return [call.args[3].batch_count for call in swap.call_args_list]


def test_a_few_rows_more_make_groups_longer_and_many_begin_one(run):
    for start, stop in ((0, 17), (17, 22)):
        append(run, history(*({"_step": step, "a": step} for step in range(start, stop))))
        digest_run(run.pk)
        with patch.multiple(compacting, GROUP_STEPS=8, LINES_AT_ONCE=100):
            compact_run(run.pk, everything=True)
    groups = chunks.groups_of(run.pk, Stream.HISTORY)
    assert [(group.first_step, group.row_count) for group in groups] == [(0, 8), (8, 9), (17, 5)]
    assert series(run, ["a"]).series[0].y.tolist() == list(range(22))


@pytest.mark.parametrize(("is_embedded", "count"), [(False, 2), (True, 0)])
def test_a_batch_is_parsed_once_for_digest_and_compaction(run, is_embedded, count):
    with parsing_ahead(is_embedded):
        append(run, history({"_step": 0, "a": 1, "b": {"c": "x"}}, {"_step": 1, "a": float("nan")}))
        rewind_run(run, after_step=0, actor=NOBODY)
        append(run, history({"_step": 1, "b": {"c": 2}}))
    with patch("apps.runs.history.columns.read_rows", wraps=read_rows) as read:
        digest_run(run.pk)
        compact_run(run.pk, everything=True)
    assert read.call_count == count
    assert rows(run) == [{"_step": 0, "a": 1, "b": {"c": "x"}}, {"_step": 1, "b": {"c": 2}}]


# Together with others


def read_values(run):
    return [row["a"] for row in rows(run)]


def read_series(run):
    return series(run, ["a"]).series[0].y.tolist()


def read_samples(run):
    return [row["a"] for row in sampled_history(run, ["a"])]


@pytest.mark.parametrize("read", [read_values, read_series, read_samples])
@pytest.mark.parametrize("is_known", [False, True], ids=["cold", "warm"])
def test_a_compaction_between_the_two_reads_loses_nothing(run, monkeypatch, read, is_known):
    """The reader has the log and is about to read the chunks, when more comes and all of it is compacted."""
    append(run, history({"_step": 0, "a": 1}, {"_step": 1, "a": 1}))
    if is_known:
        read(run)
    original = append_log.AppendLogStore.read

    def read_then_compact(*args, **kwargs):
        found = original(*args, **kwargs)
        monkeypatch.setattr(append_log.AppendLogStore, "read", original)
        append(run, history({"_step": 1, "a": 2}))
        append(run, history({"_step": 2, "a": 3}))
        compact(run)
        append(run, history({"_step": 3, "a": 4}))
        return found

    monkeypatch.setattr(append_log.AppendLogStore, "read", read_then_compact)
    assert [float(value) for value in read(run)] in ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0])
    assert [float(value) for value in read(run)] == [1.0, 2.0, 3.0, 4.0]


def test_of_two_compactions_one_writes(run):
    append(run, history({"_step": 0, "a": 1}))
    digest_run(run.pk)
    original = chunks.swap

    def second(*args):
        with patch.object(compacting, "swap", original):
            assert compact_run(run.pk, everything=True) == 1
        return original(*args)

    with patch.object(compacting, "swap", second):
        assert compact_run(run.pk, everything=True) == 0
    assert read_values(run) == [1]


def test_a_crash_before_the_commit_changes_nothing(run):
    append(run, history({"_step": 0, "a": 1}))
    digest_run(run.pk)
    with patch.object(chunks, "manifest_chunk", side_effect=RuntimeError), pytest.raises(RuntimeError):
        compact_run(run.pk, everything=True)
    assert in_log(run) == 1
    assert not HistoryChunk.objects.filter(run=run).exists()
    assert compact(run) == 1


# Resuming


def test_a_compacted_run_is_resumed_where_it_ended(run):
    append(run, history({"_step": 5, "a": 1}), events({"_runtime": 1.5, "system.cpu": 1}, {"_runtime": 2.5}))
    compact(run)
    forget_everything()
    facts = resume_facts(run)
    assert (facts.history_line_count, facts.events_line_count) == (1, 2)
    assert json.loads(facts.history_tail[0]) == {"_step": 5, "a": 1}
    assert last_event(run) == {"_runtime": 2.5}
    append(run, events({"_runtime": 3.5, "system.cpu": 2}, offset=2))
    assert [json.loads(text)["_runtime"] for text in queries.event_rows(run)] == [1.5, 2.5, 3.5]


def test_a_shared_run_goes_on_counting_after_what_was_compacted(run):
    append(run, history({"_step": 0, "a": 1}, {"_step": 1, "a": 2}))
    compact(run)
    append(run, history({"_step": 0, "a": 3}), writer="w")
    assert [row["_step"] for row in rows(run)] == [0, 1, 2]


def test_a_tail_that_was_compacted_is_dropped(run):
    append(run, history({"_step": 0, "a": 1}))
    read_series(run)
    compact(run)
    assert read_series(run) == [1.0]
    with decoded.columns_of(run) as columns:
        assert isinstance(columns.tail, Columns)
        assert not columns.tail.by_key


def test_deleting_a_run_from_the_store_takes_its_chunks(run):
    append(run, history({"_step": 0, "a": 1}))
    compact(run)
    append_log.AppendLogStore().delete(run.pk)
    assert not HistoryChunk.objects.filter(run=run).exists()
    assert rows(run) == []
