"""Whole rows of a run's history or system metrics, by the page."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.core import json
from apps.runs.history.decoded import columns_of
from apps.runs.models import Run, Stream
from apps.runs.queries.frames import Span
from apps.runs.queries.history import event_rows, history_rows


@dataclass(frozen=True)
class RowPage:
    """Rows by rising step, and the step with which the next page begins: None at the end."""

    rows: list[dict[str, Any]]
    next_step: int | None


def row_page(
    run: Run,
    *,
    stream: int = Stream.HISTORY,
    min_step: int | None = None,
    max_step: int | None = None,
    limit: int = 1000,
) -> RowPage:
    """Return up to `limit` rows from `min_step` to `max_step`; of system metrics these are row numbers."""
    if stream == Stream.EVENTS:
        return _page_of_events(run, min_step or 0, max_step, limit)
    with columns_of(run, keys=()) as columns:
        steps = Span(None, max_step).cut(columns.steps)
        start = 0 if min_step is None else int(np.searchsorted(steps, min_step))
        chosen = [int(step) for step in steps[start : start + limit + 1]]
    if not chosen:
        return RowPage([], None)
    next_step = chosen[limit] if len(chosen) > limit else None
    end = chosen[-1] + 1 if next_step is None else next_step
    return RowPage(_read(history_rows(run, min_step=chosen[0], max_step=end)[:limit]), next_step)


def _page_of_events(run: Run, start: int, last: int | None, limit: int) -> RowPage:
    texts = event_rows(run) if last is None else event_rows(run)[: last + 1]
    end = start + limit
    return RowPage(_read(texts[start:end]), end if end < len(texts) else None)


def _read(texts: list[str]) -> list[dict[str, Any]]:
    return [json.loads(text) for text in texts]
