"""The shelves of this process: batches, columns and console lines decoded lately, brought up to date on each use.

A run is known by its uid here, which is never given twice. The log is read from where the shelf stands, in the order of
its sequence, so that what is acknowledged is always seen. The log is read first, the chunks second: what was compacted
in between is in the chunks, and what the manifest that came with them covers is dropped from the log's part.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar

from apps.core.errors import Busy
from apps.runs.history.columns import Columns
from apps.runs.history.console import ConsoleLog
from apps.runs.history.groups import Base, Merged
from apps.runs.history.rows import Lines, read_lines
from apps.runs.history.shelf import Shelf
from apps.runs.history.zoom import Buckets
from apps.runs.models import Run, Stream
from apps.runs.stores import Batch, history_store
from apps.runs.stores.chunks import read_base, read_zoom

T = TypeVar("T")

_MIB = 2**20
_TRIES = 20


class _Kept:
    """Lines of one batch: a batch never changes."""

    def __init__(self) -> None:
        self.lines: Lines | None = None

    @property
    def byte_count(self) -> int:
        return self.lines.byte_count if self.lines else 0


class _Parsed:
    """The columns of one batch, for the digest, the compaction and whoever reads meanwhile."""

    def __init__(self, columns: Columns | None = None) -> None:
        self.columns = columns or Columns()

    @cached_property
    def byte_count(self) -> int:
        """Asked for first when the batch is parsed, which never changes."""
        return self.columns.byte_count


class _Tail:
    """The columns of the log after sequence `since`."""

    def __init__(self) -> None:
        self.since = 0
        self.columns = Columns()

    @property
    def byte_count(self) -> int:
        return self.columns.byte_count

    def fits(self, seq: int) -> bool:
        """Return whether this is the whole tail of chunks that go up to `seq`; begin anew after it if not."""
        first = self.columns.first_seq
        is_fit = self.since == seq or first is None or first > seq
        if not is_fit:
            self.columns = Columns()
            self.columns.seq = seq
        self.since = seq
        return is_fit


_batches: Shelf[_Kept] = Shelf(32 * _MIB)
_parsed: Shelf[_Parsed] = Shelf(64 * _MIB)
_tails: Shelf[_Tail] = Shelf(96 * _MIB)
_consoles: Shelf[ConsoleLog] = Shelf(48 * _MIB)


def lines_of(run: Run, batch: Batch) -> Lines:
    """Return the lines of a batch of history or system metrics."""
    with _batches.use((run.uid, batch.stream, batch.seq), _Kept) as kept:
        if kept.lines is None:
            kept.lines = read_lines(batch)
        return kept.lines


@contextmanager
def columns_of(
    run: Run,
    stream: int = Stream.HISTORY,
    keys: Iterable[str] | None = None,
    *,
    steps: tuple[int | None, int | None] = (None, None),
) -> Iterator[Merged]:
    """Lend the columns of a stream, of some keys or of all, up to date. Others who want them wait: leave soon.

    With `steps` at least those between these ends; what lies far from them is not read.
    """
    names = None if keys is None else list(keys)
    with _lend(run, stream, lambda: _seq_and_base(run, stream, names, steps)) as (base, tail):
        yield Merged(base, tail)


@contextmanager
def zoom_of(run: Run, stream: int, keys: Sequence[str], level: int) -> Iterator[tuple[dict[str, Buckets], Columns]]:
    """Lend the buckets of some keys and what has come since, up to date."""
    with _lend(run, stream, lambda: _seq_and_zoom(run, stream, keys, level)) as (buckets, tail):
        yield buckets, tail


@contextmanager
def _lend(run: Run, stream: int, read: Callable[[], tuple[int, T]]) -> Iterator[tuple[T, Columns]]:
    """Lend the tail together with what `read` finds in the chunks, both of one moment."""
    with _tails.use((run.uid, stream), _Tail) as tail:
        for _ in range(_TRIES):
            extend(tail.columns, history_store().read(run.pk, *with_control(stream), after=tail.columns.seq))
            seq, found = read()
            if tail.fits(seq):
                yield found, tail.columns
                return
    raise Busy("This run is being compacted. Try again shortly.", retry_after=1)


def _seq_and_base(
    run: Run, stream: int, keys: list[str] | None, steps: tuple[int | None, int | None]
) -> tuple[int, Base]:
    base = read_base(run.pk, stream, keys, steps=steps)
    return base.seq, base


def _seq_and_zoom(run: Run, stream: int, keys: Sequence[str], level: int) -> tuple[int, dict[str, Buckets]]:
    manifest, buckets = read_zoom(run.pk, stream, keys, level)
    return manifest.seq, buckets


@contextmanager
def console_of(run: Run) -> Iterator[ConsoleLog]:
    """Lend the console of a run, up to date."""
    with _consoles.use(run.uid, ConsoleLog) as console:
        console.extend(history_store().read(run.pk, Stream.CONSOLE, after=console.seq))
        yield console


def tail_of(run: Run, stream: int, *, after: int, upto: int | None = None) -> Columns:
    """Return the columns of what came after a sequence number."""
    tail = Columns()
    extend(tail, history_store().read(run.pk, *with_control(stream), after=after, upto=upto))
    return tail


def extend(columns: Columns, batches: Iterable[Batch]) -> None:
    """Add batches to columns, each parsed once in this process while there is room to keep it."""
    for batch in batches:
        with _parsed.use(_name_of(batch), _Parsed) as parsed:
            if parsed.columns.first_seq is None:
                parsed.columns.extend([batch])
            columns.absorb(parsed.columns)


def remember(batch: Batch, columns: Columns) -> None:
    """Keep what was parsed before a batch was written, which is committed now. It is this batch alone."""
    columns.seq = columns.first_seq = batch.seq
    with _parsed.use(_name_of(batch), lambda: _Parsed(columns)):
        pass


def forget(batches: Iterable[Batch]) -> None:
    """Give the room of batches back that nobody reads again."""
    for batch in batches:
        _parsed.drop(_name_of(batch))


def _name_of(batch: Batch) -> Hashable:
    """Return what no other batch has, should a transaction that brought one be rolled back."""
    return batch.run_id, batch.stream, batch.seq, batch.received_at


def with_control(stream: int) -> tuple[int, ...]:
    """Return the streams of the log that make up a stream: a history can be rewound."""
    return (Stream.HISTORY, Stream.CONTROL) if stream == Stream.HISTORY else (stream,)


def forget_everything() -> None:
    """Empty the shelves: for tests and measurements."""
    _batches.clear()
    _parsed.clear()
    _tails.clear()
    _consoles.clear()
