"""Group commit: one failing request disturbs no other, overload is told in time, ticks are merged."""

import asyncio
import threading
import time

import pytest
from django.db import DatabaseError, OperationalError

from apps.core.errors import Busy, NotFound
from apps.core.events import listeners
from apps.runs import writer
from apps.runs.actions.log import append_together
from apps.runs.events import RunTicked
from apps.runs.intake import StreamRequest
from apps.runs.models import AppendLog
from apps.runs.writer import Writer, close_writer, submit
from tests.build import build_run, build_token, owner_of
from tests.runs.streaming import Streamer, history, in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.backend]


@pytest.fixture
def run(transactional_db):
    return build_run()


def request(run, step=0) -> StreamRequest:
    return StreamRequest(run.pk, run.project_id, packs=(history({"_step": step}),))


def kept(run) -> int:
    return AppendLog.objects.filter(run=run).count()


@pytest.fixture
def gate(monkeypatch):
    """Hold the writer before its first transaction until the test lets it go, so that requests queue."""
    opened = threading.Event()

    def waiting(*args, **kwargs):
        opened.wait(10)
        return append_together(*args, **kwargs)

    monkeypatch.setattr(writer, "append_together", waiting)
    yield opened
    opened.set()


def test_what_queues_is_committed_together(run, gate, monkeypatch):
    calls: list[int] = []
    waiting = vars(writer)["append_together"]

    def counting(requests, **more):
        calls.append(len(requests))
        return waiting(requests, **more)

    monkeypatch.setattr(writer, "append_together", counting)
    one = Writer()
    futures = [one.put(request(run, step)) for step in range(100)]
    gate.set()
    assert all(future.result(10).stopped is False for future in futures)
    one.close()
    assert sum(calls) == kept(run) == 100
    assert len(calls) <= 4
    assert max(calls) <= writer.MOST_REQUESTS


def test_one_bad_request_among_many_fails_alone(run, gate):
    missing = StreamRequest(10**9, run.project_id, packs=(history({"_step": 0}),))
    one = Writer()
    futures = [one.put(request(run, 0)), one.put(missing), one.put(request(run, 1))]
    gate.set()
    assert futures[0].result(10) == futures[2].result(10)
    with pytest.raises(NotFound):
        futures[1].result(10)
    one.close()
    assert kept(run) == 2


def test_a_batch_that_fails_is_written_one_by_one(run, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("a bad day")

    monkeypatch.setattr(writer, "append_together", fail)
    one = Writer()
    futures = [one.put(request(run, step)) for step in range(3)]
    assert [future.result(10).stopped for future in futures] == [False] * 3
    one.close()
    assert kept(run) == 3


async def test_a_database_that_cannot_now_is_busy_not_broken(run, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("disk full")

    monkeypatch.setattr(writer, "append_together", fail)
    monkeypatch.setattr(writer, "append_alone", fail)
    key = await in_thread(lambda: build_token(owner_of(run.project.tenant.team)))
    answer = await Streamer(run, key).log({"_step": 0})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


async def test_an_unexpected_failure_is_told_and_the_writer_lives(run, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(writer, "append_together", lambda *a, **k: (_ for _ in ()).throw(DatabaseError()))
        patch.setattr(writer, "append_alone", fail)
        with pytest.raises(ZeroDivisionError):
            await submit(request(run))
    assert (await submit(request(run))).stopped is False


def test_a_full_queue_is_busy(run, gate, monkeypatch):
    monkeypatch.setattr(writer, "MOST_WAITING", 3)
    one = Writer()
    futures, refused = [], 0
    for step in range(10):
        try:
            futures.append(one.put(request(run, step)))
        except Busy:
            refused += 1
    assert refused >= 4
    gate.set()
    for future in futures:
        future.result(10)
    one.close()
    assert kept(run) == len(futures)


def test_closing_writes_what_waits(run, gate):
    one = Writer()
    futures = [one.put(request(run, step)) for step in range(5)]
    gate.set()
    one.close()
    one.close()
    assert all(future.done() for future in futures)
    with pytest.raises(Busy):
        one.put(request(run))
    assert kept(run) == 5


async def test_a_client_that_hung_up_disturbs_nobody(run, gate):
    first = asyncio.ensure_future(submit(request(run, 0)))
    await asyncio.sleep(0.05)
    gone = asyncio.ensure_future(submit(request(run, 1)))
    await asyncio.sleep(0.05)
    gone.cancel()
    last = asyncio.ensure_future(submit(request(run, 2)))
    gate.set()
    await asyncio.gather(first, last)
    assert await in_thread(kept, run) in {2, 3}


def test_several_loops_share_the_writer(run):
    async def some(start):
        await asyncio.gather(*(submit(request(run, start + step)) for step in range(10)))

    threads = [threading.Thread(target=asyncio.run, args=(some(start),)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_writer()
    assert kept(run) == 30


async def test_ticks_of_a_run_are_merged_to_one_a_second(run, monkeypatch):
    heard: list[RunTicked] = []
    _, after = listeners(RunTicked)
    after.append(heard.append)
    try:
        began = time.monotonic()
        while time.monotonic() - began < 1.5:
            await submit(request(run))
        await in_thread(close_writer)
    finally:
        after.remove(heard.append)
    seqs = [tick.seq for tick in heard]
    assert 2 <= len(seqs) <= 4
    assert seqs == sorted(seqs)
    assert seqs[-1] == await in_thread(kept, run)
