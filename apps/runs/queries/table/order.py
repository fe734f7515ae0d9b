"""Which runs stand at which place of an ordered table, found from an index where one is sorted already.

A metric or a value of config and summary orders runs in stretches: those with a number, those with a text, those with
neither. Each stretch is read in the order of an index (project, key, value), beside which every run is looked at, so
that the first rows of 100,000 runs cost what they show. Path not taken: a subquery per run in the ORDER BY, which
looks up all 100,000 values first (148 ms).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from apps.core.errors import InvalidInput
from apps.runs.filters import MetricFact, RunValues, order_by_targets
from apps.runs.filters.targets import BinaryText, Target
from apps.runs.models import HistoryKey, Run, RunValue, Stream
from apps.runs.queries.table.columns import ColumnKey
from apps.runs.queries.table.selection import Selection, narrowed
from apps.runs.querysets import RunQuerySet

MAX_KEYS = 5


def run_ids(selection: Selection, order: Sequence[tuple[ColumnKey, bool]], *, offset: int, limit: int) -> list[int]:
    """Return the ids of the runs from `offset` on, at most `limit`. The order is total; what is missing comes last.

    One query; one or two more for rows past the last run that has the value ordered by.
    """
    if len(order) > MAX_KEYS:
        raise InvalidInput(f"Runs are ordered by at most {MAX_KEYS} columns.", code="bad_order")
    found: list[int] = []
    for stretch in stretches(selection, order):
        rows = list(stretch[offset : offset + limit - len(found)])
        found += rows
        if len(found) == limit:
            break
        offset = 0 if rows else max(0, offset - (stretch.order_by().count() if offset else 0))
    return found


def all_run_ids(selection: Selection, order: Sequence[tuple[ColumnKey, bool]]) -> list[int]:
    """Return the ids of all runs of a table, in order."""
    return [pk for stretch in stretches(selection, order) for pk in stretch]


def stretches(selection: Selection, order: Sequence[tuple[ColumnKey, bool]]) -> "Iterator[QuerySet[Any, Any]]":
    """Yield queries of run ids that make up the table one after another. Most pages need the first one only."""
    if len(order) == 1 and len(selection.projects) == 1:
        (column, descends), project = order[0], selection.projects[0].pk
        target = column.target
        if isinstance(target, MetricFact):
            yield from _of_metric(selection, target, project, descends=descends)
            return
        if isinstance(target, RunValues) and len(target.keys) == 1:
            yield from _of_values(selection, target, project, descends=descends)
            return
    yield _general(selection, order)


def _general(selection: Selection, order: Sequence[tuple[ColumnKey, bool]]) -> "QuerySet[Any, Any]":
    if not order:
        return _newest_first(selection.runs())
    targets: list[tuple[Target, bool]] = [(column.target, descends) for column, descends in order]
    return order_by_targets(selection.runs(), targets).values_list("pk", flat=True)


def _newest_first(runs: RunQuerySet) -> "QuerySet[Any, Any]":
    return runs.order_by("-created_at", "pk").values_list("pk", flat=True)


def _of_metric(
    selection: Selection, target: MetricFact, project: int, *, descends: bool
) -> "Iterator[QuerySet[Any, Any]]":
    rows = HistoryKey.objects.filter(project=project, key=target.key, stream=Stream.HISTORY)
    has = Q(**{f"{target.fact}__isnull": False})
    yield _walk(rows.filter(has), F(target.fact), selection, descends=descends)
    yield _newest_first(selection.runs().filter(~Exists(target.rows().filter(has, run=OuterRef("pk")))))


def _of_values(
    selection: Selection, target: RunValues, project: int, *, descends: bool
) -> "Iterator[QuerySet[Any, Any]]":
    source, key = target.source, target.keys[0]
    rows = RunValue.objects.filter(project=project, source=source, key=key)
    numbers, texts = Q(number__isnull=False), Q(number__isnull=True, text__isnull=False)
    own = RunValue.objects.filter(run=OuterRef("pk"), source=source, key=key).filter(numbers | texts)
    yield _walk(rows.filter(numbers), F("number"), selection, descends=descends)
    yield _walk(rows.filter(texts), BinaryText(F("text")), selection, descends=descends)
    yield _newest_first(selection.runs().filter(~Exists(own)))


def _walk(
    rows: "QuerySet[Any]", value: "F | BinaryText", selection: Selection, *, descends: bool
) -> "QuerySet[Any, Any]":
    """Read rows in the order of their value, and keep those whose run matches. Ties: by run, the same way."""
    run = Run.objects.filter(pk=OuterRef("run_id"), deleted_at=None)
    # Not EXISTS, which PostgreSQL may turn into a join of everything before it sorts; this is asked of each row passed.
    found = narrowed(run, selection).annotate(is_found=Value(True)).values("is_found")[:1]
    kept = rows.filter(Subquery(found, output_field=BooleanField()))
    direction = (value.desc(), "-run_id") if descends else (value.asc(), "run_id")
    return kept.order_by(*direction).values_list("run_id", flat=True)
