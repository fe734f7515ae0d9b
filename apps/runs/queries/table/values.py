"""The values of columns for some runs: one query for the runs, one per place where values are kept."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import now

from apps.core import json
from apps.runs.models import ACTIVE, HistoryKey, Run, RunValue, Stream
from apps.runs.queries.table.columns import SOURCES, Column, ColumnKey
from apps.runs.values import leaf

_ALWAYS = ("pk", "uid", "name", "display_name", "state", "slot", "project_id")
_READS: dict[str, tuple[str, ...]] = {  # what a run's own column is read from
    "createdAt": ("created_at",),
    "heartbeatAt": ("pulse__last_seen_at",),
    "duration": ("started_at", "finished_at", "pulse__last_seen_at"),
    "username": ("owner__username",),
    "group": ("group",),
    "jobType": ("job_type",),
    "tags": ("tags",),
    "notes": ("notes",),
    "host": ("host",),
    "sweep": ("sweep_name",),
    "commit": ("commit",),
    "displayName": ("display_name",),
    "name": ("name",),
    "state": ("state",),
}
MOST_PER_RUN = 1000  # a limit also keeps PostgreSQL from looking at all runs together
_EACH_RUN = "SELECT found.* FROM unnest(%%s::bigint[]) AS wanted (id), LATERAL (%s) AS found"
Row = dict[str, Any]
Place = tuple[Any, ...]


def loaded_rows(ids: Sequence[int], keys: Sequence[ColumnKey]) -> list[Row]:
    """Return runs in the order of their ids, with what their own columns are read from. One query.

    Path not taken: models with people, pulse and project joined, which cost more than the rest of a page.
    """
    fields = {*_ALWAYS, *(name for key in keys if key.section == "run" for name in _READS[key.name])}
    found = {row["pk"]: row for row in Run.objects.filter(pk__in=ids).values(*fields)} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def columns_of(rows: Sequence[Row], keys: Sequence[ColumnKey]) -> list[Column]:
    """Return one column per key, a value per row. Two queries at most."""
    ids = [row["pk"] for row in rows]
    kept = _kept_values(ids, [key for key in keys if key.section in SOURCES])
    facts = _facts(ids, [key for key in keys if key.section == "metric"])
    return [Column(key, _values(key, rows, kept, facts)) for key in keys]


def _values(
    key: ColumnKey,
    rows: Sequence[Row],
    kept: dict[tuple[int, int, str], Any],
    facts: dict[tuple[int, str], Row],
) -> list[Any]:
    if key.section == "run":
        return [_own(row, key.name) for row in rows]
    if key.section == "metric":
        return [_fact(facts.get((row["pk"], key.name)), key) for row in rows]
    return [kept.get((row["pk"], SOURCES[key.section].value, key.path)) for row in rows]


def _own(row: Row, name: str) -> Any:
    if name == "duration":
        return _seconds(row)
    value = row[_READS[name][0]]
    return None if value == "" else value


def _seconds(row: Row) -> float | None:
    """Return how long a run has taken: until now where it is active."""
    if row["started_at"] is None:
        return None
    end = now() if row["state"] in ACTIVE else row["finished_at"] or row["pulse__last_seen_at"]
    return max(0.0, (end - row["started_at"]).total_seconds()) if end else None


def _kept_values(ids: Sequence[int], keys: Sequence[ColumnKey]) -> dict[tuple[int, int, str], Any]:
    if not keys or not ids:
        return {}
    sources = {SOURCES[key.section] for key in keys}
    rows = RunValue.objects.filter(source__in=sources, key__in={key.path for key in keys})
    fields = ("run_id", "source", "key", "number", "text", "is_boolean")
    return {
        (run_id, source, key): text == "true" if is_boolean else text if number is None else number
        for run_id, source, key, number, text, is_boolean in _of_runs(rows, ids, fields)
    }


def _facts(ids: Sequence[int], keys: Sequence[ColumnKey]) -> dict[tuple[int, str], Row]:
    if not keys or not ids:
        return {}
    facts = sorted({key.field for key in keys})
    fields = ("run_id", "key", *facts, *(("last_value",) if "last" in facts else ()))
    rows = HistoryKey.objects.filter(stream=Stream.HISTORY, key__in={key.name for key in keys})
    return {(row[0], row[1]): dict(zip(fields, row, strict=True)) for row in _of_runs(rows, ids, fields)}


def _of_runs(rows: "QuerySet[Any]", ids: Sequence[int], fields: Sequence[str]) -> list[Place]:
    """Return fields of the rows of some runs. One query.

    PostgreSQL looks runs up one after another, each in its own partition; with `run_id IN (…)` it looks for every run
    in all sixteen (14 ms against 3).
    """
    if connection.vendor != "postgresql":
        return list(rows.filter(run_id__in=ids).values_list(*fields))
    each = rows.extra(where=["run_id = wanted.id"]).order_by().values_list(*fields)[:MOST_PER_RUN]
    sql, params = each.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_EACH_RUN % sql, [list(ids), *params])
        return list(cursor.fetchall())


def _fact(row: Row | None, key: ColumnKey) -> Any:
    """Return a fact. A last value that is no finite number is shown as it is: NaN, a text, the kind of a medium."""
    if row is None:
        return None
    value = row[key.field]
    return shown(_decoded(row["last_value"])) if value is None and key.field == "last" else value


def _decoded(value: Any) -> Any:
    """Read what a cursor left as JSON text."""
    return json.unmark(json.loads(value)) if isinstance(value, str) and connection.vendor == "postgresql" else value


def shown(value: Any) -> Any:
    """Return a value as a cell shows it: numbers and short texts as they are, media by their kind, the rest as JSON."""
    if isinstance(value, dict) and "_type" in value:
        return str(value["_type"])
    if value is None or isinstance(value, bool | int | float):
        return value
    return leaf("", value).text
