"""What streams into runs: appended in short transactions that many requests share.

Order of locks, for everyone who writes runs: the run's row, then its pulse, then jobs; several runs by rising id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from apps.accounts.principal import Principal
from apps.core import json
from apps.core.audit import record
from apps.core.errors import Gone, NotFound
from apps.core.events import publish
from apps.core.jobs import enqueue
from apps.runs.actions.files import Arrived, keep_arrived
from apps.runs.actions.runs import (
    close_run,
    locked_run,
    reopen_run,
    replace_summary,
    run_address,
    set_preempting,
)
from apps.runs.events import RunChanged, RunTicked
from apps.runs.history.columns import Columns
from apps.runs.history.lines import pack, unpack
from apps.runs.intake import Pack, StreamAnswer, StreamRequest, check_number
from apps.runs.models import ENDED, Run, RunDigest, RunState, Stream, WriterMark
from apps.runs.stores import Batch, history_store
from apps.runs.stores.chunks import manifest_of

DIGEST_DELAY = timedelta(seconds=2)
DELETED = "deleted"
_APPENDABLE = frozenset({RunState.RUNNING, RunState.PREEMPTING})
_BEAT = """
    UPDATE runs_runpulse SET seq = seq + 1, last_seen_at = %s WHERE run_id = %s
    RETURNING seq, stop_requested,
        (SELECT CASE WHEN deleted_at IS NULL THEN state ELSE 'deleted' END FROM runs_run WHERE id = run_id)
"""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A digest that waits: it will see all that is committed before `due`."""

    run_id: int
    job_id: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Appended:
    """How a shared transaction went: answers by place in the request list (None: this one must go alone), and what
    follows once it is committed."""

    answers: list[StreamAnswer | None]
    ticks: list[RunTicked] = field(default_factory=list)
    digests: list[Ordered] = field(default_factory=list)
    parsed: list[tuple[Batch, Columns]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Beat:
    seq: int
    stop_requested: bool
    state: str


@transaction.atomic
def append_together(requests: Sequence[StreamRequest], *, digest: Iterable[int]) -> Appended:
    """Append plain requests of any runs as one transaction: one UPDATE each, one INSERT for all.

    A run that is not running is left out, since its state must change too. `digest` are runs to be worked out soon.
    """
    at = now()
    answers: list[StreamAnswer | None] = [None] * len(requests)
    batches: list[Batch] = []
    parsed: list[tuple[Batch, Columns]] = []
    ticks: dict[int, RunTicked] = {}
    for place in sorted(range(len(requests)), key=lambda place: requests[place].run_id):
        request = requests[place]
        beat = _beat(request.run_id, at)
        if beat.state not in _APPENDABLE:
            continue
        fresh = _batches(request, request.packs, beat.seq, at)
        parsed += [(batch, item.columns) for batch, item in zip(fresh, request.packs, strict=True) if item.columns]
        batches += fresh
        answers[place] = StreamAnswer(stopped=beat.stop_requested)
        ticks[request.run_id] = RunTicked(request.run_id, request.project_id, beat.seq)
    history_store().append(batches)
    grown = {batch.run_id for batch in batches}
    digests = order_digests(sorted(grown.intersection(digest)), due=at + DIGEST_DELAY)
    return Appended(answers, list(ticks.values()), digests, parsed)


@transaction.atomic
def append_alone(request: StreamRequest, arrived: Sequence[Arrived] = ()) -> Appended:
    """Append one request together with what it changes about its run: state, exit code, summary, files."""
    run = Run.objects.select_for_update(of=("self",)).filter(pk=request.run_id).first()
    if run is None:
        raise NotFound("There is no such run any more.", code="unknown_run")
    if run.deleted_at is not None:
        raise Gone("This run was deleted. Its id stays reserved.", code="run_deleted")
    if not request.is_complete and run.state in ENDED | {RunState.PENDING}:
        reopen_run(run)
    at = now()
    beat = _beat(run.pk, at)
    packs = _numbered(request) if request.writer else request.packs
    history_store().append(_batches(request, packs, beat.seq, at))
    keep_arrived(run, arrived)
    if request.is_preempting:
        set_preempting(run)
    if request.is_complete:
        _take_over_summary(run, upto=beat.seq)
        close_run(run, exit_code=request.exit_code)
    digests = order_digests([run.pk], due=at + DIGEST_DELAY)
    tick = RunTicked(run.pk, run.project_id, beat.seq)
    return Appended([StreamAnswer(beat.stop_requested)], [tick], digests)


@transaction.atomic
def rewind_run(run: Run, *, after_step: int, actor: Principal) -> Run:
    """Let a run's history end at a step. What came after it stays in the log and is no longer read. Safe to repeat."""
    check_number(after_step, "step to rewind to")
    run = locked_run(run)
    at = now()
    beat = _beat(run.pk, at)
    payload = pack([json.dumps_text({"after_step": after_step})])
    batch = Batch(run.pk, Stream.CONTROL, beat.seq, line_count=1, payload=payload, received_at=at)
    history_store().append([batch])
    order_digests([run.pk], due=at)
    record(actor, "run.rewound", target=run_address(run), tenant_id=run.tenant_id, after_step=after_step)
    publish(RunChanged(run.pk, run.project_id, "history"))
    return run


def tell_ticks(ticks: Iterable[RunTicked]) -> None:
    """Publish what has been committed; merged by the writer to about one a second and run."""
    for tick in ticks:
        publish(tick)


@transaction.atomic
def order_digests(run_ids: Sequence[int], *, due: datetime) -> list[Ordered]:
    """Have the digests of runs brought up to date. At most one waits per run: one that is due earlier stays so."""
    jobs = [enqueue("runs.digest", {"run_id": run_id}, key=f"run.{run_id}", not_before=due) for run_id in run_ids]
    return [Ordered(run_id, job.pk, job.not_before) for run_id, job in zip(run_ids, jobs, strict=True)]


def take_over_summary(run: Run, digest: RunDigest, *, upto: int) -> bool:
    """Make the newest summary that streamed in the run's own, once. Returns whether there was one.

    `digest.summary_seq` moves on, unsaved, so that a summary written later through the API is not undone. Writers of
    a shared run each know their own keys, so theirs are merged.
    """
    batches = history_store().read(run.pk, Stream.SUMMARY, after=digest.summary_seq, upto=upto)
    if not batches:
        return False
    summary: dict[str, Any] = dict(run.summary) if batches[-1].writer else {}
    for batch in batches if batches[-1].writer else batches[-1:]:
        summary |= json.loads(unpack(batch.payload)[-1])
    replace_summary(run, summary)
    digest.summary_seq = batches[-1].seq
    return True


def _take_over_summary(run: Run, *, upto: int) -> None:
    digest = RunDigest.objects.select_for_update().get(run=run)
    if take_over_summary(run, digest, upto=upto):
        digest.save(update_fields=["summary_seq"])


def _beat(run_id: int, at: datetime) -> _Beat:
    """Count the request and note the heartbeat. The pulse stays locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [connection.ops.adapt_datetimefield_value(at), run_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("There is no such run any more.", code="unknown_run")
    return _Beat(row[0], bool(row[1]), row[2])


def _batches(request: StreamRequest, packs: Iterable[Pack], seq: int, at: datetime) -> list[Batch]:
    return [
        Batch(
            run_id=request.run_id,
            stream=item.stream,
            seq=seq,
            line_count=item.line_count,
            payload=item.payload,
            received_at=at,
            offset=item.offset,
            first_step=item.first_step,
            last_step=item.last_step,
            writer=request.writer,
        )
        for item in packs
    ]


# Shared runs


def _numbered(request: StreamRequest) -> list[Pack]:
    """Give the lines of a writer numbers of the run, leaving out those it has sent before."""
    numbered = (_number(request, item) for item in request.packs)
    return [item for item in numbered if item is not None]


def _number(request: StreamRequest, item: Pack) -> Pack | None:
    if item.stream == Stream.SUMMARY:
        return item
    mark = WriterMark.objects.filter(run_id=request.run_id, stream=item.stream, writer=request.writer)
    known = mark.values_list("next", flat=True).first() or 0
    fresh = min(item.offset + item.line_count - known, item.line_count)
    if fresh <= 0:
        return None
    payload = item.payload if fresh == item.line_count else _last_lines(item.payload, fresh)
    start = _take_numbers(request.run_id, item.stream, fresh)
    _set_mark(request.run_id, item.stream, request.writer, item.offset + item.line_count)
    steps = (start, start + fresh - 1) if item.stream == Stream.HISTORY else (None, None)
    return replace(item, line_count=fresh, payload=payload, offset=start, first_step=steps[0], last_step=steps[1])


def _last_lines(payload: bytes, count: int) -> bytes:
    return pack([line.decode() for line in unpack(payload)[-count:]])


def _take_numbers(run_id: int, stream: Stream, count: int) -> int:
    """Return the first of the next `count` numbers of a stream. The run is locked by the caller."""
    counter = WriterMark.objects.filter(run_id=run_id, stream=stream, writer="").values_list("next", flat=True).first()
    start = _end_of_log(run_id, stream) if counter is None else counter
    _set_mark(run_id, stream, "", start + count)
    return start


def _end_of_log(run_id: int, stream: Stream) -> int:
    batches = history_store().read(run_id, stream)
    if stream == Stream.HISTORY:
        ends = [batch.last_step + 1 for batch in batches if batch.last_step is not None]
    else:
        ends = [batch.offset + batch.line_count for batch in batches]
    return max([manifest_of(run_id, stream).end, *ends])


def _set_mark(run_id: int, stream: Stream, writer: str, number: int) -> None:
    WriterMark.objects.update_or_create(run_id=run_id, stream=stream, writer=writer, defaults={"next": number})
