"""Groups of runs by one column, with counts, states and aggregates. Deeper levels: the same within a group's filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Case, Count, Exists, F, Max, Min, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, NullIf

from apps.core.errors import InvalidInput
from apps.runs.filters.targets import Duration
from apps.runs.models import HistoryKey, RunValue, Stream
from apps.runs.queries.table.columns import SOURCES, ColumnKey, column_key, column_keys, order_keys
from apps.runs.queries.table.selection import Selection

MAX_GROUPS = 500
_OWN = {
    "displayName": "display_name",
    "name": "name",
    "state": "state",
    "username": "owner__username",
    "group": "group",
    "jobType": "job_type",
    "host": "host",
    "sweep": "sweep_name",
    "commit": "commit",
}
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One column over a group. `min`, `max` and `mean` are of numbers, `count` and `distinct` of all values."""

    count: int = 0
    distinct: int = 0
    min: Any = None
    max: Any = None
    mean: Any = None


@dataclass(frozen=True, slots=True)
class RunGroup:
    """Runs that share a value; None for those that have none. `filters` narrows a selection to them."""

    value: Any
    filters: dict[str, Any]
    count: int
    states: dict[str, int]
    aggregates: dict[str, Aggregate] = field(default_factory=dict)  # by name of the column


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Some groups of an ordered list, and how many there are."""

    by: ColumnKey
    offset: int
    total: int
    groups: list[RunGroup]
    columns: list[ColumnKey]


def table_groups(
    selection: Selection,
    *,
    by: str,
    columns: Sequence[str] = (),
    order: Sequence[str] = (),
    offset: int = 0,
    limit: int = 100,
) -> GroupPage:
    """Return groups, the largest first; ordered by the grouped column or by the best of another one where asked.

    Aggregates are over all matching runs of a group. Four queries, whatever the number of groups and columns.
    """
    if not 0 <= limit <= MAX_GROUPS or offset < 0:
        raise InvalidInput(f"A page has up to {MAX_GROUPS} groups.", code="bad_page")
    definitions = selection.definitions_for([*columns, *order])
    key, shown = column_key(by), column_keys(columns, definitions)
    ordered = order_keys(order[:1], definitions)
    groups = _counted(selection, key)
    aggregates = _aggregates(selection, key, [*shown, *(each for each, _ in ordered if each not in shown)])
    found = [_group(key, place, states, aggregates) for place, states in groups.items()]
    _sort(found, key, ordered)
    return GroupPage(key, offset, len(found), found[offset : offset + limit], shown)


def _group(
    key: ColumnKey, place: Place, states: dict[str, int], aggregates: dict[str, dict[Place, Aggregate]]
) -> RunGroup:
    value = _value(place)
    told = {name: by_place.get(place, Aggregate()) for name, by_place in aggregates.items()}
    return RunGroup(value, {str(key): value}, sum(states.values()), states, told)


def _sort(groups: list[RunGroup], key: ColumnKey, ordered: Sequence[tuple[ColumnKey, bool]]) -> None:
    """Sort in place; groups without the value come last, ties by size and then by value."""
    groups.sort(key=lambda group: _rank(group.value))
    groups.sort(key=lambda group: -group.count)
    for column, descends in ordered:
        if column == key:
            groups.sort(key=lambda group: _rank(group.value), reverse=descends)
            groups.sort(key=lambda group: group.value is None)
        else:
            name, end = str(column), "max" if descends else "min"
            groups.sort(key=lambda group: getattr(group.aggregates[name], end) is None)
            present = [group for group in groups if getattr(group.aggregates[name], end) is not None]
            present.sort(key=lambda group: getattr(group.aggregates[name], end), reverse=descends)
            groups[: len(present)] = present


def _rank(value: Any) -> tuple[int, float, str]:
    if value is None:
        return (3, 0.0, "")
    if isinstance(value, bool):
        return (1, float(value), "")
    return (0, float(value), "") if isinstance(value, int | float) else (2, 0.0, str(value))


def _terms(key: ColumnKey, run: str) -> dict[str, Combinable]:
    """Return what makes runs fall into one group: a number, or a text marked by what it is. `run` leads to the run."""
    if key.section == "run" and key.name in _OWN:
        path = f"{run}__{_OWN[key.name]}" if run else _OWN[key.name]
        return {"term_text": NullIf(F(path), Value(""))}
    if key.section not in SOURCES:
        known = ", ".join([*(f"run:{name}" for name in _OWN), "config:<key>", "summary:<key>"])
        sentence = f"Runs are not grouped by “{key}”. Known are {known}."
        raise InvalidInput(sentence, code="bad_group", fields={"group": sentence})
    outer = OuterRef("run_id" if run else "pk")
    rows = RunValue.objects.filter(run=outer, source=SOURCES[key.section], key=key.path)
    text = Concat(Case(When(is_boolean=True, then=Value("b")), default=Value("t")), F("text"))
    return {
        "term_number": Subquery(rows.values("number")[:1]),
        "term_text": Subquery(rows.filter(text__isnull=False).annotate(marked=text).values("marked")[:1]),
    }


def _value(place: Place) -> Any:
    *numbers, text = place
    if not numbers:
        return text
    if numbers[0] is not None or text is None:
        return numbers[0]
    return text == "btrue" if text.startswith("b") else text[1:]


def _counted(selection: Selection, key: ColumnKey) -> dict[Place, dict[str, int]]:
    terms = _terms(key, "")
    rows = selection.runs().order_by().annotate(**terms).values_list(*terms, "state").annotate(total=Count("pk"))
    found: dict[Place, dict[str, int]] = {}
    for *place, state, total in rows:
        found.setdefault(tuple(place), {})[state] = total
    return found


def _aggregates(
    selection: Selection, key: ColumnKey, columns: Sequence[ColumnKey]
) -> dict[str, dict[Place, Aggregate]]:
    """Return column → group → aggregate."""
    return {
        **_of_metrics(selection, key, [each for each in columns if each.section == "metric"]),
        **_of_values(selection, key, [each for each in columns if each.section in SOURCES]),
        **_of_runs(selection, key, [each for each in columns if each.section == "run"]),
    }


def _of_metrics(
    selection: Selection, key: ColumnKey, columns: Sequence[ColumnKey]
) -> dict[str, dict[Place, Aggregate]]:
    if not columns:
        return {}
    rows = HistoryKey.objects.filter(
        project__in=selection.project_ids, key__in={each.name for each in columns}, stream=Stream.HISTORY
    )
    found = _grouped(rows, selection, key, {f"of_{name}": F(name) for name in {each.field for each in columns}})
    return {
        str(each): {
            place: _aggregate(row, f"of_{each.field}") for (name, place), row in found.items() if name == (each.name,)
        }
        for each in columns
    }


def _of_values(selection: Selection, key: ColumnKey, columns: Sequence[ColumnKey]) -> dict[str, dict[Place, Aggregate]]:
    if not columns:
        return {}
    rows = RunValue.objects.filter(project__in=selection.project_ids, key__in={each.path for each in columns})
    found = _grouped(rows, selection, key, {"of_number": F("number")}, "source", texts="text")
    return {
        str(each): {
            place: _aggregate(row, "of_number", texts="of_texts")
            for (name, place), row in found.items()
            if name == (each.path, SOURCES[each.section])
        }
        for each in columns
    }


def _grouped(
    rows: "QuerySet[Any]",
    selection: Selection,
    key: ColumnKey,
    numbers: Mapping[str, Combinable],
    *more: str,
    texts: str = "",
) -> dict[tuple[Place, Place], dict[str, Any]]:
    """Return (key and `more`, group) → the aggregates of the rows of matching runs. One query."""
    terms, names = _terms(key, "run"), ("key", *more)
    matching = rows.filter(Exists(selection.runs().filter(pk=OuterRef("run_id")))).annotate(**terms, **numbers)
    wanted = _wanted(numbers)
    if texts:
        wanted |= {"of_texts_count": Count(texts), "of_texts_distinct": Count(texts, distinct=True)}
    told = matching.order_by().values(*names, *terms).annotate(**wanted)
    return {(tuple(row[name] for name in names), tuple(row[term] for term in terms)): row for row in told}


def _wanted(numbers: Mapping[str, Combinable]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for name in numbers:
        wanted[f"{name}_count"] = Count(name)
        wanted[f"{name}_distinct"] = Count(name, distinct=True)
        wanted[f"{name}_min"], wanted[f"{name}_max"], wanted[f"{name}_mean"] = Min(name), Max(name), Avg(name)
    return wanted


def _aggregate(row: Mapping[str, Any], name: str, texts: str = "") -> Aggregate:
    count, distinct = row[f"{name}_count"], row[f"{name}_distinct"]
    if texts:
        count, distinct = count + row[f"{texts}_count"], distinct + row[f"{texts}_distinct"]
    return Aggregate(count, distinct, row[f"{name}_min"], row[f"{name}_max"], row[f"{name}_mean"])


def _of_runs(selection: Selection, key: ColumnKey, columns: Sequence[ColumnKey]) -> dict[str, dict[Place, Aggregate]]:
    """Aggregate own columns: how long runs took, when they began, how many people, hosts and so on there are."""
    terms, wanted = _terms(key, ""), {name: each for column in columns for name, each in _own(column).items()}
    if not wanted:
        return {}
    runs = selection.runs().order_by().annotate(**terms, run_length=Duration().length)
    found: dict[str, dict[Place, Aggregate]] = {str(each): {} for each in columns}
    for row in runs.values(*terms).annotate(**wanted):
        place = tuple(row[term] for term in terms)
        for column in columns:
            found[str(column)][place] = _own_aggregate(column, row)
    return found


def _own(column: ColumnKey) -> dict[str, Any]:
    name = f"own_{column.name}"
    if column.name in {"duration", "createdAt"}:
        path = "run_length" if column.name == "duration" else "created_at"
        ends = {f"{name}_min": Min(path), f"{name}_max": Max(path)}
        return ends | ({f"{name}_mean": Avg(path)} if column.name == "duration" else {})
    return {f"{name}_distinct": Count(_OWN[column.name], distinct=True)} if column.name in _OWN else {}


def _own_aggregate(column: ColumnKey, row: Mapping[str, Any]) -> Aggregate:
    name = f"own_{column.name}"
    told = {part: row.get(f"{name}_{part}") for part in ("min", "max", "mean")}
    if column.name == "duration":
        told = {part: value.total_seconds() if value is not None else None for part, value in told.items()}
    return Aggregate(0, row.get(f"{name}_distinct") or 0, **told)
