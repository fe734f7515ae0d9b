"""What lies in the trash of a project."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Length

from apps.accounts.queries import Person
from apps.core.pages import Page, page_of
from apps.projects.models import Project
from apps.runs.models import AppendLog, HistoryChunk, Run, RunFile, TrashBatch

GRACE = timedelta(days=30)
NAMED = 5


@dataclass(frozen=True)
class TrashedRuns:
    """Runs that were deleted together and can be restored together."""

    uid: str
    deleted_at: datetime
    erased_at: datetime  # unless they are restored before
    deleted_by: Person | None
    run_count: int
    stored_bytes: int  # of files and history
    names: list[str]  # display names of the first of them


def trash_page(project: Project, *, cursor: str | None = None, limit: int = 50) -> Page[TrashedRuns]:
    """Return what was deleted from a project, the newest first. Six queries, whatever lies there."""
    batches = _batches(project).select_related("deleted_by").annotate(run_count=_COUNT)
    page = page_of(batches.order_by("-created_at", "-pk"), cursor=cursor, limit=limit)
    sizes = _sizes([batch.pk for batch in page.items])
    names = _names([batch.pk for batch in page.items])
    return page.each(lambda batch: _shown(batch, sizes.get(batch.pk, 0), names.get(batch.pk, [])))


_COUNT: Any = Count("runs", filter=Q(runs__purged_at=None))


def _batches(project: Project) -> "QuerySet[TrashBatch]":
    rows = TrashBatch.objects.filter(project=project, runs__purged_at=None, runs__deleted_at__isnull=False)
    return TrashBatch.objects.filter(pk__in=rows.values("pk"))


def _sizes(batch_ids: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    files = RunFile.objects.filter(run__trash__in=batch_ids, run__purged_at=None, blob__isnull=False)
    sums: list[Any] = [files.values_list("run__trash").annotate(size=Coalesce(Sum("blob__size"), 0)).order_by()]
    for model in (AppendLog, HistoryChunk):
        payloads = model._default_manager.filter(run__trash__in=batch_ids, run__purged_at=None)
        sums.append(payloads.values_list("run__trash").annotate(size=Sum(Length("payload"))).order_by())
    for rows in sums:
        for batch_id, size in rows:
            found[batch_id] = found.get(batch_id, 0) + (size or 0)
    return found


def _names(batch_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Run.objects.filter(trash__in=batch_ids, purged_at=None).order_by("pk")
    for batch_id, name in rows.values_list("trash_id", "display_name"):
        if len(found.setdefault(batch_id, [])) < NAMED:
            found[batch_id].append(name)
    return found


def _shown(batch: Any, stored_bytes: int, names: list[str]) -> TrashedRuns:
    return TrashedRuns(
        uid=batch.uid,
        deleted_at=batch.created_at,
        erased_at=batch.created_at + GRACE,
        deleted_by=Person.of(batch.deleted_by) if batch.deleted_by else None,
        run_count=batch.run_count,
        stored_bytes=stored_bytes,
        names=names,
    )
