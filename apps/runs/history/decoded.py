"""The shelves of this process: batches, columns and console lines decoded lately, brought up to date on each use.

A run is known by its uid here, which is never given twice. The log is read from where the shelf stands, in the order of
its sequence, so that what is acknowledged is always seen.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from apps.runs.history.columns import Columns
from apps.runs.history.console import ConsoleLog
from apps.runs.history.rows import Lines, read_lines
from apps.runs.history.shelf import Shelf
from apps.runs.models import Run, Stream
from apps.runs.stores import Batch, history_store

_MIB = 2**20


class _Kept:
    """Lines of one batch: a batch never changes."""

    def __init__(self) -> None:
        self.lines: Lines | None = None

    @property
    def byte_count(self) -> int:
        return self.lines.byte_count if self.lines else 0


_batches: Shelf[_Kept] = Shelf(32 * _MIB)
_columns: Shelf[Columns] = Shelf(96 * _MIB)
_consoles: Shelf[ConsoleLog] = Shelf(48 * _MIB)


def lines_of(run: Run, batch: Batch) -> Lines:
    """Return the lines of a batch of history or system metrics."""
    with _batches.use((run.uid, batch.stream, batch.seq), _Kept) as kept:
        if kept.lines is None:
            kept.lines = read_lines(batch)
        return kept.lines


@contextmanager
def columns_of(run: Run, stream: int = Stream.HISTORY) -> Iterator[Columns]:
    """Lend the columns of a stream, up to date. Others who want them wait: leave soon, keep no reference."""
    with _columns.use((run.uid, stream), Columns) as columns:
        columns.extend(history_store().read(run.pk, *_with_control(stream), after=columns.seq))
        yield columns


@contextmanager
def console_of(run: Run) -> Iterator[ConsoleLog]:
    """Lend the console of a run, up to date."""
    with _consoles.use(run.uid, ConsoleLog) as console:
        console.extend(history_store().read(run.pk, Stream.CONSOLE, after=console.seq))
        yield console


def tail_of(run: Run, stream: int, *, after: int, upto: int | None = None) -> Columns:
    """Return the columns of what came after a sequence number."""
    tail = Columns()
    tail.extend(history_store().read(run.pk, *_with_control(stream), after=after, upto=upto))
    return tail


def _with_control(stream: int) -> tuple[int, ...]:
    return (Stream.HISTORY, Stream.CONTROL) if stream == Stream.HISTORY else (stream,)


def forget_everything() -> None:
    """Empty the shelves: for tests and measurements."""
    _batches.clear()
    _columns.clear()
    _consoles.clear()
