"""Rows of a run's history and system metrics. Always what is acknowledged, merged by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from django.db.models import F, Max

from apps.core import json
from apps.runs.history.columns import Steps
from apps.runs.history.decoded import columns_of, lines_of, with_control
from apps.runs.history.facts import KeyFact
from apps.runs.history.groups import Merged, rows_at, up_to
from apps.runs.history.rows import RowTexts, rewound_to, spread
from apps.runs.intake import MAX_NUMBER
from apps.runs.models import AppendLog, Run, Stream
from apps.runs.queries.catalogue import current_summary, extent, history_keys, key_facts, row_count
from apps.runs.queries.series import Series, SeriesData, series
from apps.runs.stores import history_store
from apps.runs.stores.chunks import manifest_of, read_base

__all__ = [
    "KeyFact",
    "ResumeFacts",
    "Series",
    "SeriesData",
    "current_summary",
    "event_rows",
    "extent",
    "history_keys",
    "history_rows",
    "key_facts",
    "last_event",
    "resume_facts",
    "row_count",
    "sampled_history",
    "series",
]


@dataclass(frozen=True, slots=True)
class ResumeFacts:
    """Where a client that resumes a run goes on. Tails hold the last row as JSON text, or nothing."""

    history_line_count: int
    events_line_count: int
    log_line_count: int
    history_tail: list[str]
    events_tail: list[str]


def history_rows(
    run: Run, *, min_step: int | None = None, max_step: int | None = None, samples: int | None = None
) -> list[str]:
    """Return whole rows with min_step ≤ `_step` < max_step as JSON text, rising; NaN stands as a bare word.

    With `samples` at most so many, evenly spread, the first and the last among them. Reads only batches that hold
    such steps.
    """
    high = _in_columns(None if max_step is None else max_step - 1)
    return _row_texts(run, Stream.HISTORY, _in_columns(min_step), high, samples)


def _row_texts(run: Run, stream: Stream, low: int | None, high: int | None, samples: int | None) -> list[str]:
    """Return rows with low ≤ number ≤ high. The log is read first, the chunks second."""
    batches = history_store().read(run.pk, *with_control(stream), steps=(low, high))
    base = read_base(run.pk, stream, steps=(low, high))
    rows = RowTexts()
    for batch in batches:
        if batch.seq <= base.seq:
            continue
        if batch.stream == Stream.CONTROL:
            rows.rewind(rewound_to(batch))
        else:
            rows.add(lines_of(run, batch), low, high)
    older = _between(up_to(base.steps, rows.rewound_to), low, high)
    chosen = spread(sorted({*rows.numbers, *older.tolist()}), samples)
    among = np.intersect1d(older, np.array(chosen, np.int64), assume_unique=True)
    known = dict(zip(among.tolist(), rows_at(base, among), strict=True))
    return [rows.text(number, known.get(number)) for number in chosen]


def sampled_history(
    run: Run,
    keys: Sequence[str],
    *,
    samples: int | None = 1500,
    min_step: int | None = None,
    max_step: int | None = None,
) -> list[dict[str, Any]]:
    """Return only these keys of rows that have all of them, in step order, evenly thinned to `samples`.

    Here `max_step` is included. Nested keys are addressed with dots.
    """
    names = list(dict.fromkeys(keys))
    if not names:
        return []
    with columns_of(run, keys=names) as columns:
        steps = _between(_common_steps(columns, names), _in_columns(min_step), _in_columns(max_step))
        chosen = steps[spread(range(len(steps)), samples)]
        values = [columns.column(name).at(chosen) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _in_columns(step: int | None) -> int | None:
    """Return a step that a column can hold, where a client asks for "up to the end of all numbers"."""
    return None if step is None else min(max(step, -1), MAX_NUMBER)


def _common_steps(columns: Merged, names: Sequence[str]) -> Steps:
    return reduce(_common, (columns.column(name).whole()[0] for name in names))


def _common(ours: Steps, theirs: Steps) -> Steps:
    if len(ours) == len(theirs) and np.array_equal(ours, theirs):
        return ours
    return np.intersect1d(ours, theirs, assume_unique=True)


def _between(steps: Steps, low: int | None, high: int | None) -> Steps:
    start = 0 if low is None else int(np.searchsorted(steps, low))
    stop = len(steps) if high is None else int(np.searchsorted(steps, high, side="right"))
    return steps[start:stop]


def event_rows(run: Run, *, samples: int | None = None) -> list[str]:
    """Return samples of system metrics as JSON text in the order of their row numbers, thinned like `history_rows`."""
    return _row_texts(run, Stream.EVENTS, None, None, samples)


def last_event(run: Run) -> dict[str, Any] | None:
    """Return the newest sample of system metrics."""
    newest = _newest_seq(run, Stream.EVENTS)
    batches = history_store().read(run.pk, Stream.EVENTS, after=newest - 1) if newest else []
    if not batches:
        base = read_base(run.pk, Stream.EVENTS)
        return rows_at(base, base.steps[-1:])[0] if len(base.steps) else None
    event: dict[str, Any] = json.loads(lines_of(run, batches[-1]).texts[-1])
    return event


def _newest_seq(run: Run, stream: Stream) -> int | None:
    found: int | None = AppendLog.objects.filter(run=run, stream=stream).aggregate(seq=Max("seq"))["seq"]
    return found


def resume_facts(run: Run) -> ResumeFacts:
    """Return counts and tails with which a client resumes."""
    found = extent(run)
    event = last_event(run)
    return ResumeFacts(
        history_line_count=found.row_count,
        events_line_count=_line_count(run, Stream.EVENTS),
        log_line_count=_line_count(run, Stream.CONSOLE),
        history_tail=history_rows(run, min_step=found.last_step) if found.last_step is not None else [],
        events_tail=[json.dumps_lenient(event)] if event is not None else [],
    )


def _line_count(run: Run, stream: Stream) -> int:
    """Return the number that the next new line of a stream has."""
    rows = AppendLog.objects.filter(run=run, stream=stream)
    end: int = rows.aggregate(end=Max(F("offset") + F("line_count")))["end"] or 0
    return max(end, manifest_of(run.pk, stream).end)
