"""From a filter object to a condition on runs. Every condition is two-valued: what is missing is simply unequal."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from apps.core import json
from apps.core.errors import InvalidInput
from apps.runs.filters.patterns import check_pattern
from apps.runs.filters.targets import EVERYTHING, NOTHING, Target, target_of
from apps.runs.querysets import RunQuerySet

MAX_DEPTH = 20
MAX_CONDITIONS = 200
MAX_SECONDS = 10**10


def filter_runs(runs: RunQuerySet, filters: str | dict[str, Any] | None) -> RunQuerySet:
    """Return the runs that meet `filters`, an object or its JSON text; None and `{}` mean all.

    Comparing different types is false, not an error. Raises InvalidInput for an operator or key nobody knows; its
    `fields["place"]` is the path to it, such as `$and[1].config.lr.$gt`.
    """
    wanted = parse_filters(filters)
    return runs.filter(condition(wanted)) if wanted else runs


def parse_filters(filters: str | dict[str, Any] | None) -> dict[str, Any]:
    if isinstance(filters, str):
        try:
            filters = json.loads(filters) if filters.strip() else None
        except json.JSONError as error:
            raise _broken(f"The filter is not JSON. {error}") from None
    if filters is None:
        return {}
    if not isinstance(filters, dict):
        raise _refused("A filter is an object such as {“state”: “finished”}.")
    if json.depth(filters) > MAX_DEPTH:
        raise _refused(f"The filter is nested more than {MAX_DEPTH} deep.")
    if _size(filters) > MAX_CONDITIONS:
        raise _refused(f"The filter has more than {MAX_CONDITIONS} conditions.")
    return filters


def condition(filters: Any, place: str = "") -> Q:
    """Return the condition that all entries of one object make together; `place` is where it stands in the filter."""
    if filters is None:
        return EVERYTHING
    if not isinstance(filters, dict):
        raise _at(_refused("A filter is an object such as {“state”: “finished”}."), place)
    return _all([_placed(key, value, f"{place}.{key}" if place else key) for key, value in filters.items()])


def _placed(key: str, value: Any, place: str) -> Q:
    """Return the condition of one entry. A refusal that names no place yet gets this one."""
    try:
        return _entry(key, value, place)
    except InvalidInput as refusal:
        raise (refusal if "place" in refusal.fields else _at(refusal, place)) from None


def _entry(key: str, value: Any, place: str) -> Q:
    if key in _GROUPS:
        if not isinstance(value, list):
            raise _refused(f"“{key}” takes a list of filters.")
        return _GROUPS[key]([condition(item, f"{place}[{number}]") for number, item in enumerate(value)])
    if key == "$not":
        return ~condition(value, place)
    if key.startswith("$"):
        raise _refused(f"There is no operator “{key}”.", code="unknown_operator")
    return _on(target_of(key), key, value, place)


def _on(target: Target, key: str, value: Any, place: str) -> Q:
    if isinstance(value, dict) and any(name.startswith("$") for name in value):
        return _all([_operator(target, key, name, operand, f"{place}.{name}") for name, operand in value.items()])
    return _equal(target, value)


def _operator(target: Target, key: str, name: str, operand: Any, place: str) -> Q:
    if name == "$not":
        return ~_on(target, key, operand, place)
    if name not in _OPERATORS:
        known = ", ".join(sorted([*_OPERATORS, "$not", *_GROUPS]))
        sentence = f"There is no operator “{name}” (on “{key}”). Known are {known}."
        raise _at(_refused(sentence, code="unknown_operator"), place)
    try:
        return _OPERATORS[name](target, operand)
    except InvalidInput as refusal:
        raise _at(refusal, place) from None


def _equal(target: Target, value: Any) -> Q:
    return target.is_null() if value is None else target.equals([value])


def _one_of(target: Target, values: Any) -> Q:
    if not isinstance(values, list):
        raise _refused("“$in” and “$nin” take a list.")
    found = target.equals([value for value in values if value is not None])
    return found | target.is_null() if None in values else found


def _exists(target: Target, wanted: Any) -> Q:
    return target.is_present() if wanted else ~target.is_present()


def _matches(target: Target, pattern: Any) -> Q:
    if not isinstance(pattern, str):
        raise _refused("“$regex” takes a text.")
    return target.matches(check_pattern(pattern))


def _within(target: Target, seconds: Any) -> Q:
    """Whether an instant lies in the last seconds, reckoned when it is asked, so that a saved filter moves on."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MAX_SECONDS:
        raise _refused("“$within” takes a number of seconds.")
    return target.compares("gte", (now() - timedelta(seconds=seconds)).isoformat())


def _compare(name: str) -> Callable[[Target, Any], Q]:
    return lambda target, value: target.compares(name, value)


def _all(conditions: list[Q]) -> Q:
    result = EVERYTHING
    for item in conditions:
        result = item if result is EVERYTHING else result & item
    return result


def _any(conditions: list[Q]) -> Q:
    result = NOTHING
    for item in conditions:
        result = item if result is NOTHING else result | item
    return result


def _none(conditions: list[Q]) -> Q:
    return ~_any(conditions)


_GROUPS: dict[str, Callable[[list[Q]], Q]] = {"$and": _all, "$or": _any, "$nor": _none}
_OPERATORS: dict[str, Callable[[Target, Any], Q]] = {
    "$eq": _equal,
    "$ne": lambda target, value: ~_equal(target, value),
    "$gt": _compare("gt"),
    "$gte": _compare("gte"),
    "$lt": _compare("lt"),
    "$lte": _compare("lte"),
    "$in": _one_of,
    "$nin": lambda target, values: ~_one_of(target, values),
    "$exists": _exists,
    "$regex": _matches,
    "$within": _within,
}


def _size(filters: Any) -> int:
    """Return how many conditions an object holds; a list of plain values counts as one."""
    if isinstance(filters, dict):
        return sum(_size(value) for value in filters.values())
    if isinstance(filters, list) and any(isinstance(item, dict) for item in filters):
        return sum(_size(item) for item in filters)
    return 1


def _refused(sentence: str, code: str = "bad_filter") -> InvalidInput:
    return InvalidInput(sentence, code=code, fields={"filters": sentence})


def _broken(sentence: str) -> InvalidInput:
    """Refuse what is no JSON; its place is the number of the first character that cannot be read, from 0."""
    found = re.search(r"\(char (\d+)\)", sentence)
    refusal = _refused(sentence)
    return _at(refusal, found[1]) if found else refusal


def _at(refusal: InvalidInput, place: str) -> InvalidInput:
    """Say where in the filter the trouble is."""
    refusal.fields = {"filters": str(refusal), **refusal.fields, "place": place}
    return refusal
