"""What panels know of runs beyond their rows: config and summary values, and the fields of the run, by key."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from apps.panels.keys import Key
from apps.runs.models import Run, RunValue

_SOURCES = {"config": RunValue.Source.CONFIG, "summary": RunValue.Source.SUMMARY}
_FIELDS = {
    "id": "name",
    "name": "name",
    "displayname": "display_name",
    "state": "state",
    "group": "group",
    "jobtype": "job_type",
    "createdat": "created_at",
    "username": "owner__username",
    "user": "owner__username",
    "sweep": "sweep_name",
    "host": "host",
    "hostname": "host",
    "commit": "commit",
    "program": "program",
    "notes": "notes",
}
_LOADED = {"name", "display_name", "state", "group", "job_type", "created_at"}  # of every resolved run
_IN_ONE_QUERY = 500

Facts = Mapping[Key, Mapping[int, Any]]  # key → run's primary key → value; runs without one are left out


def facts_of(runs: Sequence[Run], keys: Iterable[Key]) -> Facts:
    """Return the values of keys: numbers, texts or booleans; lists and media as their JSON text, tags as a list.

    One query for each source and each field that runs were not loaded with. Keys that no run has map to nothing.
    """
    found: dict[Key, dict[int, Any]] = {key: {} for key in keys}
    for section, source in _SOURCES.items():
        _read_values(found, [key for key in found if key.section == section], source, runs)
    for key in found:
        if key.section in ("run", "tags"):
            found[key] = _fields(key, runs)
    return found


def rows_of(rows: QuerySet[Any], runs: Sequence[Run], *, by: str = "run_id") -> QuerySet[Any]:
    """Return the rows of some runs; of more than a few those of their projects, of which readers skip the others."""
    if len(runs) <= _IN_ONE_QUERY:
        return rows.filter(**{f"{by}__in": [run.pk for run in runs]})
    return rows.filter(project_id__in={run.project_id for run in runs})


def shown(value: Any) -> str:
    """Write a value as legends and groups show it: `4`, `0.1`, `true`, `vit`; `–` for none."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(each) for each in value) or "–"
    return str(value)


def _read_values(found: dict[Key, dict[int, Any]], keys: list[Key], source: int, runs: Sequence[Run]) -> None:
    if not keys or not runs:
        return
    by_name: dict[str, list[Key]] = {}
    for key in keys:
        by_name.setdefault(key.name, []).append(key)
    wanted = {run.pk for run in runs}
    rows = RunValue.objects.filter(source=source, key__in=list(by_name))
    columns = ("run_id", "key", "number", "text", "is_boolean")
    for run_id, name, number, text, is_boolean in rows_of(rows, runs).values_list(*columns).iterator(chunk_size=10_000):
        if run_id in wanted:
            for key in by_name[name]:
                found[key][run_id] = (text == "true") if is_boolean else number if text is None else text


def _fields(key: Key, runs: Sequence[Run]) -> dict[int, Any]:
    column = "tags" if key.section == "tags" else _FIELDS.get(key.name.replace("_", "").lower())
    if column is None:
        return {}
    if column in _LOADED:
        found = {run.pk: getattr(run, column) for run in runs}
    else:
        wanted = {run.pk for run in runs}
        rows = rows_of(Run.objects.all(), runs, by="pk").values_list("pk", column)
        found = {pk: value for pk, value in rows if pk in wanted}
    return {pk: value.isoformat() if hasattr(value, "isoformat") else value for pk, value in found.items() if value}
