"""Group commit: one thread per process commits together what requests have queued, and answers each after that.

    answer = await submit(StreamRequest(run.pk, run.project_id, packs=(history_pack(lines),)))

Checked, parsed and compressed before they come here; what is answered is committed. A request that changes its run's
state, or that fails among others, gets a transaction of its own. Measured: ENGINEERING notes in
docs/decisions/0004-history-tables.md and `make bench`.
"""

import asyncio
import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils.timezone import now

from apps.core.errors import Busy, CarnetError
from apps.core.jobs.queue import hint
from apps.runs.actions.digest import digest_run
from apps.runs.actions.files import Arrived, find_arrived
from apps.runs.actions.log import (
    Appended,
    Ordered,
    append_alone,
    append_together,
    order_digests,
    tell_ticks,
)
from apps.runs.events import RunTicked
from apps.runs.history.decoded import remember
from apps.runs.intake import StreamAnswer, StreamRequest

__all__ = ["StreamAnswer", "StreamRequest", "Writer", "close_writer", "submit"]

MOST_REQUESTS = 64  # in one transaction
MOST_BYTES = 8 * 2**20
MOST_WAITING = 2_000  # requests in the queue; more are told to come back
MOST_WAITING_BYTES = 128 * 2**20
TICK_SECONDS = 1.0
DIGEST_MARGIN_SECONDS = 0.5  # before a digest starts: rows that come so late ask anew, lest it starts without them
DIGEST_AT_ONCE_SECONDS = 5.0
IDLE_SECONDS = 5.0  # then the connection is given back

logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Waiting:
    request: StreamRequest
    arrived: Sequence[Arrived]
    future: "Future[StreamAnswer]" = field(default_factory=Future)


class Writer:
    """The one thread of a process that writes what clients stream."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._line: deque[_Waiting] = deque()
        self._bytes = 0
        self._is_closing = False
        self._clock = _Clock()
        self._thread = threading.Thread(target=self._work, name="run-writer", daemon=True)
        self._thread.start()

    def put(self, request: StreamRequest, arrived: Sequence[Arrived] = ()) -> "Future[StreamAnswer]":
        """Queue a request. Raises Busy where too much waits already."""
        waiting = _Waiting(request, arrived)
        with self._changed:
            if self._is_closing:
                raise Busy("The server is shutting down. Try again shortly.", retry_after=5)
            if len(self._line) >= MOST_WAITING or self._bytes > MOST_WAITING_BYTES:
                raise Busy("The server has more to write than it can take. Try again shortly.", retry_after=2)
            self._line.append(waiting)
            self._bytes += request.byte_count
            self._changed.notify()
        return waiting.future

    def close(self) -> None:
        """Write what waits, then end. A repeat changes nothing."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while (batch := self._take()) is not None:
            if batch:
                self._write(batch)
            self._strike()
        self._strike(everything=True)
        connection.close()

    def _strike(self, *, everything: bool = False) -> None:
        try:
            self._clock.strike(everything=everything)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("digests could not be ordered, the sweep will: %s", error)
            connection.close_if_unusable_or_obsolete()

    def _take(self) -> list[_Waiting] | None:
        """Return what to write now: nothing when only the clock has work, None at the end."""
        with self._changed:
            if not self._line and not self._is_closing:
                self._changed.wait(self._clock.pause())
            if not self._line and self._is_closing:
                return None
            batch: list[_Waiting] = []
            size = 0
            while self._line and len(batch) < MOST_REQUESTS and size <= MOST_BYTES:
                waiting = self._line.popleft()
                size += waiting.request.byte_count
                batch.append(waiting)
            self._bytes -= size
        if not batch:
            self._rest()
        return [waiting for waiting in batch if waiting.future.set_running_or_notify_cancel()]

    def _rest(self) -> None:
        if self._clock.is_idle and connection.connection is not None:
            connection.close()

    def _write(self, batch: list[_Waiting]) -> None:
        plain = [waiting for waiting in batch if waiting.request.is_plain]
        alone = [waiting for waiting in batch if not waiting.request.is_plain]
        if plain:
            alone = self._write_together(plain) + alone
        for waiting in alone:
            self._write_alone(waiting)

    def _write_together(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Commit a batch and answer it. Returns those that must go alone: all of them if the batch failed."""
        requests = [waiting.request for waiting in batch]
        due = self._clock.digests_due({request.run_id for request in requests if request.packs})
        try:
            appended = append_together(requests, digest=due)
        except (DatabaseError, InterfaceError, CarnetError) as error:
            logger.info("a batch of %s requests failed and is written one by one: %s", len(batch), error)
            connection.close_if_unusable_or_obsolete()
            return batch
        self._clock.note(appended)
        for fresh, columns in appended.parsed:
            remember(fresh, columns)
        for waiting, answer in zip(batch, appended.answers, strict=True):
            if answer is not None:
                waiting.future.set_result(answer)
        return [waiting for waiting, answer in zip(batch, appended.answers, strict=True) if answer is None]

    def _write_alone(self, waiting: _Waiting) -> None:
        try:
            appended = append_alone(waiting.request, waiting.arrived)
        except (OperationalError, InterfaceError) as error:
            logger.warning("a request could not be written: %s", error)
            connection.close_if_unusable_or_obsolete()
            waiting.future.set_exception(Busy("The database is busy. Try again shortly.", retry_after=2))
        except Exception as error:
            if not isinstance(error, CarnetError):
                logger.exception("a request of run %s could not be written", waiting.request.run_id)
            waiting.future.set_exception(error)
        else:
            self._clock.note(appended)
            waiting.future.set_result(appended.answers[0] or StreamAnswer(stopped=False))


class _Clock:
    """What the writer owes between requests: ticks merged to one a second and run, and digests started on time.

    Belongs to the writer's thread. What is lost with the process is found again by the sweep of jobs.
    """

    def __init__(self) -> None:
        self._told: dict[int, float] = {}  # run → when it ticked last
        self._owed: dict[int, RunTicked] = {}
        self._digests: dict[int, float] = {}  # run → when its ordered digest starts
        self._late: set[int] = set()  # runs whose rows took until after that to be committed
        self._hints: list[tuple[float, int]] = []  # a heap: when to tell a worker of which job
        self._hinted: dict[int, float] = {}  # the earliest of those, by job

    @property
    def is_idle(self) -> bool:
        return not (self._owed or self._hints or self._late)

    def digests_due(self, run_ids: set[int]) -> set[int]:
        """Return the runs for which no digest is ordered that will surely see what is committed now."""
        soon = time.monotonic() + DIGEST_MARGIN_SECONDS
        return {run_id for run_id in run_ids if self._digests.get(run_id, 0.0) < soon}

    def note(self, appended: Appended) -> None:
        """Remember what follows from a commit that has just been made."""
        self._owed |= {tick.run_id: tick for tick in appended.ticks}
        self._order(appended.digests)
        moment, ordered = time.monotonic(), {each.run_id for each in appended.digests}
        grown = {tick.run_id for tick in appended.ticks} - ordered
        self._late |= {run_id for run_id in grown if self._digests.get(run_id, moment + 1) <= moment}

    def _order(self, digests: Sequence[Ordered]) -> None:
        moment, at = time.monotonic(), now()
        for each in digests:
            start = moment + max((each.due - at).total_seconds(), 0.0)
            self._digests[each.run_id] = start
            if self._hinted.get(each.job_id, start + 1) > start:
                self._hinted[each.job_id] = start
                heappush(self._hints, (start, each.job_id))

    def pause(self) -> float:
        """Return how long nothing is due."""
        moment = time.monotonic()
        waits = [self._told.get(run_id, 0.0) + TICK_SECONDS - moment for run_id in self._owed]
        waits += [self._hints[0][0] - moment] if self._hints else []
        return max(min(waits, default=IDLE_SECONDS), 0.0)

    def strike(self, *, everything: bool = False) -> None:
        """Do what is due."""
        if self._late:
            late, self._late = sorted(self._late), set()
            self._order(order_digests(late, due=now()))
        moment = time.monotonic()
        ripe = [
            run_id
            for run_id in self._owed
            if everything or self._told.get(run_id, -TICK_SECONDS) + TICK_SECONDS <= moment
        ]
        tell_ticks([self._owed.pop(run_id) for run_id in ripe])
        self._told |= dict.fromkeys(ripe, moment)
        while self._hints and not everything and self._hints[0][0] <= moment:
            _, job_id = heappop(self._hints)
            self._hinted.pop(job_id, None)
            hint(job_id)
        if len(self._told) > MOST_WAITING:
            self._forget(moment - 2 * TICK_SECONDS)

    def _forget(self, before: float) -> None:
        self._told = {run_id: at for run_id, at in self._told.items() if at >= before}
        self._digests = {run_id: at for run_id, at in self._digests.items() if at >= before}


class _Post:
    """Where this process's writer stands. It is started by the first request."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._writer: Writer | None = None

    def writer(self) -> Writer:
        with self._guard:
            if self._writer is None:
                self._writer = Writer()
            return self._writer

    def leave(self) -> None:
        with self._guard:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()


_post = _Post()
_probes = ThreadPoolExecutor(2, thread_name_prefix="run-writer-aside")  # what comes before and after the transaction


async def submit(request: StreamRequest) -> StreamAnswer:
    """Make a request durable, then return; from any event loop. Raises Busy, Gone, NotFound, InvalidInput."""
    arrived: Sequence[Arrived] = ()
    if request.uploaded:
        loop = asyncio.get_running_loop()
        arrived = await loop.run_in_executor(_probes, partial(_find, request.run_id, request.uploaded))
    answer = await asyncio.wrap_future(_post.writer().put(request, arrived))
    if request.is_complete:
        await _digest_at_once(request.run_id)
    return answer


async def _digest_at_once(run_id: int) -> None:
    """Work a run out before its client hears that it has ended, so that whoever looks then finds all of it.

    Not for longer than a moment, and only as a courtesy: the digest is ordered as a job as well.
    """
    digesting = asyncio.get_running_loop().run_in_executor(_probes, _digest, run_id)
    await asyncio.wait({digesting}, timeout=DIGEST_AT_ONCE_SECONDS)


def _digest(run_id: int) -> None:
    try:
        digest_run(run_id)
    except Exception:
        logger.exception("run %s could not be digested at its end", run_id)
    finally:
        connection.close()


def close_writer() -> None:
    """Write what waits and end the thread; the next request starts a new one."""
    _post.leave()


atexit.register(close_writer)


def _find(run_id: int, paths: Sequence[str]) -> list[Arrived]:
    try:
        return find_arrived(run_id, paths)
    finally:
        connection.close()
