"""Row groups: columns cut into rows of `HistoryChunk`, and read back. Nothing here touches the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np

from apps.runs.history.codec import Kind, join_parts, pack_array, pack_json, split_parts, unpack_array, unpack_json
from apps.runs.history.columns import EXACT, Column, Columns, Steps, Values
from apps.runs.history.spans import Place, Span, coarse_of
from apps.runs.history.zoom import BUCKET_VALUES, FINE, SMALL, Buckets, buckets_of, join_buckets, unpack_buckets
from apps.runs.models import HistoryChunk, Level, Stream

GROUP_STEPS = 4_096
TIMES = ("_timestamp", "_runtime")  # kept once per row group
SAME_SECONDS = 1e-3  # starts of a run that differ by less are the same


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """What is read of a row of `HistoryChunk`."""

    key: str
    level: int
    first_step: int
    path: list[str] | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known of the times of a stream's rows. `rises`: every row has `_timestamp`, and within no row group it
    falls. `least` and `greatest` are `_timestamp` − `_runtime`; None where a row lacks one of them."""

    rises: bool = False
    least: float | None = None
    greatest: float | None = None

    def zero_of(self, axis: str) -> float | None:
        """Return the wall time at which an axis of time has its 0; None if it is not the wall time moved."""
        if not self.rises:
            return None
        if axis == "_timestamp":
            return 0.0
        if axis != "_runtime" or self.least is None or self.greatest is None:
            return None
        return (self.least + self.greatest) / 2 if self.greatest - self.least <= SAME_SECONDS else None

    def and_also(self, other: "Clock") -> "Clock":
        """Return what is true of the rows of both."""
        rises = self.rises and other.rises
        if self.least is None or self.greatest is None or other.least is None or other.greatest is None:
            return Clock(rises)
        return Clock(rises, min(self.least, other.least), max(self.greatest, other.greatest))


@dataclass(frozen=True, slots=True)
class Manifest:
    """Up to which sequence a stream is compacted, one more than the highest number that was ever in it, and what is
    known of its times."""

    seq: int = 0
    end: int = 0
    clock: Clock = Clock()

    def pack(self) -> bytes:
        return pack_json(asdict(self))

    @classmethod
    def unpack(cls, payload: bytes) -> "Manifest":
        """A manifest that was written before clocks were has none."""
        kept = unpack_json(payload)
        return cls(kept["seq"], kept["end"], Clock(**kept.get("clock", {})))


# Reading


class Base:
    """The compacted part of a stream: all of it, or the row groups and keys that were asked for."""

    def __init__(self, rows: Iterable[ChunkRow], stream: int) -> None:
        self.manifest = Manifest()
        self.stream = stream
        self._axes: dict[int, list[bytes]] = {}
        self._rows: dict[str, list[ChunkRow]] = {}
        for row in sorted(rows, key=lambda row: (row.key, row.level, row.first_step)):
            if row.level == Level.MANIFEST:
                self.manifest = Manifest.unpack(row.payload)
            elif row.level == Level.AXES:
                self._axes[row.first_step] = split_parts(row.payload)
            else:
                self._rows.setdefault(row.key, []).append(row)
        self._steps: dict[int, Steps] = {}

    @property
    def seq(self) -> int:
        return self.manifest.seq

    @property
    def keys(self) -> list[str]:
        """The keys that were read; those of the axes always among them."""
        own = ["_step"] if self._axes and self.stream == Stream.HISTORY else []
        times = [name for place, name in enumerate(TIMES, 1) if any(parts[place] for parts in self._axes.values())]
        return list(dict.fromkeys([*own, *times, *self._rows]))

    @cached_property
    def steps(self) -> Steps:
        """The distinct steps, rising."""
        return np.concatenate([np.empty(0, np.int64), *map(self._group_steps, self._axes)])

    def column(self, key: str) -> Column:
        column = Column()
        if key == "_step" and self.stream == Stream.HISTORY:
            column.add(self.steps, self.steps.astype(np.float64), is_integral=True)
            column.exact = {step: step for step in self.steps[self.steps > EXACT].tolist()}
        elif key in TIMES:
            self._add_times(column, TIMES.index(key) + 1)
        for row in self._rows.get(key, ()):
            if row.level == Level.VALUES:
                self._add_values(column, row)
        for row in self._rows.get(key, ()):
            column.path = tuple(row.path) if row.path else column.path
            if row.level == Level.OTHERS:
                _add_others(column, row)
        return column

    def _group_steps(self, first_step: int) -> Steps:
        steps = self._steps.get(first_step)
        if steps is None:
            steps = self._steps[first_step] = unpack_array(self._axes[first_step][0])
        return steps

    def _add_times(self, column: Column, place: int) -> None:
        for first_step, parts in self._axes.items():
            if parts[place]:
                _add(column, self._group_steps(first_step), parts[place])

    def _add_values(self, column: Column, row: ChunkRow) -> None:
        own, values = split_parts(row.payload)
        _add(column, unpack_array(own) if own else self._group_steps(row.first_step), values)


def _add(column: Column, steps: Steps, packed: bytes) -> None:
    values = unpack_array(packed)
    column.add(steps, values.astype(np.float64), is_integral=packed[0] == Kind.INTEGER)


def _add_others(column: Column, row: ChunkRow) -> None:
    kept = unpack_json(row.payload)
    for step, value in zip(kept["steps"], kept["values"], strict=True):
        column.put(step, value)
    for step, value in zip(kept["exact_steps"], kept["exact"], strict=True):
        column.exact[step] = value


class Merged:
    """Compacted part and tail as one: what a reader of columns sees."""

    def __init__(self, base: Base, tail: Columns) -> None:
        self.base = base
        self.tail = tail

    @cached_property
    def steps(self) -> Steps:
        """The distinct steps (row numbers of system metrics), rising."""
        old = up_to(self.base.steps, self.tail.rewound_to)
        if not len(old):
            return self.tail.steps
        return np.union1d(old, self.tail.steps) if len(self.tail.steps) else old

    @property
    def keys(self) -> list[str]:
        return list(dict.fromkeys([*self.base.keys, *self.tail.by_key]))

    def column(self, key: str) -> Column:
        """Return a column. It is lent: change nothing."""
        if not len(self.base.steps):
            return self.tail.column(key)
        column = self.base.column(key)
        if self.tail.rewound_to is not None:
            column.rewind(self.tail.rewound_to)
        column.absorb(self.tail.column(key))
        return column


def up_to(steps: Steps, last: int | None) -> Steps:
    """Return rising steps without those after `last`."""
    return steps if last is None else steps[: int(np.searchsorted(steps, last, side="right"))]


def rows_at(columns: Base | Merged, steps: Steps) -> list[dict[str, Any]]:
    """Return whole rows, nested as they were logged."""
    rows: list[dict[str, Any]] = [{} for _ in range(len(steps))]
    for key in columns.keys:
        column = columns.column(key)
        known = column.whole()[0]
        places = np.flatnonzero(np.isin(steps, known))
        for place, value in zip(places.tolist(), column.at(steps[places]), strict=True):
            _put(rows[place], column.path, key, value)
    return rows


def _put(row: dict[str, Any], path: tuple[str, ...] | None, key: str, value: Any) -> None:
    """Set a leaf where it was. If a value stands in the way, it is named by its joined path."""
    branch = row
    for name in (path or ())[:-1]:
        branch = branch.setdefault(name, {})
        if not isinstance(branch, dict) or "_type" in branch:
            row[key] = value
            return
    branch[path[-1] if path else key] = value


# Writing


@dataclass(frozen=True, slots=True)
class Written:
    """What row groups become: rows of their own, and the buckets that go into spans, with the paths of nested keys; and
    what there is to know of their times."""

    chunks: list[HistoryChunk]
    coarse: dict[Place, list[Buckets]]
    paths: dict[str, list[str] | None]
    clock: Clock


def chunks_of(run_id: int, columns: Merged, pieces: Sequence[Steps]) -> Written:
    """Return the rows of the row groups that have these steps."""
    stream = columns.base.stream
    times = {name: columns.column(name) for name in TIMES}
    written = Written([], {}, {}, _clock_over(times, pieces))
    found = written.chunks
    axes = [[_times(column, piece) for column in times.values()] for piece in pieces]
    for piece, kept in zip(pieces, axes, strict=True):
        parts = [pack_array(piece, Kind.RISING), *kept]
        found.append(_chunk(run_id, stream, "", Level.AXES, piece, payload=join_parts(parts), row_count=len(piece)))
    for key in columns.keys:
        if key == "_step" and stream == Stream.HISTORY:
            continue
        column = times.get(key) or columns.column(key)
        for piece, kept in zip(pieces, axes, strict=True):
            if key not in times or not kept[TIMES.index(key)]:
                part = _Part(column, piece)
                found += _of_key(run_id, stream, key, part)
                _add_zoom(written, run_id, stream, key, part, times["_timestamp"])
    return written


def _clock_over(times: Mapping[str, Column], pieces: Sequence[Steps]) -> Clock:
    parts = ([_Part(times[name], piece) for name in TIMES] for piece in pieces)
    clocks = [clock_of(*(part.values if part.is_whole else None for part in pair)) for pair in parts]
    return reduce(Clock.and_also, clocks) if clocks else Clock()


def clock_of(timestamps: Values | None, runtimes: Values | None) -> Clock:
    """Return the clock of one row group; None stands for times that some of its rows lack."""
    if timestamps is None:
        return Clock()
    rises = bool(np.all(timestamps[1:] >= timestamps[:-1]) and np.isfinite(timestamps).all())
    if runtimes is None or not np.isfinite(runtimes).all():
        return Clock(rises)
    starts = timestamps - runtimes
    return Clock(rises, _finite(starts.min()), _finite(starts.max()))


class _Part:
    """A column between the ends of a row group."""

    def __init__(self, column: Column, piece: Steps) -> None:
        steps, values = column.whole()
        start, stop = np.searchsorted(steps, [piece[0], piece[-1] + 1])
        self.piece = piece
        self.path = column.path
        self.others = _between(column.others, steps[start:stop])
        self.exact = _between(column.exact, steps[start:stop])
        self.steps, self.values = steps[start:stop], values[start:stop]
        if self.others:
            is_number = ~np.isin(self.steps, np.fromiter(self.others, np.int64, len(self.others)))
            self.steps, self.values = self.steps[is_number], self.values[is_number]
        is_small = bool(np.all(np.abs(self.values) < 2**63))
        self.kind = Kind.INTEGER if column.is_integral and is_small else Kind.FLOAT

    @property
    def is_whole(self) -> bool:
        return len(self.steps) == len(self.piece)

    def packed(self) -> bytes:
        values = self.values.astype(np.int64) if self.kind == Kind.INTEGER else self.values
        return pack_array(values, self.kind)


def _between(known: Mapping[int, Any], steps: Steps) -> dict[int, Any]:
    return {step: known[step] for step in steps.tolist() if step in known} if known else {}


def _times(column: Column, piece: Steps) -> bytes:
    """Return times that every row of a group has; nothing if one lacks it."""
    part = _Part(column, piece)
    return part.packed() if part.is_whole and not part.exact else b""


def _of_key(run_id: int, stream: int, key: str, part: _Part) -> list[HistoryChunk]:
    found = []
    if len(part.steps):
        is_small = len(part.steps) <= SMALL
        own = pack_array(part.steps, Kind.RISING) if is_small or not part.is_whole else b""
        payload = join_parts([own, part.packed()])
        facts = _statistics(part.steps, part.values)
        found.append(_chunk(run_id, stream, key, Level.VALUES, part.piece, payload=payload, path=part.path, **facts))
    if part.others or part.exact:
        kept = {"steps": list(part.others), "values": list(part.others.values())}
        kept |= {"exact_steps": list(part.exact), "exact": list(part.exact.values())}
        more = {"payload": pack_json(kept), "path": part.path, "row_count": len(part.others)}
        found.append(_chunk(run_id, stream, key, Level.OTHERS, part.piece, **more))
    return found


def _add_zoom(written: Written, run_id: int, stream: int, key: str, part: _Part, clock: Column) -> None:  # noqa: PLR0917
    """Add the fine level of a key as a row where it has more than a few values, and the coarse ones to the spans."""
    if not len(part.steps):
        return
    fine = buckets_of(part.steps, part.values, _times_at(clock, part.steps), BUCKET_VALUES[FINE])
    if len(part.steps) > SMALL:
        count = fine.ints.shape[1]
        written.chunks.append(
            _chunk(run_id, stream, key, FINE, part.piece, payload=fine.pack(), row_count=count, path=part.path)
        )
    for level, buckets in coarse_of(fine).items():
        written.coarse.setdefault((key, level), []).append(buckets)
    written.paths[key] = list(part.path) if part.path else None


def _times_at(clock: Column, steps: Steps) -> Values:
    """Return the wall times of steps, NaN where unknown."""
    at, known = clock.numbers()
    if not len(at):
        return np.full(len(steps), np.nan)
    places = np.minimum(np.searchsorted(at, steps), len(at) - 1)
    return np.where(at[places] == steps, known[places], np.nan)


def span_chunk(run_id: int, stream: int, span: Span) -> HistoryChunk:
    """Return the row of a span: its ends are those of its buckets."""
    return HistoryChunk(
        run_id=run_id,
        stream=stream,
        key=span.key,
        level=span.level,
        path=span.path,
        first_step=span.first_step,
        last_step=span.last_step,
        row_count=span.buckets.ints.shape[1],
        payload=span.buckets.pack(),
    )


def read_buckets(rows: Iterable[ChunkRow]) -> tuple[Manifest, dict[str, Buckets]]:
    """Return the buckets of each key: of zoom rows, and of values where these were read instead."""
    manifest, found = Manifest(), dict[str, list[Buckets]]()
    for row in rows:
        if row.level == Level.MANIFEST:
            manifest = Manifest.unpack(row.payload)
        elif row.level > Level.VALUES:
            found.setdefault(row.key, []).append(unpack_buckets(row.payload))
        elif row.level == Level.VALUES:
            steps, values = map(unpack_array, split_parts(row.payload))
            found.setdefault(row.key, []).append(singles(steps, values.astype(np.float64)))
    return manifest, {key: join_buckets(parts) for key, parts in found.items()}


def singles(steps: Steps, values: Values) -> Buckets:
    """Return a bucket for each value."""
    return buckets_of(steps, values, np.full(len(steps), np.nan), 1)


def _statistics(steps: Steps, values: Values) -> dict[str, Any]:
    is_finite = np.isfinite(values)
    at, finite = steps[is_finite], values[is_finite]
    facts: dict[str, Any] = {"row_count": len(values), "count": len(finite)}
    facts |= {"first": _finite(values[0]), "last": _finite(values[-1])}
    if not len(finite):
        return facts
    low, high = int(np.argmin(finite)), int(np.argmax(finite))
    with np.errstate(over="ignore"):
        facts |= {"sum": _finite(finite.sum()), "sum_squares": _finite(np.square(finite).sum())}
    facts |= {"min": float(finite[low]), "min_step": int(at[low])}
    return facts | {"max": float(finite[high]), "max_step": int(at[high])}


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _chunk(run_id: int, stream: int, key: str, level: int, piece: Steps, **values: Any) -> HistoryChunk:
    path = values.pop("path", None)
    ends = {"first_step": int(piece[0]), "last_step": int(piece[-1])}
    return HistoryChunk(run_id=run_id, stream=stream, key=key, level=level, path=path and list(path), **ends, **values)


def manifest_chunk(run_id: int, stream: int, manifest: Manifest) -> HistoryChunk:
    return HistoryChunk(
        run_id=run_id, stream=stream, key="", level=Level.MANIFEST, first_step=0, last_step=0, payload=manifest.pack()
    )
