"""Working out what streamed in: catalogue, counts, summary. Computed outside, written in one short transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from apps.core.events import publish
from apps.runs.actions.log import DIGEST_DELAY, order_digests, take_over_summary
from apps.runs.events import RunChanged
from apps.runs.history.columns import Columns
from apps.runs.history.console import ConsoleLevel
from apps.runs.history.decoded import console_of, tail_of
from apps.runs.history.facts import FIELDS, KeyFact
from apps.runs.models import HistoryKey, Run, RunDigest, RunPulse, Stream
from apps.runs.queries.catalogue import advance_from_log, extent_after, is_catalogued, stored_facts

_WRITTEN = [name for name in FIELDS if name != "key"]


@dataclass(frozen=True, slots=True)
class _Findings:
    """What a digest writes."""

    digest: RunDigest
    facts: list[KeyFact]
    gone: list[KeyFact]


def digest_run(run_id: int) -> bool:
    """Bring a run's digest up to what was committed when it began. Returns whether there was anything to do.

    Safe to repeat. If another digest of the run comes first, nothing is written and a later one is ordered.
    """
    run = Run.objects.select_related("project").filter(pk=run_id).first()
    pulse = RunPulse.objects.filter(run_id=run_id).first()
    digest = RunDigest.objects.filter(run_id=run_id).first()
    if run is None or pulse is None or digest is None or pulse.seq == digest.seq:
        return False
    before = digest.seq
    if _write(run, before, _work_out(run, digest, upto=pulse.seq), pulse):
        return True
    order_digests([run_id], due=now() + DIGEST_DELAY)
    return False


def _work_out(run: Run, digest: RunDigest, *, upto: int) -> _Findings:
    history = tail_of(run, Stream.HISTORY, after=digest.seq, upto=upto)
    events = tail_of(run, Stream.EVENTS, after=digest.seq, upto=upto)
    facts = [*_changed(run, Stream.HISTORY, history), *_changed(run, Stream.EVENTS, events)]
    extent = extent_after(run, digest, history)
    digest.seq, digest.digested_at = upto, now()
    digest.row_count, digest.last_step = extent.row_count, extent.last_step
    digest.first_step = _least(digest.first_step, history)
    digest.last_runtime_seconds = _runtime(digest.last_runtime_seconds, history, events)
    if len(events.steps):
        digest.event_count = max(digest.event_count, int(events.steps[-1]) + 1)
    _count_console(run, digest)
    kept = [fact for fact in facts if fact.last_step is not None]
    return _Findings(digest, kept, [fact for fact in facts if fact.last_step is None])


def _changed(run: Run, stream: Stream, tail: Columns) -> Iterable[KeyFact]:
    if not tail.by_key and not tail.was_rewound:
        return []
    stored = stored_facts(run, stream, None if tail.was_rewound else tail.by_key)
    facts = advance_from_log(run, stored, tail, stream).values()
    return [fact for fact in facts if is_catalogued(fact.key, stream)]


def _least(known: int | None, tail: Columns) -> int | None:
    steps = tail.steps
    if not len(steps):
        return known
    return int(steps[0]) if known is None else min(known, int(steps[0]))


def _runtime(known: float | None, *tails: Columns) -> float | None:
    """Return the seconds since the run began, as its client last said."""
    said = [values[-1] for tail in tails if len(values := tail.column("_runtime").numbers()[1])]
    return max([float(value) for value in said if value == value], default=known)  # noqa: PLR0124  NaN differs


def _count_console(run: Run, digest: RunDigest) -> None:
    with console_of(run) as console:
        digest.line_count = console.line_count
        digest.error_count = console.counts[ConsoleLevel.ERROR]
        digest.warning_count = console.counts[ConsoleLevel.WARNING]
        digest.first_error_line = console.first_error


@transaction.atomic
def _write(run: Run, before: int, found: _Findings, pulse: RunPulse) -> bool:
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    digest = RunDigest.objects.select_for_update().get(run=run)
    if digest.seq != before:
        return False
    found.digest.summary_seq = digest.summary_seq
    take_over_summary(run, found.digest, upto=found.digest.seq)
    found.digest.save()
    Run.objects.filter(pk=run.pk).update(heartbeat_at=pulse.last_seen_at)
    _write_catalogue(run, found)
    publish(RunChanged(run.pk, run.project_id, "digest"))
    return True


def _write_catalogue(run: Run, found: _Findings) -> None:
    rows = [
        HistoryKey(run_id=run.pk, project_id=run.project_id, stream=fact.stream, **_columns(fact))
        for fact in found.facts
    ]
    HistoryKey.objects.bulk_create(
        rows, batch_size=200, update_conflicts=True, unique_fields=["run", "stream", "key"], update_fields=_WRITTEN
    )
    for fact in found.gone:
        HistoryKey.objects.filter(run=run, stream=fact.stream, key=fact.key).delete()


def _columns(fact: KeyFact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in FIELDS}


def digest_forgotten_runs() -> int:
    """Order digests for runs that have more in their log than in their digest, and no job. Returns how many."""
    behind = RunDigest.objects.filter(run__pulse__seq__gt=F("seq")).values_list("run_id", flat=True)
    run_ids = list(behind[:1000])
    order_digests(sorted(run_ids), due=now())
    return len(run_ids)
