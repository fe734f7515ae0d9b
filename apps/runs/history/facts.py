"""The catalogue's arithmetic: what there is to know of a key, kept up to date as rows come."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from apps.core import json
from apps.runs.history.columns import Column, Columns

MAX_VALUE_BYTES = 16_384  # of a last value that is kept in the catalogue


@dataclass(frozen=True, slots=True)
class KeyFact:
    """One row of the catalogue. `count` are finite numbers, `nonfinite_count` NaN and infinities; `last` is the value
    of the highest step if that is a finite number; of equal extremes the first counts."""

    key: str
    stream: int
    type_counts: dict[str, int] = field(default_factory=dict)
    count: int = 0
    nonfinite_count: int = 0
    last: float | None = None
    last_step: int | None = None
    last_value: Any = None
    min: float | None = None
    min_step: int | None = None
    max: float | None = None
    max_step: int | None = None
    monotonic: bool = True

    @property
    def is_metric(self) -> bool:
        """Whether there is something to draw."""
        return self.count + self.nonfinite_count > 0


FIELDS = tuple(name for name in KeyFact.__dataclass_fields__ if name != "stream")


def fact_of(key: str, stream: int, column: Column, *, before: float | None = None) -> KeyFact:
    """Work out a column. `before` is the value that precedes it, for `monotonic`."""
    all_steps, _ = column.whole()
    if not len(all_steps):
        return KeyFact(key, stream)
    steps, values = column.numbers()
    is_finite = np.isfinite(values)
    steps_finite, finite = steps[is_finite], values[is_finite]
    value = column.at(all_steps[-1:])[0]
    types = Counter(type_name(other) for other in column.others.values())
    if len(values):
        types["number"] += len(values)
    fact = KeyFact(
        key,
        stream,
        type_counts=dict(types),
        count=len(finite),
        nonfinite_count=len(values) - len(finite),
        last=_finite(value),
        last_step=int(all_steps[-1]),
        last_value=_brief(value),
        monotonic=not column.others and _is_monotonic(values, before),
    )
    if not len(finite):
        return fact
    low, high = int(np.argmin(finite)), int(np.argmax(finite))
    return replace(
        fact,
        min=float(finite[low]),
        min_step=int(steps_finite[low]),
        max=float(finite[high]),
        max_step=int(steps_finite[high]),
    )


def join(old: KeyFact, new: KeyFact) -> KeyFact:
    """Return the facts of both, where every step of `new` is higher than those of `old`."""
    low = old if new.min is None or (old.min is not None and old.min <= new.min) else new
    high = old if new.max is None or (old.max is not None and old.max >= new.max) else new
    return replace(
        new,
        type_counts=dict(Counter(old.type_counts) + Counter(new.type_counts)),
        count=old.count + new.count,
        nonfinite_count=old.nonfinite_count + new.nonfinite_count,
        min=low.min,
        min_step=low.min_step,
        max=high.max,
        max_step=high.max_step,
        monotonic=old.monotonic and new.monotonic,
    )


def advance(
    stored: Mapping[str, KeyFact], tail: Columns, stream: int, again: Callable[[list[str]], dict[str, KeyFact]]
) -> dict[str, KeyFact]:
    """Return the facts of every key in the tail, and of every stored key if the run was rewound.

    Where a step repeats or comes late, the key is worked out `again` from the whole log; all such keys at once.
    """
    if tail.was_rewound:
        return again(list(dict.fromkeys([*stored, *tail.by_key])))
    facts: dict[str, KeyFact] = {}
    late = []
    for key, column in tail.by_key.items():
        fact = _follow(stored.get(key), key, stream, column)
        if fact is None:
            late.append(key)
        else:
            facts[key] = fact
    return facts | again(late) if late else facts


def _follow(old: KeyFact | None, key: str, stream: int, column: Column) -> KeyFact | None:
    """Return the facts with a column that begins after them; None if it does not."""
    if old is None or old.last_step is None:
        return fact_of(key, stream, column)
    if int(column.whole()[0][0]) <= old.last_step:
        return None
    return join(old, fact_of(key, stream, column, before=old.last))


def type_name(value: Any) -> str:
    """Return what the client calls the type of a value: number, string, boolean, or the `_type` of a media object."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return json.storable(str(value.get("_type", "object")))[:64]
    return "null" if value is None else "list"


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if np.isfinite(number) else None


def _brief(value: Any) -> Any:
    """Return a value if it is short enough for the catalogue; a long text is cut."""
    if isinstance(value, str):
        return value if len(value) <= 1000 else value[:1000] + "…"
    if isinstance(value, (dict, list)) and len(json.dumps_lenient(value)) > MAX_VALUE_BYTES:
        return None
    return value


def _is_monotonic(values: Any, before: float | None) -> bool:
    """Whether numbers never fall."""
    if before is not None and len(values) and not values[0] >= before:
        return False
    return bool(np.all(values[1:] >= values[:-1]))
