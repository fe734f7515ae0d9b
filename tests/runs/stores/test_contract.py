"""What every history store promises. A new implementation is added to STORES and must pass."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from apps.runs.history.lines import pack, unpack
from apps.runs.models import Stream
from apps.runs.stores import Batch
from apps.runs.stores.append_log import AppendLogStore
from tests.build import build_run

STORES = [AppendLogStore]
pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture(params=STORES, ids=lambda store: store.__name__)
def store(request):
    return request.param()


@pytest.fixture
def run(db):
    return build_run()


def batch(run, seq, stream=Stream.HISTORY, **values) -> Batch:
    defaults: dict[str, Any] = {"line_count": 1, "payload": pack(["{}"]), "received_at": now()}
    return Batch(run_id=run.pk, stream=stream, seq=seq, **(defaults | values))


def seqs(batches):
    return [found.seq for found in batches]


def test_what_was_appended_is_read_as_it_was(store, run):
    given = batch(run, 1, payload=pack(["a", "b"]), line_count=2, offset=5, first_step=7, last_step=9, writer="w")
    store.append([given])
    assert store.read(run.pk, Stream.HISTORY) == [given]
    assert unpack(given.payload) == [b"a", b"b"]


def test_reading_follows_the_sequence_and_its_bounds(store, run):
    store.append([batch(run, seq) for seq in (3, 1, 4, 2)])
    assert seqs(store.read(run.pk, Stream.HISTORY)) == [1, 2, 3, 4]
    assert seqs(store.read(run.pk, Stream.HISTORY, after=2)) == [3, 4]
    assert seqs(store.read(run.pk, Stream.HISTORY, after=1, upto=3)) == [2, 3]


def test_streams_and_runs_are_apart(store, run):
    other = build_run(run.project)
    store.append([batch(run, 1), batch(run, 1, Stream.CONSOLE), batch(run, 2, Stream.CONTROL), batch(other, 1)])
    found = store.read(run.pk, Stream.HISTORY, Stream.CONTROL)
    assert [each.stream for each in found] == [Stream.HISTORY, Stream.CONTROL]
    assert seqs(store.read(other.pk, Stream.CONSOLE)) == []


def test_a_range_of_steps_leaves_out_what_cannot_hold_them(store, run):
    spans = {1: (0, 9), 2: (10, 19), 3: (5, 12), 4: (None, None)}
    store.append([batch(run, seq, first_step=low, last_step=high) for seq, (low, high) in spans.items()])
    assert seqs(store.read(run.pk, Stream.HISTORY, steps=(10, None))) == [2, 3, 4]
    assert seqs(store.read(run.pk, Stream.HISTORY, steps=(None, 4))) == [1, 4]
    assert seqs(store.read(run.pk, Stream.HISTORY, steps=(9, 9))) == [1, 3, 4]


def test_a_sequence_number_is_given_once(store, run):
    store.append([batch(run, 1)])
    with pytest.raises(IntegrityError), transaction.atomic():
        store.append([batch(run, 1)])


def test_nothing_of_a_failed_transaction_is_kept(store, run):
    with pytest.raises(RuntimeError), transaction.atomic():
        store.append([batch(run, 1)])
        raise RuntimeError
    assert store.read(run.pk, Stream.HISTORY) == []


def test_the_span_counts_without_reading(store, run):
    payload = pack(["x"] * 3)
    store.append([batch(run, 1, payload=payload, line_count=3), batch(run, 5, line_count=2, payload=payload)])
    span = store.span(run.pk, Stream.HISTORY)
    assert (span.batch_count, span.line_count, span.byte_count, span.last_seq) == (2, 5, 2 * len(payload), 5)
    assert store.span(run.pk, Stream.EVENTS).last_seq == 0


def test_truncating_deletes_up_to_a_sequence(store, run):
    store.append([batch(run, seq) for seq in (1, 2, 3)])
    assert store.truncate(run.pk, upto=2) == 2
    assert seqs(store.read(run.pk, Stream.HISTORY)) == [3]


def test_deleting_a_run_leaves_the_others(store, run):
    other = build_run(run.project)
    store.append([batch(run, 1), batch(other, 1)])
    store.delete(run.pk)
    store.delete(run.pk)
    assert store.read(run.pk, Stream.HISTORY) == []
    assert seqs(store.read(other.pk, Stream.HISTORY)) == [1]


@pytest.mark.parametrize("text", ["", "a\nb", "\n", "tab\t", "é\u2028", "\ud800"])
def test_lines_survive_packing(text):
    found = unpack(pack(["before", text, "after"]))
    assert len(found) == 3
    assert found[0] == b"before"
    found[1].decode()
