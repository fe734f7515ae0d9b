"""Compaction: batches of the log become columnar chunks. Read, decoded and encoded outside, swapped in one short
transaction."""

from collections.abc import Iterator, Sequence, Set

import numpy as np
from django.db.models.functions import Length

from apps.runs.actions.history_files import withdraw_rewritten_files
from apps.runs.history.columns import Columns, Steps
from apps.runs.history.decoded import extend, forget, with_control
from apps.runs.history.groups import GROUP_STEPS, Manifest, Merged, Written, chunks_of, span_chunk
from apps.runs.history.spans import GROUPS_BACK, Respanned, respan
from apps.runs.models import ENDED, AppendLog, Run, RunDigest, Stream
from apps.runs.stores import Batch, history_store
from apps.runs.stores.chunks import Group, LogChanged, Swap, groups_of, manifest_of, read_base, read_spans, swap

LINES_WAIT = GROUP_STEPS  # less than this stays in the log, so that a row group is not written again and again
BATCHES_WAIT = 1_000
LINES_AT_ONCE, BYTES_AT_ONCE = 2 * GROUP_STEPS, 8 * 2**20  # bound one transaction, above one row group
LONGER = 4  # a group takes up to a quarter more, lest a few rows become a group that is soon written again


def compact_run(run_id: int, *, everything: bool = False) -> int:
    """Compact what a run's digest has seen: when enough has gathered, or `everything`. Returns how many batches.

    Safe to repeat and to be cut off. A run that another works on is left to that one.
    """
    run = Run.objects.filter(pk=run_id).first()
    upto = RunDigest.objects.filter(run_id=run_id).values_list("seq", flat=True).first()
    if run is None or not upto:
        return 0
    is_due = everything or run.state in ENDED
    return sum(_compact_stream(run_id, stream, upto, is_due) for stream in (Stream.HISTORY, Stream.EVENTS))


def _compact_stream(run_id: int, stream: Stream, upto: int, is_due: bool) -> int:
    done = 0
    while (end := _end_of_pass(run_id, stream, upto, is_due)) is not None:
        try:
            count = _pass(run_id, stream, end)
        except LogChanged:
            return done
        if not count:
            return done
        done += count
    return done


def _end_of_pass(run_id: int, stream: Stream, upto: int, is_due: bool) -> int | None:
    """Return up to which sequence to compact next; None if nothing is due."""
    waiting = AppendLog.objects.filter(run_id=run_id, stream__in=with_control(stream), seq__lte=upto)
    found = list(waiting.order_by("seq").values_list("seq", "line_count", Length("payload")))
    lines, sizes = (np.cumsum([batch[place] for batch in found]) for place in (1, 2))
    if not found or not (is_due or lines[-1] >= LINES_WAIT or len(found) >= BATCHES_WAIT):
        return None
    most = min(int(np.searchsorted(lines, LINES_AT_ONCE)), int(np.searchsorted(sizes, BYTES_AT_ONCE)))
    last = min(max(most, int(np.searchsorted(lines, GROUP_STEPS))), len(found) - 1)
    return int(found[last][0])


def _pass(run_id: int, stream: Stream, end: int) -> int:
    """Compact batches up to a sequence. Returns how many; 0 if somebody else holds the run."""
    before = manifest_of(run_id, stream)
    batches = history_store().read(run_id, *with_control(stream), after=before.seq, upto=end)
    if not batches:
        return 0
    tail = Columns()
    extend(tail, batches)
    groups = groups_of(run_id, stream)
    touched, regions = _regions(groups, tail)
    merged = Merged(read_base(run_id, stream, groups=touched), tail)
    pieces = list(_pieces(merged.steps, regions))
    gone = _gone(groups, touched, tail)
    written = chunks_of(run_id, merged, pieces)
    clock = before.clock if not pieces else written.clock
    if pieces and len(gone) < len(groups):
        clock = before.clock.and_also(clock)
    manifest = Manifest(end, max(before.end, *map(_end_of, batches)), clock)
    spans = _respanned(run_id, stream, groups, set(gone), pieces, written)
    chunks = [*written.chunks, *(span_chunk(run_id, stream, span) for span in spans.written)]
    if stream == Stream.HISTORY:
        withdraw_rewritten_files(run_id, batches)
    given = Swap(before.seq, len(batches), manifest, gone, chunks, spans.gone)
    if not swap(run_id, stream, with_control(stream), given):
        return 0
    forget(batches)
    return len(batches)


def _respanned(  # noqa: PLR0917
    run_id: int, stream: int, groups: Sequence[Group], gone: Set[int], pieces: Sequence[Steps], written: Written
) -> Respanned:
    """Return the spans of the coarse zoom levels with the buckets of new row groups in place of those that go."""
    changed = [group for group in groups if group.first_step in gone]
    starts = [group.first_step for group in changed] + [int(piece[0]) for piece in pieces]
    if not starts:
        return Respanned([], [])
    before = [group.first_step for group in groups if group.first_step < min(starts)]
    since = before[-GROUPS_BACK:][:1]
    stored = read_spans(run_id, stream, since[0] if since else None)
    rewritten = [(group.first_step, group.last_step) for group in changed]
    return respan(stored, written.coarse, rewritten, written.paths)


def _end_of(batch: Batch) -> int:
    """Return one more than the highest number in a batch."""
    if batch.stream == Stream.HISTORY:
        return 0 if batch.last_step is None else batch.last_step + 1
    return 0 if batch.stream == Stream.CONTROL else batch.offset + batch.line_count


def _regions(groups: Sequence[Group], tail: Columns) -> tuple[list[int], list[int]]:
    """Return the first steps of row groups that change, and where regions begin that no group may leave.

    A region is a group and what lies between it and the next. What follows a full last group begins a region.
    """
    floor = tail.rewound_to
    kept = [group for group in groups if floor is None or group.first_step <= floor]
    starts = [group.first_step for group in kept]
    if kept and kept[-1].row_count >= GROUP_STEPS and (floor is None or kept[-1].last_step <= floor):
        starts.append(kept[-1].last_step + 1)
    places = np.maximum(np.searchsorted(np.array(starts, np.int64), tail.steps, side="right") - 1, 0)
    hit = set(np.unique(places).tolist())
    touched = [
        group.first_step
        for place, group in enumerate(kept)
        if place in hit or (floor is not None and group.last_step > floor)
    ]
    return touched, starts


def _pieces(steps: Steps, regions: Sequence[int]) -> Iterator[Steps]:
    """Yield the steps of each new row group: the last region is filled up, others are cut evenly."""
    bounds = np.searchsorted(steps, np.array(regions[1:], np.int64))
    parts = np.split(steps, bounds)
    for place, part in enumerate(parts):
        if place == len(parts) - 1:
            yield from _filled(part)
        elif len(part):
            yield from np.array_split(part, -(-len(part) // GROUP_STEPS))


def _filled(part: Steps) -> Iterator[Steps]:
    """Yield full groups, and what is left as one that is filled up later; a little goes into the last full one."""
    full, left = divmod(len(part), GROUP_STEPS)
    is_little = full and left < GROUP_STEPS // LONGER
    if len(part):
        yield from np.split(part, range(GROUP_STEPS, len(part) - (left if is_little else 0), GROUP_STEPS))


def _gone(groups: Sequence[Group], touched: Sequence[int], tail: Columns) -> list[int]:
    floor = tail.rewound_to
    beyond = [group.first_step for group in groups if floor is not None and group.first_step > floor]
    return [*touched, *beyond]
