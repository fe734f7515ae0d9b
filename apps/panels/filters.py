"""Filters of run sets in the language of apps.runs.filters. Form 2 is a flat list with connectors; the form before it
a tree of OR and AND (protocols/wandb-reports.md 6)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from apps.core.errors import InvalidInput
from apps.panels.keys import parse_key

_OPERATORS = {"=": "$eq", "!=": "$ne", "<=": "$lte", ">=": "$gte", "<": "$lt", ">": "$gt", "IN": "$in", "NIN": "$nin"}
_PATTERNS = {"REGEX", "~", "MATCHES"}


def mongo_of(raw: Any) -> dict[str, Any]:
    """Return the filter object of a run set's `filters`; `{}` for none. Raises InvalidInput naming the condition."""
    if not raw:
        return {}
    if isinstance(raw, Mapping) and raw.get("filterFormat") == "filterV2":
        entries = raw.get("filters") or []
        if isinstance(entries, list):
            return _flat(entries, "filters")
    if isinstance(raw, Mapping) and "op" in raw:
        return _tree(raw, "filters")
    if isinstance(raw, list):
        return _flat(raw, "filters")
    raise InvalidInput("The filters of a run set are a list of conditions.", code="bad_filter")


def _flat(entries: list[Any], place: str) -> dict[str, Any]:
    """AND binds tighter than OR; switched-off conditions count as absent."""
    alternatives: list[list[dict[str, Any]]] = [[]]
    for number, entry in enumerate(entries):
        here = f"{place}[{number}]"
        if not isinstance(entry, Mapping):
            raise _refused(here, "is no condition")
        condition = _entry(entry, here)
        if condition is None:
            continue
        if entry.get("connector") == "OR" and alternatives[-1]:
            alternatives.append([])
        alternatives[-1].append(condition)
    found = [_joined("$and", part) for part in alternatives if part]
    return _joined("$or", found) if found else {}


def _entry(entry: Mapping[str, Any], place: str) -> dict[str, Any] | None:
    if "filters" in entry and "key" not in entry:
        return _flat(entry["filters"] or [], f"{place}.filters") or None
    return None if entry.get("disabled") else _leaf(entry, place)


def _tree(node: Mapping[str, Any], place: str) -> dict[str, Any]:
    if "filters" in node:
        inner = [
            found
            for number, child in enumerate(node["filters"] or [])
            if isinstance(child, Mapping) and (found := _tree(child, f"{place}.filters[{number}]"))
        ]
        return _joined("$or" if node.get("op") == "OR" else "$and", inner) if inner else {}
    return {} if node.get("disabled") else _leaf(node, place)


def _leaf(leaf: Mapping[str, Any], place: str) -> dict[str, Any]:
    operator, value = str(leaf.get("op") or "="), leaf.get("value")
    target = parse_key(leaf.get("key")).target
    if operator == "WITHINSECONDS":
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 10**10:
            raise _refused(place, "takes a number of seconds")
        return {target: {"$gte": (now() - timedelta(seconds=value)).isoformat()}}
    if operator in _PATTERNS:
        return {target: {"$regex": str(value or "")}}
    if operator not in _OPERATORS:
        raise _refused(place, f"has the operator “{operator}”; known are {', '.join([*_OPERATORS, 'WITHINSECONDS'])}")
    if _OPERATORS[operator] in {"$in", "$nin"} and not isinstance(value, list):
        value = [value]
    return {target: {_OPERATORS[operator]: value}}


def _joined(word: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return parts[0] if len(parts) == 1 else {word: parts}


def _refused(place: str, what: str) -> InvalidInput:
    sentence = f"The condition at {place} {what}."
    return InvalidInput(sentence, code="bad_filter", fields={place: sentence})
