"""What panels know of runs beyond their rows: config and summary values, and the fields of the run, by key."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.panels.keys import Key
from apps.projects.models import Project
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

    One query for each source and 500 runs; for more runs one for each project. Keys that no run has map to nothing.
    """
    found: dict[Key, dict[int, Any]] = {key: {} for key in keys}
    for section, source in _SOURCES.items():
        _read_values(found, [key for key in found if key.section == section], source, runs)
    for key in found:
        if key.section in ("run", "tags"):
            found[key] = _fields(key, runs)
    return found


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
    for some in _portions(rows, runs, wanted):
        for run_id, name, number, text, is_boolean in some:
            if run_id in wanted:
                for key in by_name[name]:
                    found[key][run_id] = (text == "true") if is_boolean else number if text is None else text


def _portions(rows: Any, runs: Sequence[Run], wanted: set[int]) -> Iterable[Any]:
    columns = ("run_id", "key", "number", "text", "is_boolean")
    if len(wanted) > _IN_ONE_QUERY:
        projects: set[Project] = {run.project for run in runs}
        yield rows.filter(project__in=projects).values_list(*columns).iterator(chunk_size=10_000)
    else:
        yield rows.filter(run_id__in=wanted).values_list(*columns)


def _fields(key: Key, runs: Sequence[Run]) -> dict[int, Any]:
    column = "tags" if key.section == "tags" else _FIELDS.get(key.name.replace("_", "").lower())
    if column is None:
        return {}
    if column in _LOADED:
        found = {run.pk: getattr(run, column) for run in runs}
    else:
        found = {}
        for start in range(0, len(runs), _IN_ONE_QUERY):
            some = [run.pk for run in runs[start : start + _IN_ONE_QUERY]]
            found |= dict(Run.objects.filter(pk__in=some).values_list("pk", column))
    return {pk: value.isoformat() if hasattr(value, "isoformat") else value for pk, value in found.items() if value}
