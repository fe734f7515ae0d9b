"""What is looked for in a list of runs, as its address carries it: `?q=&state=&order=&filters=&after=`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from apps.core import json
from apps.runs.filters.grammar import parse_filters
from apps.runs.models import RunState

MAX_WORDS = 8
SEARCHED = ("displayName", "name", "tags", "group", "commit", "username")
OPERATORS = {
    "is": "$eq",
    "is not": "$ne",
    ">": "$gt",
    "≥": "$gte",
    "<": "$lt",
    "≤": "$lte",
    "contains": "$regex",
}
_SIGNS = {operator: word for word, operator in OPERATORS.items()}


@dataclass(frozen=True)
class Condition:
    """One condition of a filter, as an entry of the filter language."""

    entry: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """Say it: `config.lr > 0.01`. What has no such form is shown as it is written."""
        if len(self.entry) != 1:
            return json.dumps_text(dict(self.entry))
        key, value = next(iter(self.entry.items()))
        if key.startswith("$"):
            return json.dumps_text(dict(self.entry))
        if not isinstance(value, dict):
            return f"{key} is {_written(value)}"
        if len(value) == 1 and (operator := next(iter(value))) in _SIGNS:
            operand = value[operator]
            shown = _unescaped(operand) if operator == "$regex" else _written(operand)
            return f"{key} {_SIGNS[operator]} {shown}"
        return f"{key} {json.dumps_text(value)}"


@dataclass(frozen=True)
class RunSearch:
    """Words, one state, an order, conditions, and after which run to go on."""

    words: str = ""
    state: str = ""
    order: str = ""
    conditions: tuple[Condition, ...] = ()
    after: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.state or self.conditions)

    @property
    def states(self) -> list[str]:
        return [self.state] if self.state else []

    def filters(self) -> dict[str, Any]:
        """Return words and conditions in the filter language: every word in one of SEARCHED, every condition."""
        entries: list[Any] = [dict(condition.entry) for condition in self.conditions]
        for word in self.words.split()[:MAX_WORDS]:
            pattern = {"$regex": f"(?i){re.escape(word)}"}
            entries.append({"$or": [{key: pattern} for key in SEARCHED]})
        return {"$and": entries} if entries else {}

    @property
    def filters_text(self) -> str:
        """Return the conditions as an address carries them."""
        return json.dumps_text(self._plain()) if self.conditions else ""

    def query(self) -> str:
        """Return the query string of this search; a lone question mark where nothing is asked."""
        given = {"q": self.words, "state": self.state, "order": self.order}
        given |= {"filters": self.filters_text, "after": self.after}
        asked = {name: value for name, value in given.items() if value}
        return f"?{urlencode(asked)}" if asked else "?"

    def without(self, number: int) -> "RunSearch":
        """Return the search without its nth condition."""
        kept = self.conditions[:number] + self.conditions[number + 1 :]
        return replace(self, conditions=kept, after="")

    def in_state(self, state: str) -> "RunSearch":
        return replace(self, state=state, after="")

    def after_run(self, cursor: str) -> "RunSearch":
        return replace(self, after=cursor)

    def ordered(self, key: str) -> "RunSearch":
        """Return the search ordered by a column: descending first, then ascending, then as before."""
        order = {f"-{key}": f"+{key}", f"+{key}": ""}.get(self.order, f"-{key}")
        return replace(self, order=order, after="")

    def direction(self, key: str) -> str:
        """Return `asc`, `desc` or nothing."""
        return {f"-{key}": "desc", f"+{key}": "asc"}.get(self.order, "")

    def with_condition(self, key: str, word: str, value: str) -> "RunSearch":
        """Return the search with one more condition, as the filter form gives it."""
        key, operator = key.strip(), OPERATORS.get(word, "$eq")
        operand: Any = re.escape(value) if operator == "$regex" else _parsed(value)
        entry = {key: operand} if operator == "$eq" else {key: {operator: operand}}
        return replace(self, conditions=(*self.conditions, Condition(entry)), after="")

    def _plain(self) -> Any:
        entries = [dict(condition.entry) for condition in self.conditions]
        return entries[0] if len(entries) == 1 else {"$and": entries}


def read_search(query: Mapping[str, str]) -> RunSearch:
    """Read the search of an address. Raises InvalidInput for filters that cannot be read."""
    state = query.get("state", "")
    search = RunSearch(
        words=query.get("q", "").strip()[:200],
        state=state if state in RunState.values else "",
        order=query.get("order", ""),
        conditions=_conditions(parse_filters(query.get("filters"))),
        after=query.get("after", ""),
    )
    if query.get("field", "").strip():
        return search.with_condition(query["field"], query.get("op", "is"), query.get("value", ""))
    return search


def _conditions(filters: dict[str, Any]) -> tuple[Condition, ...]:
    """Take a filter apart into what must hold together."""
    if set(filters) == {"$and"} and isinstance(filters["$and"], list):
        entries = [entry for entry in filters["$and"] if isinstance(entry, dict)]
        if len(entries) == len(filters["$and"]):
            return tuple(found for entry in entries for found in _conditions(entry))
    return tuple(Condition({key: value}) for key, value in filters.items())


def _parsed(value: str) -> Any:
    """Take numbers, true, false and null as such; all else is a text."""
    text = value.strip()
    if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text):
        return float(text) if re.search(r"[.eE]", text) else int(text)
    return {"true": True, "false": False, "null": None}.get(text, text)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps_text(value)


def _unescaped(pattern: Any) -> str:
    return re.sub(r"\\(\W)", r"\1", str(pattern))
