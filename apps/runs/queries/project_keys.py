"""Which keys the runs of a project log: what pickers offer and automatic panels draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count

from apps.core import json
from apps.core.chunks import chunks
from apps.projects.models import Project
from apps.runs.models import HistoryKey, Run, RunValue, Stream

MOST_KEYS = 20_000
_SAMPLED = 500  # newest runs, whose configs stand for all


@dataclass(frozen=True, slots=True)
class ProjectKey:
    """One key of a history. `types` are those of one run that logs it; `run_count` is None where nobody asked."""

    key: str
    types: tuple[str, ...]
    run_count: int | None = None


def project_keys(project: Project, stream: int = Stream.HISTORY) -> list[ProjectKey]:
    """Return the keys of all live runs by name, without the client's own. One query.

    It hops from key to key in the index, so that its cost follows the keys, not the runs.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOPS, [project.pk, project.pk, project.pk, stream, MOST_KEYS])
        rows = cursor.fetchall()
    found = [(key, _types(types)) for key, types in rows if types is not None and not key.startswith("_")]
    return [ProjectKey(key, types) for key, types in sorted(found)]


def config_keys(project: Project) -> list[ProjectKey]:
    """Return the keys that the configs of the newest runs hold, by name. Two queries."""
    newest = Run.objects.live().filter(project=project).order_by("-created_at").values_list("pk", flat=True)
    rows = RunValue.objects.filter(run_id__in=list(newest[:_SAMPLED]), source=RunValue.Source.CONFIG)
    return [ProjectKey(key, ()) for key in rows.order_by("key").values_list("key", flat=True).distinct()[:MOST_KEYS]]


def with_run_counts(project: Project, keys: Sequence[ProjectKey]) -> list[ProjectKey]:
    """Return keys with the number of live runs that log each. One query for each 500 keys."""
    counts: dict[str, int] = {}
    for names in chunks([each.key for each in keys]):
        rows = HistoryKey.objects.filter(project=project, key__in=names, run__deleted_at=None)
        counts |= dict(rows.values_list("key").annotate(runs=Count("run", distinct=True)))
    return [ProjectKey(each.key, each.types, counts.get(each.key, 0)) for each in keys]


def metric_definitions(project: Project) -> list[dict[str, Any]]:
    """Return the metric definitions of the newest run that has some (`_wandb.m`: 1 name, 2 pattern, 5 step …)."""
    live = Run.objects.live().filter(project=project).order_by("-created_at", "-pk")
    for config in live.values_list("client_config", flat=True)[:20]:
        defined = config.get("m") if isinstance(config, dict) else None
        if isinstance(defined, list) and defined:
            return [each for each in defined if isinstance(each, dict)]
    return []


def _types(raw: Any) -> tuple[str, ...]:
    counts = json.loads(raw) if isinstance(raw, (str, bytes)) else raw
    return tuple(sorted(counts, key=lambda name: (-counts[name], name))) if isinstance(counts, dict) else ()


_HOPS = """
WITH RECURSIVE hops(key) AS (
    SELECT first.key FROM (SELECT key FROM runs_historykey WHERE project_id = %s ORDER BY key LIMIT 1) AS first
    UNION ALL
    SELECT (SELECT next.key FROM runs_historykey AS next
            WHERE next.project_id = %s AND next.key > hops.key ORDER BY next.key LIMIT 1)
    FROM hops WHERE hops.key IS NOT NULL
)
SELECT hops.key, (
    SELECT one.type_counts FROM runs_historykey AS one JOIN runs_run ON runs_run.id = one.run_id
    WHERE one.project_id = %s AND one.key = hops.key AND one.stream = %s AND runs_run.deleted_at IS NULL LIMIT 1
)
FROM hops WHERE hops.key IS NOT NULL LIMIT %s
"""
