"""Runs of one project as a client lists them: whole rows, page by page, and facts of many runs with one query each."""

from collections.abc import Iterable, Sequence
from typing import Any

from apps.projects.models import Project
from apps.runs.filters import RunPage, filter_runs, run_page
from apps.runs.models import HistoryKey, Run, Stream
from apps.runs.querysets import RunQuerySet

HEAVY = ("config", "client_config", "summary", "metadata")
_NUMBERS_OF = ("run_id", "key", "type_counts", "monotonic", "last_value")


def runs_in(project: Project) -> RunQuerySet:
    return Run.objects.live().filter(project=project)


def listed_runs(
    project: Project,
    *,
    filters: str | None = None,
    order: str | None = None,
    after: str | None = None,
    first: int = 50,
    heavy: bool = False,
) -> RunPage:
    """Return a page of runs with people, pulse and digest loaded; config and summary only if `heavy`. One query."""
    runs = filter_runs(runs_in(project), filters).with_people().select_related("pulse", "digest")
    within = Run.objects.filter(project=project)
    page = run_page(runs if heavy else runs.defer(*HEAVY), order=order, after=after, first=first, within=within)
    for run in page.runs:
        run.project = project
    return page


def count_runs(project: Project, filters: str | None = None) -> int:
    return filter_runs(runs_in(project), filters).count()


def history_keys_of(runs: Sequence[Run]) -> dict[int, dict[str, Any]]:
    """Return run → what `history_keys` tells of it, from the catalogue alone: one query, a few seconds behind."""
    keys: dict[int, dict[str, Any]] = {}
    rows = HistoryKey.objects.filter(run__in=[run.pk for run in runs], stream=Stream.HISTORY).order_by("key")
    for run_id, key, type_counts, monotonic, last_value in rows.values_list(*_NUMBERS_OF):
        counts = [{"type": name, "count": count} for name, count in type_counts.items()]
        fact = {"typeCounts": counts, "monotonic": monotonic, "previousValue": last_value}
        keys.setdefault(run_id, {})[key] = fact
    return {run.pk: {"lastStep": run.digest.last_step, "keys": keys[run.pk]} for run in runs if run.pk in keys}


def last_events_of(runs: Iterable[Run]) -> dict[int, dict[str, Any]]:
    """Return run → its latest system metrics, from the catalogue alone: one query, a few seconds behind."""
    found: dict[int, dict[str, Any]] = {}
    rows = HistoryKey.objects.filter(run__in=[run.pk for run in runs], stream=Stream.EVENTS)
    for run_id, key, value in rows.values_list("run_id", "key", "last_value"):
        found.setdefault(run_id, {})[key] = value
    return found
