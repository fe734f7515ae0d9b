"""Histories as Parquet files in the blob store, for clients that would ask for a long history page by page.

The official client keeps such a file by the run and the number of the file, and looks at it first for ever after. So a
file says the same as long as it is told of: later rows go into further files, and a run whose filed rows change has no
files any more; its client then reads pages. Files are made when they are asked for, and dropped when nobody does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from apps.core.blobs import blob_store, new_key
from apps.core.blobs.terms import GetTerms
from apps.core.frames import MEDIA_TYPES, Field, Table, write
from apps.core.jobs import enqueue
from apps.runs.history.decoded import columns_of, with_control
from apps.runs.history.facts import KeyFact
from apps.runs.history.rows import rewound_to
from apps.runs.models import HistoryChunk, HistoryFile, Run, RunDigest, Stream
from apps.runs.queries.catalogue import key_facts
from apps.runs.queries.frames import Span, frames_of, run_fields
from apps.runs.stores import Batch, history_store

LONG_STEPS = 100_000  # what a client reads by pages before a file is worth making
PAGE_STEPS = 10_000  # clients page by a part of this
MOST_VALUES = 100_000_000
KEPT_FOR = timedelta(days=1)  # after it was last asked for
DROP_AFTER = timedelta(hours=2)  # an address that was given out is good for one
PLAIN = ({"number"}, {"string"}, {"boolean"})


@dataclass(frozen=True, slots=True)
class FiledHistory:
    """Signed addresses of files with rows of a run, and the steps of the rows that are in none: all higher."""

    paths: list[str]
    live_steps: list[int]


def file_history(run: Run) -> FiledHistory | None:
    """Return files of a run's history, made now where they are missing; None where pages do better: for short
    histories, and where a table would not give rows back as they were logged (media, nested keys, keys that some rows
    lack).

    A client asks for a page once more if rows that are in no file may be on it, so files end where pages do. Cost:
    a second per some million values where a file is made, else a few queries.
    """
    last_step = RunDigest.objects.values_list("last_step", flat=True).get(run=run)
    if last_step is None or last_step <= LONG_STEPS:
        return None
    keys = _plain_keys(run)
    files = _files_of(run)
    if keys is None or any(file.is_withdrawn for file in files):
        return None
    if missing := [file for file in [*files, *_next_file(run, files, last_step)] if not file.key]:
        fields = [field for field in run_fields(run) if field.name in keys]
        for file in missing:
            _write(run, file, fields)
        files = _files_of(run)
    if not files or not all(file.key for file in files):  # withdrawn meanwhile, or still being written
        return None
    batches = history_store().read(run.pk, *with_control(Stream.HISTORY), after=min(file.seq for file in files))
    if withdraw_rewritten_files(run.pk, batches):
        return None
    HistoryFile.objects.filter(run=run).update(used_at=now())
    with columns_of(run, keys=(), steps=(files[-1].end, None)) as columns:
        return FiledHistory([_path(run, file) for file in files], Span(files[-1].end).cut(columns.steps).tolist())


def _files_of(run: Run) -> list[HistoryFile]:
    return list(HistoryFile.objects.filter(run=run).order_by("number"))


def _next_file(run: Run, files: Sequence[HistoryFile], last_step: int) -> Iterator[HistoryFile]:
    """Yield a file for what came since the others, if that is much. Its row is there before its rows are read, so that
    a compaction which changes them meanwhile withdraws it."""
    first, end = files[-1].end if files else 0, last_step // PAGE_STEPS * PAGE_STEPS
    if end - first < LONG_STEPS:
        return
    with columns_of(run, keys=()) as columns:
        seq = max(columns.base.seq, columns.tail.seq)
    file, _ = HistoryFile.objects.get_or_create(
        run=run, number=len(files), defaults={"first": first, "end": end, "seq": seq, "used_at": now()}
    )
    yield file


def _path(run: Run, file: HistoryFile) -> str:
    terms = GetTerms(filename=f"{run.name}.{file.number}.parquet", content_type=MEDIA_TYPES["parquet"], attachment=True)
    return blob_store().get_address(file.key, terms)


def _plain_keys(run: Run) -> set[str] | None:
    """Return the keys of a run in which every row has a plain value under each; None for another."""
    with columns_of(run, keys=()) as columns:
        row_count = len(columns.steps)
        is_nested = any(column.path for column in columns.tail.by_key.values())
    facts = key_facts(run, stream=Stream.HISTORY)
    if is_nested or row_count * len(facts) > MOST_VALUES or not all(_is_plain(fact, row_count) for fact in facts):
        return None
    if HistoryChunk.objects.filter(run=run, stream=Stream.HISTORY, path__isnull=False).exists():
        return None
    return {fact.key for fact in facts}


def _is_plain(fact: KeyFact, row_count: int) -> bool:
    return set(fact.type_counts) in PLAIN and sum(fact.type_counts.values()) == row_count


def _write(run: Run, file: HistoryFile, fields: Sequence[Field]) -> None:
    """Write the bytes of a file. If another request was quicker, or the file was withdrawn, they are dropped."""
    key = new_key()
    table = Table(tuple(fields), frames_of(run, fields, span=Span(file.first, file.end - 1)))
    blob_store().write(key, write(table, "parquet"))
    if not HistoryFile.objects.filter(pk=file.pk, key="", is_withdrawn=False).update(key=key):
        blob_store().delete(key)


def withdraw_rewritten_files(run_id: int, batches: Sequence[Batch]) -> bool:
    """Withdraw the files of a run if batches that came after one change rows of it. Returns whether they do.

    Compaction asks before it takes batches from the log; what the log still holds is looked at with each request.
    """
    files = HistoryFile.objects.filter(run_id=run_id, is_withdrawn=False)
    is_rewritten = any(_changes(batch, file) for file in files for batch in batches if batch.seq > file.seq)
    if is_rewritten:
        withdraw_history_files(run_id)
    return is_rewritten


def _changes(batch: Batch, file: HistoryFile) -> bool:
    """Return whether the least step that a batch logs, or takes back, is in a file."""
    first = rewound_to(batch) + 1 if batch.stream == Stream.CONTROL else batch.first_step
    return first is not None and first < file.end


@transaction.atomic
def withdraw_history_files(run_id: int) -> None:
    """Hand out no file of a run any more. A repeat changes nothing."""
    files = HistoryFile.objects.select_for_update().filter(run_id=run_id)
    for file in files.exclude(key=""):
        _drop_later(file.key)
    files.update(is_withdrawn=True, key="")


def drop_unused_history_files() -> int:
    """Drop the bytes of files that nobody has asked for lately. Returns how many."""
    unused = HistoryFile.objects.filter(used_at__lt=now() - KEPT_FOR).exclude(key="")
    return sum(_drop(file.pk) for file in unused[:500])


@transaction.atomic
def _drop(file_id: int) -> bool:
    unused = HistoryFile.objects.filter(pk=file_id, used_at__lt=now() - KEPT_FOR).exclude(key="")
    file = unused.select_for_update().first()
    if file is None:
        return False
    _drop_later(file.key)
    HistoryFile.objects.filter(pk=file_id).update(key="")
    return True


def _drop_later(key: str) -> None:
    enqueue("runs.drop_history_file", {"key": key}, key=key, not_before=now() + DROP_AFTER)


def drop_history_file(key: str) -> None:
    """Delete the bytes of a file that is no longer used. Safe to repeat."""
    blob_store().delete(key)
