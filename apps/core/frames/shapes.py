"""A table that is never whole in memory: its columns are known first, its rows come in pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]


class Kind(Enum):
    """What a column holds. Anything beside numbers and truth values is text: media and lists as JSON."""

    INTEGER = "int64"
    FLOAT = "float64"
    BOOLEAN = "bool"
    TEXT = "string"


@dataclass(frozen=True, slots=True)
class Field:
    """A column's name and kind."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Cells:
    """Some rows of a column. An array and where it holds a value (everywhere if `is_known` is None); for texts a list
    with None where there is none. NaN is a value."""

    values: npt.NDArray[Any] | Sequence[str | None]
    is_known: Flags | None = None

    def part(self, start: int, stop: int) -> "Cells":
        """Return the rows from `start` to before `stop`."""
        return Cells(self.values[start:stop], None if self.is_known is None else self.is_known[start:stop])

    def as_list(self) -> list[Any]:
        """Return Python values, None where there is none."""
        if not isinstance(self.values, np.ndarray):
            return list(self.values)
        found: list[Any] = self.values.tolist()
        if self.is_known is None:
            return found
        return [value if known else None for value, known in zip(found, self.is_known.tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class Frame:
    """Some rows: cells of every column, in the order of the fields."""

    row_count: int
    columns: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with names of their own, and their rows, to be read once."""

    fields: tuple[Field, ...]
    frames: Iterator[Frame]
