"""Whole histories as tables of typed columns, read in pieces: what pandas, Arrow and Parquet are given.

A table says its columns before its first row, so a key's kind is settled when reading begins. What comes in meanwhile
and is of another kind is left out, as if it had come a moment later.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from apps.core import json
from apps.core.chunks import chunks
from apps.core.errors import InvalidInput
from apps.core.frames import Cells, Field, Frame, Kind, Table, write_columns
from apps.core.frames.shapes import Flags
from apps.runs.history.columns import Column, Steps, Values
from apps.runs.history.decoded import columns_of
from apps.runs.history.facts import KeyFact
from apps.runs.history.groups import Merged
from apps.runs.models import HistoryChunk, Level, Run, Stream
from apps.runs.queries.catalogue import key_facts

AXES: Mapping[str, Kind] = {"_step": Kind.INTEGER, "_timestamp": Kind.FLOAT, "_runtime": Kind.FLOAT}
MOST_KEYS = 10_000

_GROUPS_AT_ONCE = 16  # 65,536 rows
_CELLS_AT_ONCE = 2**23  # 64 MiB of numbers
_KEYS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Span:
    """Which steps: from `low` to `high`, both included, or all."""

    low: int | None = None
    high: int | None = None

    def cut(self, steps: Steps) -> Steps:
        start = 0 if self.low is None else int(np.searchsorted(steps, self.low))
        stop = len(steps) if self.high is None else int(np.searchsorted(steps, self.high, side="right"))
        return steps[start:stop]


ALL = Span()


def run_table(run: Run, keys: Sequence[str] = (), *, stream: int = Stream.HISTORY, span: Span = ALL) -> Table:
    """Return every row of a run's history by rising step: `_step`, `_timestamp`, `_runtime`, and a column per key.

    Rows that lack a key hold nothing there; with `keys`, rows that lack all of them are left out. As fresh as what is
    acknowledged. Cost: two reads of the store per 65,536 rows; fewer rows at a time where there are many keys.
    """
    fields = run_fields(run, keys, stream=stream)
    return Table(fields, frames_of(run, fields, stream=stream, span=span, wanted=keys))


def run_fields(run: Run, keys: Sequence[str] = (), *, stream: int = Stream.HISTORY) -> tuple[Field, ...]:
    """Return the columns of a run's table: integers only where nothing else was ever logged."""
    axes = [name for name in AXES if stream == Stream.HISTORY or name != "_step"]
    facts = {fact.key: fact for fact in key_facts(run, stream=stream)}
    names = [name for name in (dict.fromkeys(keys) or facts) if name not in axes]
    if len(names) > MOST_KEYS:
        sentence = f"Name the keys you need: these are {len(names):,}, of which {MOST_KEYS:,} fit a table."
        raise InvalidInput(sentence, code="too_many_keys", fields={"keys": sentence})
    kinds = {name: kind_of(facts[name].type_counts) if name in facts else Kind.FLOAT for name in names}
    maybe = [
        name for name, kind in kinds.items() if kind is Kind.FLOAT and name in facts and _may_be_whole(facts[name])
    ]
    kinds |= dict.fromkeys(_whole(run, stream, maybe), Kind.INTEGER)
    return tuple(Field(name, kind) for name, kind in [*((name, AXES[name]) for name in axes), *kinds.items()])


def kind_of(type_counts: Iterable[str]) -> Kind:
    """Return the kind of a column that holds values of these types of the catalogue."""
    names = set(type_counts) - {"null"}
    if names <= {"number"}:
        return Kind.FLOAT
    return Kind.BOOLEAN if names == {"boolean"} else Kind.TEXT


def _may_be_whole(fact: KeyFact) -> bool:
    """Return whether the facts of a key leave room for integers alone: spares reading most columns that are not."""
    is_clean = set(fact.type_counts) == {"number"} and fact.nonfinite_count == 0
    return is_clean and all(value is not None and value.is_integer() for value in (fact.min, fact.max, fact.last))


def _whole(run: Run, stream: int, keys: Sequence[str]) -> Iterator[str]:
    """Yield the keys under which only integers of 64 bits were logged."""
    for some in chunks(keys, _KEYS_AT_ONCE):
        with columns_of(run, stream, some) as columns:
            yield from [key for key in some if _is_whole(columns.column(key))]


def _is_whole(column: Column) -> bool:
    _, values = column.numbers()
    return column.is_integral and bool(np.all(np.abs(values) < 2**63))


# Row by row


def frames_of(
    run: Run, fields: Sequence[Field], *, stream: int = Stream.HISTORY, span: Span = ALL, wanted: Sequence[str] = ()
) -> Iterator[Frame]:
    """Yield the rows of a run, some ten thousand at a time; only those that hold a `wanted` key, if any is named."""
    names = [field.name for field in fields]
    for piece in _pieces(run, stream, span, most=max(_CELLS_AT_ONCE // len(fields), 1)):
        with columns_of(run, stream, names, steps=(int(piece[0]), int(piece[-1]))) as columns:
            steps = np.intersect1d(piece, columns.steps, assume_unique=True)
            steps = _with_any(columns, wanted, steps)
            cells = [cells_at(columns.column(field.name), field.kind, steps) for field in fields]
        if len(steps):
            yield Frame(len(steps), tuple(cells))


def _pieces(run: Run, stream: int, span: Span, *, most: int) -> Iterator[Steps]:
    """Yield the steps of a run, rising, at most so many at a time."""
    low = span.low
    while True:
        high = _end_of_groups(run, stream, low)
        if high is None or (span.high is not None and high >= span.high):
            high = span.high
        with columns_of(run, stream, (), steps=(low, high)) as columns:
            steps = Span(low, high).cut(columns.steps)
        size = min(most, _GROUPS_AT_ONCE * 4_096)
        yield from (steps[start : start + size] for start in range(0, len(steps), size))
        if high == span.high:
            return
        low = high + 1  # type: ignore[operator]  # None is span.high


def _end_of_groups(run: Run, stream: int, low: int | None) -> int | None:
    """Return the last step of some row groups from `low` on; None if the compacted part ends within them."""
    axes = HistoryChunk.objects.filter(run=run, stream=stream, key="", level=Level.AXES)
    if low is not None:
        axes = axes.filter(last_step__gte=low)
    ends = list(axes.order_by("first_step").values_list("last_step", flat=True)[: _GROUPS_AT_ONCE + 1])
    return ends[_GROUPS_AT_ONCE - 1] if len(ends) > _GROUPS_AT_ONCE else None


def _with_any(columns: Merged, keys: Sequence[str], steps: Steps) -> Steps:
    """Return the steps at which one of the keys was logged: all if none is named beside the axes."""
    logged = [columns.column(key).whole()[0] for key in dict.fromkeys(keys) if key not in AXES]
    if not logged:
        return steps
    return np.intersect1d(steps, logged[0] if len(logged) == 1 else np.unique(np.concatenate(logged)))


# Column by column


def run_json(run: Run, keys: Sequence[str] = (), *, stream: int = Stream.HISTORY, span: Span = ALL) -> Iterator[bytes]:
    """Yield the same as `{"row_count": …, "columns": {key: [values]}}`."""
    fields = run_fields(run, keys, stream=stream)
    return chain([b"{"], json_columns(run, fields, stream=stream, keys=keys, span=span))


def json_columns(
    run: Run, fields: Sequence[Field], *, stream: int = Stream.HISTORY, keys: Sequence[str] = (), span: Span = ALL
) -> Iterator[bytes]:
    """Yield the members of a JSON object, without its opening brace: how many rows there are, and their columns."""
    steps = _steps_of(run, stream, keys, span)
    yield b'"row_count":%d,"columns":' % len(steps)
    yield from write_columns(_columns_at(run, stream, fields, steps))
    yield b"}"


def _steps_of(run: Run, stream: int, keys: Sequence[str], span: Span) -> Steps:
    with columns_of(run, stream, keys, steps=(span.low, span.high)) as columns:
        return _with_any(columns, keys, span.cut(columns.steps))


def _columns_at(run: Run, stream: int, fields: Sequence[Field], steps: Steps) -> Iterator[tuple[Field, Cells]]:
    """Yield whole columns at these steps, one after another; some are read together."""
    ends = (int(steps[0]), int(steps[-1])) if len(steps) else (0, 0)
    at_once = max(min(_CELLS_AT_ONCE // max(len(steps), 1), _KEYS_AT_ONCE), 1)
    for some in chunks(fields, at_once):
        with columns_of(run, stream, [field.name for field in some], steps=ends) as columns:
            found = [(field, cells_at(columns.column(field.name), field.kind, steps)) for field in some]
        yield from found


# Cells


def cells_at(column: Column, kind: Kind, steps: Steps) -> Cells:
    """Return a column at rising steps. What is not of its kind is left out."""
    if kind is Kind.BOOLEAN:
        return _booleans(column, steps)
    values, is_known = _at(column, steps)
    if kind is Kind.TEXT:
        return Cells(_texts(column, steps, is_known))
    if column.others:
        is_known = is_known & ~np.isin(steps, np.fromiter(column.others, np.int64, len(column.others)))
    if kind is Kind.INTEGER:
        values, is_known = _integers(column, values, is_known, steps)
    return Cells(values, None if is_known.all() else is_known)


def _at(column: Column, steps: Steps) -> tuple[Values, Flags]:
    """Return the values of a column at rising steps, and where it has one."""
    mine, values = column.whole()
    start, stop = np.searchsorted(mine, [steps[0], steps[-1] + 1]) if len(steps) else (0, 0)
    mine, values = mine[start:stop], values[start:stop]
    if np.array_equal(mine, steps):
        return values, np.ones(len(steps), np.bool_)
    if not len(mine):
        return np.zeros(len(steps)), np.zeros(len(steps), np.bool_)
    places = np.minimum(np.searchsorted(mine, steps), len(mine) - 1)
    return values[places], mine[places] == steps


def _integers(column: Column, values: Values, is_known: Flags, steps: Steps) -> tuple[Any, Flags]:
    with np.errstate(invalid="ignore"):
        is_known = is_known & (np.abs(values) < 2**63) & (np.floor(values) == values)
    whole = np.where(is_known, values, 0).astype(np.int64)
    for step, value in column.exact.items():
        place = int(np.searchsorted(steps, step))
        if place < len(steps) and steps[place] == step and is_known[place]:
            whole[place] = value
    return whole, is_known


def _texts(column: Column, steps: Steps, is_known: Flags) -> list[str | None]:
    found: list[str | None] = [None] * len(steps)
    places = np.flatnonzero(is_known)
    for place, value in zip(places.tolist(), column.at(steps[places]), strict=True):
        found[place] = _text(value)
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps_text(value) if isinstance(value, (dict, list)) else json.dumps_lenient(value)


def _booleans(column: Column, steps: Steps) -> Cells:
    values = [column.others.get(step) for step in steps.tolist()]
    is_known = np.array([isinstance(value, bool) for value in values], np.bool_)
    return Cells(np.array([value is True for value in values], np.bool_), is_known)
