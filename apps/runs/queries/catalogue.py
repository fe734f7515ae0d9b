"""What there is to know of a run's keys and counts: the digest, and what has come since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.core import json
from apps.core.chunks import chunks
from apps.core.errors import Busy
from apps.runs.history.columns import Columns
from apps.runs.history.decoded import columns_of, tail_of
from apps.runs.history.facts import FIELDS, KeyFact, advance, fact_of
from apps.runs.history.lines import unpack
from apps.runs.models import HistoryKey, Run, RunDigest, Stream
from apps.runs.stores import history_store

_TRIES = 20


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a history is: distinct steps, and the last of them."""

    row_count: int
    last_step: int | None


def key_facts(run: Run, *, stream: int | None = None) -> list[KeyFact]:
    """Return the facts of every key of a run, by name; of history and of system metrics, or of one of them.

    As fresh as what is acknowledged. Cost: the catalogue and the part of the log that is not digested yet.
    """
    streams = [Stream.HISTORY, Stream.EVENTS] if stream is None else [Stream(stream)]
    fresh, stored = _catalogue(run, streams)
    facts = [fact for each in streams for fact in _fresh(run, each, stored[each], fresh[each])]
    return sorted(facts, key=lambda fact: (fact.stream, fact.key))


def _catalogue(run: Run, streams: list[Stream]) -> tuple[dict[Stream, Columns], dict[Stream, dict[str, KeyFact]]]:
    """Return what is not digested yet, and the catalogue. Read again if a digest came in between.

    Only what is digested is compacted, so that the log after an unchanged digest is all there is.
    """
    for _ in range(_TRIES):
        before = _digested(run)
        stored = {stream: stored_facts(run, stream) for stream in streams}
        fresh = {stream: tail_of(run, stream, after=before) for stream in streams}
        if before == _digested(run):
            return fresh, stored
    raise Busy("This run is being worked out. Try again shortly.", retry_after=1)


def _digested(run: Run) -> int:
    return RunDigest.objects.values_list("seq", flat=True).get(run=run)


def stored_facts(run: Run, stream: int, keys: Iterable[str] | None = None) -> dict[str, KeyFact]:
    """Return the catalogue as it was last written, whole or for some keys."""
    rows = HistoryKey.objects.filter(run=run, stream=stream)
    if keys is None:
        return _facts(rows.values(*FIELDS), stream)
    names, found = list(keys), dict[str, KeyFact]()
    for some in chunks(names):
        found |= _facts(rows.filter(key__in=some).values(*FIELDS), stream)
    return found


def _facts(rows: Iterable[dict[str, Any]], stream: int) -> dict[str, KeyFact]:
    return {row["key"]: KeyFact(stream=stream, **row) for row in rows}


def _fresh(run: Run, stream: Stream, stored: dict[str, KeyFact], tail: Columns) -> Iterable[KeyFact]:
    changed = advance_from_log(run, stored, tail, stream)
    merged = {key: fact for key, fact in (stored | changed).items() if fact.last_step is not None}
    return (fact for key, fact in merged.items() if is_catalogued(key, stream))


def advance_from_log(run: Run, stored: dict[str, KeyFact], tail: Columns, stream: Stream) -> dict[str, KeyFact]:
    """Return the facts that a tail changes; what repeats or comes late is worked out anew from the whole history."""

    def again(keys: list[str]) -> dict[str, KeyFact]:
        with columns_of(run, stream, keys) as columns:
            return {key: fact_of(key, stream, columns.column(key)) for key in keys}

    return advance(stored, tail, stream, again)


def is_catalogued(key: str, stream: int) -> bool:
    """Whether a key belongs in the catalogue: of system metrics only what was measured."""
    return stream == Stream.HISTORY or not key.startswith("_")


def history_keys(run: Run) -> dict[str, Any] | None:
    """Return the keys of the history as the wandb client reads them, None where nothing was logged."""
    facts = key_facts(run, stream=Stream.HISTORY)
    if not facts:
        return None
    keys = {fact.key: _key_info(fact) for fact in facts}
    return {"lastStep": max(fact.last_step or 0 for fact in facts), "keys": keys}


def _key_info(fact: KeyFact) -> dict[str, Any]:
    counts = [{"type": name, "count": count} for name, count in sorted(fact.type_counts.items())]
    return {"typeCounts": counts, "monotonic": fact.monotonic, "previousValue": fact.last_value}


def extent(run: Run) -> Extent:
    """Return how long the history is, as fresh as what is acknowledged."""
    for _ in range(_TRIES):
        digest = RunDigest.objects.get(run=run)
        tail = tail_of(run, Stream.HISTORY, after=digest.seq)
        if digest.seq == _digested(run):
            return extent_after(run, digest, tail)
    raise Busy("This run is being worked out. Try again shortly.", retry_after=1)


def extent_after(run: Run, digest: RunDigest, tail: Columns) -> Extent:
    """Return the extent of digest and tail. Steps that may be known already are counted in the whole history."""
    steps = tail.steps
    if not len(steps) and not tail.was_rewound:
        return Extent(digest.row_count, digest.last_step)
    is_new = digest.last_step is None or (len(steps) and int(steps[0]) > digest.last_step)
    if is_new and not tail.was_rewound:
        return Extent(digest.row_count + len(steps), int(steps[-1]))
    with columns_of(run, keys=()) as columns:
        steps = columns.steps
    return Extent(len(steps), int(steps[-1]) if len(steps) else None)


def row_count(run: Run) -> int:
    """Return the number of distinct steps."""
    return extent(run).row_count


def current_summary(run: Run) -> dict[str, Any]:
    """Return the summary with what has streamed in but not been taken over yet."""
    taken = RunDigest.objects.values_list("summary_seq", flat=True).get(run=run)
    summary: dict[str, Any] = dict(run.summary)
    for batch in history_store().read(run.pk, Stream.SUMMARY, after=taken):
        said = json.loads(unpack(batch.payload)[-1])
        summary = summary | said if batch.writer else said
    return summary
