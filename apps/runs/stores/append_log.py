"""The append log as a table: docs/decisions/0004-history-tables.md."""

from collections.abc import Sequence

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Length

from apps.core.db.binary import binary
from apps.runs.models import AppendLog, HistoryChunk, WriterMark
from apps.runs.stores.terms import Batch, Span

_COLUMNS = (
    "run_id",
    "stream",
    "seq",
    "line_count",
    "payload",
    "received_at",
    "offset",
    "first_step",
    "last_step",
    "writer",
)


class AppendLogStore:
    """Batches as rows of `AppendLog`."""

    def append(self, batches: Sequence[Batch]) -> None:
        rows = [AppendLog(**{name: getattr(batch, name) for name in _COLUMNS}) for batch in batches]
        with binary():
            AppendLog.objects.bulk_create(rows)

    def read(
        self,
        run_id: int,
        *streams: int,
        after: int = 0,
        upto: int | None = None,
        steps: tuple[int | None, int | None] = (None, None),
    ) -> list[Batch]:
        rows = AppendLog.objects.filter(run_id=run_id, stream__in=streams, seq__gt=after)
        if upto is not None:
            rows = rows.filter(seq__lte=upto)
        rows = _within(rows, *steps).order_by("seq", "stream")
        with binary(results=True):
            found = list(rows.values_list(*_COLUMNS))
        return [Batch(*row[:4], bytes(row[4]), *row[5:]) for row in found]  # type: ignore[call-arg]

    def span(self, run_id: int, stream: int) -> Span:
        found = AppendLog.objects.filter(run_id=run_id, stream=stream).aggregate(
            batches=Count("seq"), lines=Sum("line_count"), size=Sum(Length("payload")), last=Max("seq")
        )
        return Span(found["batches"], found["lines"] or 0, found["size"] or 0, found["last"] or 0)

    def truncate(self, run_id: int, *, upto: int) -> int:
        return AppendLog.objects.filter(run_id=run_id, seq__lte=upto).delete()[0]

    def delete(self, run_id: int) -> None:
        AppendLog.objects.filter(run_id=run_id).delete()
        HistoryChunk.objects.filter(run_id=run_id).delete()
        WriterMark.objects.filter(run_id=run_id).delete()


def _within(rows: QuerySet[AppendLog], low: int | None, high: int | None) -> QuerySet[AppendLog]:
    if low is not None:
        rows = rows.filter(Q(last_step=None) | Q(last_step__gte=low))
    if high is not None:
        rows = rows.filter(Q(first_step=None) | Q(first_step__lte=high))
    return rows
