"""Spans: rows of the coarse zoom levels, each with neighbouring buckets of many row groups.

A chart of a million steps reads a few of them for each run, not one row for each row group. A compaction takes out the
buckets of the steps it rewrites, puts the new ones in, and writes anew only the rows from there on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apps.runs.history.zoom import BUCKET_VALUES, COARSE, FINE, Buckets, gather, join_buckets

SPAN_BUCKETS = 128
GROUPS_BACK = 16  # how far before what changes the row that goes on is looked for

Place = tuple[str, int]  # key, level
Range = tuple[float, float]  # of steps, both ends included


@dataclass(frozen=True, slots=True)
class Span:
    """A row as it is stored, known by its first step."""

    key: str
    level: int
    first_step: int
    buckets: Buckets
    path: list[str] | None = None

    @property
    def last_step(self) -> int:
        return int(self.buckets.ints[1, -1])

    @property
    def is_full(self) -> bool:
        return bool(self.buckets.ints.shape[1] >= SPAN_BUCKETS)


@dataclass(frozen=True, slots=True)
class Respanned:
    """Rows to be written, and those they stand in the place of."""

    written: list[Span]
    gone: list[Span]


def coarse_of(fine: Buckets) -> dict[int, Buckets]:
    """Return the coarse levels of one key in one row group, from its fine one."""
    return {level: gather(fine, BUCKET_VALUES[level] // BUCKET_VALUES[FINE]) for level in COARSE}


def respan(
    stored: Iterable[Span],
    fresh: Mapping[Place, Sequence[Buckets]],
    rewritten: Sequence[Range],
    paths: Mapping[str, list[str] | None],
) -> Respanned:
    """Take the buckets out that begin in steps which are rewritten, and put the fresh ones in."""
    by_place: dict[Place, list[Span]] = {}
    for span in stored:
        by_place.setdefault((span.key, span.level), []).append(span)
    written: list[Span] = []
    gone: list[Span] = []
    for place in dict.fromkeys([*by_place, *fresh]):
        new, rows = fresh.get(place, ()), sorted(by_place.get(place, ()), key=lambda span: span.first_step)
        touched = [span for span in rows if _overlaps(span, rewritten)]
        if not new and not touched:
            continue
        since = min([span.first_step for span in touched] + [int(part.ints[0, 0]) for part in new])
        changed = _from(rows, since)
        kept = [_without(span.buckets, rewritten) for span in changed]
        path = paths.get(place[0]) or next((span.path for span in rows if span.path), None)
        written += _rows(place, join_buckets([*kept, *new]), path)
        gone += changed
    return Respanned(written, gone)


def _from(rows: Sequence[Span], since: float) -> list[Span]:
    """Return the rows that hold something from a step on, and the one before them if it has room left."""
    changed = [span for span in rows if span.last_step >= since]
    before = [span for span in rows if span.last_step < since]
    return [*(span for span in before[-1:] if not span.is_full), *changed]


def _overlaps(span: Span, ranges: Sequence[Range]) -> bool:
    return any(span.first_step <= high and span.last_step >= low for low, high in ranges)


def _without(buckets: Buckets, ranges: Sequence[Range]) -> Buckets:
    first = buckets.ints[0]
    is_kept = np.ones(len(first), np.bool_)
    for low, high in ranges:
        is_kept &= (first < low) | (first > high)
    return Buckets(buckets.ints[:, is_kept], buckets.floats[:, is_kept])


def _rows(place: Place, buckets: Buckets, path: list[str] | None) -> list[Span]:
    count = buckets.ints.shape[1]
    parts = [slice(start, start + SPAN_BUCKETS) for start in range(0, count, SPAN_BUCKETS)]
    return [
        Span(*place, int(buckets.ints[0, part.start]), Buckets(buckets.ints[:, part], buckets.floats[:, part]), path)
        for part in parts
    ]
