"""History rows: known by `_step`, merged per key where a step comes again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core import json
from apps.runs.history.lines import unpack
from apps.runs.models import Stream
from apps.runs.stores import Batch


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a batch and the number each is known by: `_step`, or row number."""

    texts: list[bytes]
    numbers: list[int]
    is_renumbered: bool  # the server gave the steps: the texts still say the writer's own

    @property
    def byte_count(self) -> int:
        return sum(map(len, self.texts)) + 100 * len(self.texts)


def read_lines(batch: Batch) -> Lines:
    """Return the lines of a batch of history or system metrics."""
    texts = unpack(batch.payload)
    if batch.stream == Stream.HISTORY and not batch.writer:
        return Lines(texts, [json.loads(text)["_step"] for text in texts], False)
    numbers = list(range(batch.offset, batch.offset + len(texts)))
    return Lines(texts, numbers, batch.stream == Stream.HISTORY)


def read_rows(batch: Batch) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the rows of a batch of history or system metrics, parsed, and the number each is known by."""
    rows = [json.loads(text) for text in unpack(batch.payload)]
    if batch.stream == Stream.HISTORY and not batch.writer:
        return rows, [row["_step"] for row in rows]
    numbers = list(range(batch.offset, batch.offset + len(rows)))
    if batch.stream == Stream.HISTORY:  # the server gave the steps: the texts still say the writer's own
        for row, number in zip(rows, numbers, strict=True):
            row["_step"] = number
    return rows, numbers


def rewound_to(batch: Batch) -> int:
    """Return the last step that stays, of a CONTROL batch."""
    step: int = json.loads(unpack(batch.payload)[0])["after_step"]
    return step


def merge(older: dict[str, Any], newer: dict[str, Any]) -> dict[str, Any]:
    """Return both rows of a step as one: the newer value of a key counts, keys it lacks stay. Nested objects alike."""
    merged = dict(older)
    for key, value in newer.items():
        before = merged.get(key)
        if _is_branch(before) and _is_branch(value):
            merged[key] = merge(before, value)  # type: ignore[arg-type]
        else:
            merged[key] = value
    return merged


def _is_branch(value: Any) -> bool:
    return isinstance(value, dict) and "_type" not in value


def leaves_of(key: str, value: Any) -> Iterable[tuple[tuple[str, ...], Any]]:
    """Yield the leaves below a key and the names that lead to them. Media objects and lists are leaves."""
    stack: list[tuple[tuple[str, ...], Any]] = [((key,), value)]
    while stack:
        path, item = stack.pop()
        if _is_branch(item):
            stack.extend(((*path, name), child) for name, child in item.items())
        else:
            yield path, item


class RowTexts:
    """The rows of some batches as text, merged. Most rows were logged once and stay the text that was sent."""

    def __init__(self) -> None:
        self._texts: dict[int, list[bytes]] = {}
        self._renumbered: set[int] = set()
        self.rewound_to: int | None = None  # the least step of all rewinds

    def add(self, lines: Lines, low: int | None, high: int | None) -> None:
        """Add the rows of a later batch whose number lies between `low` and `high`, both included."""
        for text, number in zip(lines.texts, lines.numbers, strict=True):
            if (low is None or number >= low) and (high is None or number <= high):
                self._texts.setdefault(number, []).append(text)
                if lines.is_renumbered:
                    self._renumbered.add(number)

    def rewind(self, step: int) -> None:
        """Forget the rows after a step."""
        self.rewound_to = step if self.rewound_to is None else min(step, self.rewound_to)
        self._texts = {number: texts for number, texts in self._texts.items() if number <= step}

    @property
    def numbers(self) -> list[int]:
        return sorted(self._texts)

    def text(self, number: int, older: dict[str, Any] | None = None) -> str:
        """Return a row, merged onto an `older` state of it."""
        texts = self._texts.get(number, [])
        if older is None and len(texts) == 1 and number not in self._renumbered:
            return texts[0].decode()
        row = older or {}
        for text in texts:
            row = merge(row, json.loads(text))
        if number in self._renumbered:
            row["_step"] = number
        return json.dumps_lenient(row)


def spread(items: Sequence[int], samples: int | None) -> list[int]:
    """Return at most `samples` of the items, evenly spread, the first and the last among them."""
    count = len(items)
    if samples is None or count <= samples:
        return list(items)
    if samples <= 1:
        return list(items[-1:]) if samples == 1 else []
    return [items[place * (count - 1) // (samples - 1)] for place in range(samples)]
