"""Rows as columns: for each key its steps and values, merged, quick to extend by what comes later."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.core import json
from apps.runs.history.rows import leaves_of, read_rows, rewound_to
from apps.runs.models import Stream
from apps.runs.stores import Batch

Steps = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

_NUMBERS = frozenset({float, int})
_NO_STEPS: Steps = np.empty(0, np.int64)
_NO_VALUES: Values = np.empty(0, np.float64)
_OTHER_BYTES = 200  # a guess at what one value that is no number takes
_MOST = 2**1000
EXACT = 2**53  # up to here every integer is a double


class Column:
    """What was logged under one key: numbers in arrays; texts, truth values, media and nulls by step in `others`.

    `exact` are integers that no double holds; `path` the names that lead to a nested key.
    """

    def __init__(self) -> None:
        self.others: dict[int, Any] = {}
        self.exact: dict[int, int] = {}
        self.path: tuple[str, ...] | None = None
        self.is_integral = True
        self._parts: list[tuple[Steps, Values]] = []
        self._singles: tuple[list[int], list[float]] = ([], [])  # younger than the parts
        self._is_settled = True  # the one part there is rises strictly

    def add(self, steps: Steps, values: Values, *, is_integral: bool) -> None:
        """Add numbers that came later than what is here."""
        self._gather()
        self._append(steps, values)
        self.is_integral = self.is_integral and is_integral
        if self.others or self.exact:
            self._forget(steps)

    def absorb(self, later: "Column") -> None:
        """Add what another column holds, which came later."""
        steps, values = later.whole()
        if not len(steps):
            return
        self.add(steps, values, is_integral=later.is_integral)
        self.others |= later.others
        self.exact |= later.exact
        self.path = later.path or self.path

    def _forget(self, steps: Steps) -> None:
        for step in steps.tolist():
            self.others.pop(step, None)
            self.exact.pop(step, None)

    def put(self, step: int, value: Any) -> None:
        """Add one value of any kind."""
        is_number = type(value) in _NUMBERS and _fits((value,), {type(value)}, _MOST)
        self.exact.pop(step, None)
        self._singles[0].append(step)
        self._singles[1].append(value if is_number else np.nan)
        if is_number:
            self.is_integral = self.is_integral and type(value) is int
            self.others.pop(step, None)
            if type(value) is int and abs(value) > EXACT:
                self.exact[step] = value
        else:
            self.others[step] = value

    def _gather(self) -> None:
        steps, values = self._singles
        if steps:
            self._append(np.array(steps, np.int64), np.array(values, np.float64))
            self._singles = ([], [])

    def _append(self, steps: Steps, values: Values) -> None:
        self._parts.append((steps, values))
        self._is_settled = False

    def rewind(self, step: int) -> None:
        steps, values = self.whole()
        cut = int(np.searchsorted(steps, step, side="right"))
        self._parts = [(steps[:cut].copy(), values[:cut].copy())]
        self.others = {at: value for at, value in self.others.items() if at <= step}
        self.exact = {at: value for at, value in self.exact.items() if at <= step}

    def whole(self) -> tuple[Steps, Values]:
        """Return steps rising strictly, and values: NaN also where `others` knows better."""
        self._gather()
        if not self._parts:
            return _NO_STEPS, _NO_VALUES
        if not self._is_settled:
            self._parts = [_settled(self._parts)]
            self._is_settled = True
        return self._parts[0]

    def numbers(self) -> tuple[Steps, Values]:
        """Return the steps at which a number was logged, NaN and infinities included, and those numbers."""
        steps, values = self.whole()
        if not self.others:
            return steps, values
        kept = ~np.isin(steps, np.fromiter(self.others, np.int64, len(self.others)))
        return steps[kept], values[kept]

    def at(self, steps: Steps) -> list[Any]:
        """Return the values as they were logged at steps where there is one."""
        mine, values = self.whole()
        chosen = values[np.searchsorted(mine, steps)]
        found: list[Any] = _as_integers(chosen) if self.is_integral else chosen.tolist()
        if self.others or self.exact:
            known = self.others | self.exact
            found = [known.get(step, value) for step, value in zip(steps.tolist(), found, strict=True)]
        return found

    @property
    def byte_count(self) -> int:
        numbers = sum(values.nbytes * 2 for _, values in self._parts) + 80 * len(self._singles[0])
        return numbers + _OTHER_BYTES * len(self.others)


def _as_integers(values: Values) -> list[Any]:
    return [value if isnan(value) else int(value) for value in values.tolist()]


def _is_rising(steps: Steps) -> bool:
    return bool(np.all(steps[1:] > steps[:-1]))


def _settled(parts: Sequence[tuple[Steps, Values]]) -> tuple[Steps, Values]:
    """Sort by step; of equal steps the last that came counts."""
    steps = parts[0][0] if len(parts) == 1 else np.concatenate([part[0] for part in parts])
    values = parts[0][1] if len(parts) == 1 else np.concatenate([part[1] for part in parts])
    if _is_rising(steps):
        return steps, values
    order = np.argsort(steps, kind="stable")
    steps, values = steps[order], values[order]
    is_last = np.append(steps[1:] != steps[:-1], True)
    return steps[is_last], values[is_last]


class Columns:
    """The merged columns of a run's history, or of its system metrics, up to a sequence number.

    Give it batches in the order of the sequence, as often as there are new ones. Not safe for threads.
    """

    def __init__(self) -> None:
        self.by_key: dict[str, Column] = {}
        self.seq = 0
        self.first_seq: int | None = None
        self.rewound_to: int | None = None  # the least step at which a rewind let the history end
        self._rows = Column()
        self._names: dict[str, str] = {}

    @classmethod
    def of_rows(cls, rows: Sequence[dict[str, Any]], numbers: Sequence[int]) -> "Columns":
        """Return the columns of rows known by these numbers."""
        columns = cls()
        columns._take(rows, numbers)
        return columns

    def extend(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            if batch.stream == Stream.CONTROL:
                self._rewind(rewound_to(batch))
            else:
                self._take(*read_rows(batch))
            self.seq = max(self.seq, batch.seq)
            if self.first_seq is None:
                self.first_seq = batch.seq

    def absorb(self, later: "Columns") -> None:
        """Add what other columns hold, which are of batches that came later."""
        if later.rewound_to is not None:
            self._rewind(later.rewound_to)
        self._rows.absorb(later._rows)
        for key, column in later.by_key.items():
            self._made(key).absorb(column)
        self.seq = max(self.seq, later.seq)
        if self.first_seq is None:
            self.first_seq = later.first_seq

    @property
    def steps(self) -> Steps:
        """The distinct steps (row numbers of system metrics), rising."""
        return self._rows.whole()[0]

    def column(self, key: str) -> Column:
        return self.by_key.get(key) or Column()

    @property
    def byte_count(self) -> int:
        return self._rows.byte_count + sum(column.byte_count + 500 for column in self.by_key.values())

    @property
    def was_rewound(self) -> bool:
        return self.rewound_to is not None

    def _rewind(self, step: int) -> None:
        self.rewound_to = step if self.rewound_to is None else min(step, self.rewound_to)
        self._rows.rewind(step)
        for column in self.by_key.values():
            column.rewind(step)

    def _take(self, rows: Sequence[dict[str, Any]], numbers: Sequence[int]) -> None:
        steps = np.array(numbers, np.int64)
        self._rows.add(steps, np.zeros(len(rows)), is_integral=True)
        for places in _alike(rows, numbers):
            some = rows if len(places) == len(rows) else [rows[place] for place in places]
            self._take_alike(some, steps if len(places) == len(rows) else steps[places])

    def _take_alike(self, rows: Sequence[dict[str, Any]], steps: Steps) -> None:
        """Take rows that have the same keys in the same order."""
        for key, values in zip(rows[0], zip(*(row.values() for row in rows), strict=True), strict=True):
            kinds = set(map(type, values))
            if kinds <= _NUMBERS and _fits(values, kinds, EXACT):
                self._named(key).add(steps, np.array(values, np.float64), is_integral=float not in kinds)
            else:
                for step, value in zip(steps.tolist(), values, strict=True):
                    self._put(key, step, value)

    def _put(self, key: str, step: int, value: Any) -> None:
        for path, leaf in leaves_of(key, value):
            column = self._named(".".join(path))
            if len(path) > 1:
                column.path = tuple(map(json.storable, path))
            column.put(step, leaf)

    def _named(self, key: str) -> Column:
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = json.storable(key)
        return self._made(name)

    def _made(self, name: str) -> Column:
        column = self.by_key.get(name)
        if column is None:
            column = self.by_key[name] = Column()
        return column


def _fits(values: Iterable[Any], kinds: set[type], most: int) -> bool:
    """Return whether integers stay within what doubles hold."""
    return int not in kinds or all(-most < value < most for value in values if type(value) is int)


def _alike(rows: Sequence[dict[str, Any]], numbers: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of rows with the same keys. Where a step repeats, only neighbours share, so that order is kept."""
    first = tuple(rows[0]) if rows else ()
    if rows and all(tuple(row) == first for row in rows):
        yield list(range(len(rows)))
        return
    keysets = [tuple(row) for row in rows]
    if len(set(numbers)) != len(numbers):
        for _, group in groupby(range(len(rows)), key=keysets.__getitem__):
            yield list(group)
    else:
        places: dict[tuple[str, ...], list[int]] = {}
        for place, keyset in enumerate(keysets):
            places.setdefault(keyset, []).append(place)
        yield from places.values()
