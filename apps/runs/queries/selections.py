"""Which runs somebody chose for a bulk action: by name, or as "all that match", also those a page has not loaded."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from apps.core.chunks import chunks
from apps.core.errors import InvalidInput, NotFound
from apps.projects.models import Project
from apps.runs.models import HistoryKey, Run, RunFile
from apps.runs.queries.table.selection import select_runs

MAX_UIDS = 10_000  # named one by one; a filter has no limit


@dataclass(frozen=True)
class RunSelection:
    """Runs of one project whose door has been passed.

    Those of `uids`; or, where that is None, all that meet `filters` and hold all `words`; but for those in `without`.
    """

    project: Project
    uids: tuple[str, ...] | None = None
    filters: str | dict[str, Any] | None = None
    words: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stored:
    """What hangs on some runs."""

    run_count: int
    metric_count: int  # distinct keys
    file_count: int
    file_bytes: int


def chosen_ids(selection: RunSelection) -> list[int]:
    """Return the ids of the live runs that are chosen, rising. Raises NotFound if a named one is not of the project.

    A named run that is in the trash, or has left the project, is passed over: a repeated request changes nothing.
    """
    if selection.uids is None:
        return _matching(selection)
    if len(selection.uids) > MAX_UIDS:
        sentence = f"At most {MAX_UIDS:,} runs are named at a time. Choose them by a filter."
        raise InvalidInput(sentence, code="too_many", fields={"uids": sentence})
    uids = sorted(set(selection.uids).difference(selection.without))
    known: dict[str, int | None] = {}
    for some in chunks(uids):
        rows = Run.objects.filter(project=selection.project, uid__in=some)
        known |= {uid: None if gone else pk for uid, pk, gone in rows.values_list("uid", "pk", "deleted_at")}
    _check_known(selection, [uid for uid in uids if uid not in known])
    return sorted(pk for pk in known.values() if pk is not None)


def _matching(selection: RunSelection) -> list[int]:
    runs = select_runs([selection.project], selection.filters, selection.words).runs()
    without = set(selection.without)
    return [pk for pk, uid in runs.order_by("pk").values_list("pk", "uid") if uid not in without]


def _check_known(selection: RunSelection, unknown: list[str]) -> None:
    left: set[str] = set()
    for some in chunks(unknown):
        rows = Run.objects.filter(uid__in=some, redirects__project=selection.project)
        left.update(rows.values_list("uid", flat=True))
    if missing := [uid for uid in unknown if uid not in left]:
        shown = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
        raise NotFound(f"There is no run {shown} in this project, or you may not see it.", code="unknown_run")


def stored_of(run_ids: list[int]) -> Stored:
    """Say what hangs on runs: two queries for each 500 of them."""
    keys: set[str] = set()
    file_count = file_bytes = 0
    for some in chunks(run_ids):
        metrics = HistoryKey.objects.filter(run_id__in=some, count__gt=0).exclude(key__startswith="_").order_by()
        keys.update(metrics.values_list("key", flat=True).distinct())
        files = RunFile.objects.filter(run_id__in=some, blob__isnull=False)
        found = files.aggregate(count=Count("pk"), size=Coalesce(Sum("blob__size"), 0))
        file_count, file_bytes = file_count + found["count"], file_bytes + found["size"]
    return Stored(len(run_ids), len(keys), file_count, file_bytes)
