"""The compacted part of histories as a table: docs/decisions/0012-chunks-and-zoom-levels.md.

One statement reads manifest and chunks together, so that both are of the same moment.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.core.chunks import chunks
from apps.core.db.binary import binary
from apps.runs.history.groups import Base, ChunkRow, Manifest, manifest_chunk, read_buckets
from apps.runs.history.spans import Span
from apps.runs.history.zoom import COARSE, FINE, SMALL, Buckets, unpack_buckets
from apps.runs.models import AppendLog, HistoryChunk, Level, Run

_MOST_KEYS = 400  # in one query; more are chosen after reading
_ROWS_AT_ONCE = 200
_RUNS_AT_ONCE = 900  # SQLite takes so many parameters
_FEW = Q(level=Level.VALUES, row_count__lte=SMALL)  # values without a fine level
_READ = ("key", "level", "first_step", "path", "payload")


class Group(NamedTuple):
    """A row group: its ends and how many steps it has."""

    first_step: int
    last_step: int
    row_count: int


class Swap(NamedTuple):
    """What a compaction writes: chunks in place of row groups, spans and the batches (`after`, `manifest.seq`]."""

    after: int
    batch_count: int
    manifest: Manifest
    gone: Sequence[int]
    chunks: Sequence[HistoryChunk]
    gone_spans: Sequence[Span] = ()


class LogChanged(Exception):
    """The log no longer holds what was read. Nothing was written."""


def read_base(
    run_id: int,
    stream: int,
    keys: Iterable[str] | None = None,
    *,
    steps: tuple[int | None, int | None] = (None, None),
    groups: Sequence[int] | None = None,
) -> Base:
    """Return chunks: of all keys or some, of row groups that overlap `steps`, or of those with these first steps."""
    below = (Level.MANIFEST, Level.AXES, Level.OTHERS, Level.VALUES)
    rows = HistoryChunk.objects.filter(run_id=run_id, stream=stream, level__in=below)
    names = None if keys is None else set(keys)
    if names is not None and len(names) <= _MOST_KEYS:
        rows = rows.filter(key__in=["", *names])
    chosen = _in_groups([run_id], stream, *steps)
    if groups is not None:
        chosen &= Q(first_step__in=list(groups))
    if chosen:
        rows = rows.filter(chosen | Q(key="", level=Level.MANIFEST, first_step=0))
    found = [ChunkRow(*row[:4], bytes(row[4])) for row in rows.values_list(*_READ)]  # type: ignore[call-arg]
    return Base((row for row in found if names is None or row.key in names or row.level <= Level.AXES), stream)


def read_bases(
    run_ids: Sequence[int],
    stream: int,
    keys: Sequence[str],
    *,
    steps: tuple[int | None, int | None] = (None, None),
) -> dict[int, Base]:
    """Return chunks of some keys of many runs, of row groups that overlap `steps`. One statement for 900 runs."""
    parts: dict[int, list[ChunkRow]] = {}
    for some in chunks(run_ids, _RUNS_AT_ONCE):
        rows = HistoryChunk.objects.filter(_in_groups(some, stream, *steps), run_id__in=some, stream=stream)
        rows = rows.filter(level__in=(Level.AXES, Level.OTHERS, Level.VALUES), key__in=["", *keys])
        for run_id, key, level, first_step, path, payload in rows.values_list("run_id", *_READ):
            parts.setdefault(run_id, []).append(ChunkRow(key, level, first_step, path, bytes(payload)))
    return {run_id: Base(found, stream) for run_id, found in parts.items()}


def read_zoom(run_id: int, stream: int, keys: Sequence[str], level: int) -> tuple[Manifest, dict[str, Buckets]]:
    """Return a zoom level of some keys, and up to where it goes."""
    rows = HistoryChunk.objects.filter(run_id=run_id, stream=stream, key__in=["", *keys])
    rows = rows.filter(_at_level(level) | Q(key="", level=Level.MANIFEST))
    return read_buckets(ChunkRow(*row[:4], bytes(row[4])) for row in rows.values_list(*_READ))  # type: ignore[call-arg]


def read_zooms(
    run_ids: Sequence[int], stream: int, key: str, level: int, *, steps: tuple[int | None, int | None] = (None, None)
) -> dict[int, Buckets]:
    """Return a zoom level of a key by run, of rows that overlap `steps`. One statement for 900 runs."""
    parts: dict[int, list[ChunkRow]] = {}
    for some in chunks(run_ids, _RUNS_AT_ONCE):
        within = _in_groups(some, stream, *steps) if level == FINE else _overlapping(*steps)
        rows = HistoryChunk.objects.filter(within, run_id__in=some, stream=stream, key=key).filter(_at_level(level))
        for run_id, name, at, first_step, path, payload in rows.values_list("run_id", *_READ):
            parts.setdefault(run_id, []).append(ChunkRow(name, at, first_step, path, bytes(payload)))
    return {run_id: read_buckets(found)[1][key] for run_id, found in parts.items()}


def _at_level(level: int) -> Q:
    """Return the rows of a level; in place of the fine one, values where they are few."""
    if level != FINE:
        return Q(level=level)
    return Q(level__in=(FINE, Level.VALUES)) & (Q(level=FINE) | _FEW)  # the first part is what an index can follow


def last_step_of(run_id: int, stream: int) -> int | None:
    """Return the highest step of the compacted part."""
    axes = HistoryChunk.objects.filter(run_id=run_id, stream=stream, key="", level=Level.AXES)
    found: int | None = axes.aggregate(last=Max("last_step"))["last"]
    return found


def _overlapping(low: int | None, high: int | None) -> Q:
    wanted = Q()
    if low is not None:
        wanted &= Q(last_step__gte=low)
    if high is not None:
        wanted &= Q(first_step__lte=high)
    return wanted


def _in_groups(run_ids: Sequence[int], stream: int, low: int | None, high: int | None) -> Q:
    """Return what rows known by their row group are between two steps.

    A row group that holds a step is the last that begins up to it: with that an index leads to the rows, where
    `last_step` alone would have all rows before them looked at. Asked within the statement that reads the rows.
    """
    wanted = _overlapping(low, high)
    if low is None:
        return wanted
    axes = HistoryChunk.objects.filter(stream=stream, key="", level=Level.AXES, first_step__lte=low)
    before = axes.filter(run_id=OuterRef("pk")).order_by("-first_step").values("first_step")[:1]
    starts = Run.objects.filter(pk__in=run_ids).annotate(start=Coalesce(Subquery(before), low))
    return wanted & Q(first_step__gte=Subquery(starts.order_by("start").values("start")[:1]))


def manifest_of(run_id: int, stream: int) -> Manifest:
    """Return up to where a stream is compacted."""
    return read_base(run_id, stream, groups=()).manifest


def manifests_of(run_ids: Sequence[int], stream: int) -> dict[int, Manifest]:
    """Return up to where a stream of many runs is compacted: what it holds changes with that sequence alone."""
    found: dict[int, Manifest] = {}
    for some in chunks(run_ids, _RUNS_AT_ONCE):
        rows = HistoryChunk.objects.filter(run_id__in=some, stream=stream, key="", level=Level.MANIFEST, first_step=0)
        kept = rows.values_list("run_id", "payload")
        found |= {run_id: Manifest.unpack(bytes(payload)) for run_id, payload in kept}
    return found


def groups_of(run_id: int, stream: int) -> list[Group]:
    """Return the row groups of a stream by rising step. Reads no payload."""
    rows = HistoryChunk.objects.filter(run_id=run_id, stream=stream, key="", level=Level.AXES)
    return [Group(*row) for row in rows.order_by("first_step").values_list("first_step", "last_step", "row_count")]


@transaction.atomic
def swap(run_id: int, stream: int, streams: Sequence[int], given: Swap) -> bool:
    """Write chunks and delete the batches they were made of. Returns False, having done nothing, if the run is being
    written by another. Raises LogChanged if another compaction came first."""
    if not Run.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=run_id).exists():
        return False
    if manifest_of(run_id, stream).seq != given.after:
        raise LogChanged
    log = AppendLog.objects.filter(run_id=run_id, stream__in=streams, seq__gt=given.after, seq__lte=given.manifest.seq)
    if log.delete()[0] != given.batch_count:
        raise LogChanged
    rows = HistoryChunk.objects.filter(run_id=run_id, stream=stream)
    if given.gone:
        rows.filter(first_step__in=given.gone, level__gt=Level.MANIFEST, level__lte=FINE).delete()
    _delete_spans(rows, given.gone_spans)
    rows.filter(key="", level=Level.MANIFEST).delete()
    written = [*given.chunks, manifest_chunk(run_id, stream, given.manifest)]
    with binary():
        HistoryChunk.objects.bulk_create(written, batch_size=_ROWS_AT_ONCE)
    return True


def read_spans(run_id: int, stream: int, since: int | None) -> list[Span]:
    """Return the spans of all keys that reach to a step or beyond it."""
    rows = HistoryChunk.objects.filter(run_id=run_id, stream=stream, level__in=COARSE)
    if since is not None:
        rows = rows.filter(last_step__gte=since)
    found = rows.values_list("key", "level", "first_step", "payload", "path")
    return [Span(key, level, first, unpack_buckets(bytes(payload)), path) for key, level, first, payload, path in found]


def _delete_spans(rows: QuerySet[HistoryChunk], spans: Sequence[Span]) -> None:
    """Delete spans by what they begin with: one statement for those that begin alike."""
    alike: dict[tuple[int, int], list[str]] = {}
    for span in spans:
        alike.setdefault((span.level, span.first_step), []).append(span.key)
    for (level, first_step), keys in alike.items():
        for some in chunks(keys, _MOST_KEYS):
            rows.filter(key__in=some, level=level, first_step=first_step).delete()
