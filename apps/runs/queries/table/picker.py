"""Which columns a table can show: a run's own, then what the runs of the projects log and say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from apps.projects.models import Project
from apps.runs.headlines import goal_of
from apps.runs.models import HistoryKey, RunValue, Stream
from apps.runs.queries.project_keys import metric_definitions, project_keys
from apps.runs.queries.table.columns import RUN_COLUMNS, SOURCES, ColumnKey

MAX_CHOICES = 200
MOST_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that can be shown. `run_count` is None for a run's own columns, which all have."""

    key: ColumnKey
    types: tuple[str, ...]
    run_count: int | None


@dataclass(frozen=True, slots=True)
class ColumnChoices:
    """Up to MAX_CHOICES columns, and how many match."""

    total: int
    choices: list[ColumnChoice]


def column_choices(projects: Sequence[Project], *, search: str = "", limit: int = MAX_CHOICES) -> ColumnChoices:
    """Return the columns in whose names every word of `search` stands; metrics first, then config, then summary.

    A summary value is left out where a metric of that name tells more. Three queries per project and three more.
    """
    words = search.lower().split()
    found = [each for each in _all(projects) if all(word in _searched(each.key) for word in words)]
    some = found[: min(limit, MAX_CHOICES)]
    return ColumnChoices(len(found), _counted(projects, some))


def _searched(key: ColumnKey) -> str:
    return f"{key.section}:{key.name} {key.label}".lower()


def _all(projects: Sequence[Project]) -> list[ColumnChoice]:
    own = [ColumnChoice(ColumnKey("run", name), (kind,), None) for name, (_, kind) in RUN_COLUMNS.items()]
    metrics: dict[str, ColumnChoice] = {}
    values: dict[tuple[str, str], ColumnChoice] = {}
    for project in projects:
        definitions = metric_definitions(project)
        for each in project_keys(project):
            key = ColumnKey("metric", each.key, "last", goal_of(each.key, definitions))
            metrics.setdefault(each.key, ColumnChoice(key, each.types, 0))
        for section, source in SOURCES.items():
            for name in _value_keys(project, source):
                values.setdefault((section, name), ColumnChoice(ColumnKey(section, name), (), 0))
    kept = [each for (section, name), each in sorted(values.items()) if section == "config" or name not in metrics]
    return [*own, *(metrics[name] for name in sorted(metrics)), *(each for each in kept if _is_theirs(each.key))]


def _is_theirs(key: ColumnKey) -> bool:
    """The client's own keys are offered to nobody who does not know them."""
    return not key.name.startswith("_")


def _value_keys(project: Project, source: int) -> list[str]:
    """Hop from key to key in the index, so that the cost follows the keys and not the runs."""
    with connection.cursor() as cursor:
        cursor.execute(_HOPS, [project.pk, source, project.pk, source, MOST_KEYS])
        return [key for (key,) in cursor.fetchall()]


def _counted(projects: Sequence[Project], choices: Iterable[ColumnChoice]) -> list[ColumnChoice]:
    chosen, counts = list(choices), dict[tuple[str, str], int]()
    ids = [project.pk for project in projects]
    names = {each.key.name for each in chosen if each.key.section == "metric"}
    if names:
        rows = HistoryKey.objects.filter(project__in=ids, key__in=names, stream=Stream.HISTORY, run__deleted_at=None)
        counts |= {("metric", key): count for key, count in rows.values_list("key").annotate(runs=Count("run_id"))}
    for section, source in SOURCES.items():
        names = {each.key.name for each in chosen if each.key.section == section}
        if names:
            values = RunValue.objects.filter(project__in=ids, source=source, key__in=names, run__deleted_at=None)
            told = values.values_list("key").annotate(runs=Count("run_id"))
            counts |= {(section, key): count for key, count in told}
    return [
        each
        if each.run_count is None
        else ColumnChoice(each.key, each.types, counts.get((each.key.section, each.key.name), 0))
        for each in chosen
    ]


_HOPS = """
WITH RECURSIVE hops(key) AS (
    SELECT first.key FROM (
        SELECT key FROM runs_runvalue WHERE project_id = %s AND source = %s ORDER BY key LIMIT 1
    ) AS first
    UNION ALL
    SELECT (SELECT next.key FROM runs_runvalue AS next
            WHERE next.project_id = %s AND next.source = %s AND next.key > hops.key ORDER BY next.key LIMIT 1)
    FROM hops WHERE hops.key IS NOT NULL
)
SELECT hops.key FROM hops WHERE hops.key IS NOT NULL LIMIT %s
"""
