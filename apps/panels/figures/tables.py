"""What a panel shows as CSV: long form, one line for each point, every number in full."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from io import StringIO
from typing import Any

import numpy as np

from apps.panels.terms import Lines, PanelData


def csv_of(data: PanelData) -> bytes:
    """Return the numbers behind a panel. A first line names the columns; missing values are empty."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in _lines(data) if isinstance(data.body, Lines) else _columns(data):
        writer.writerow(row)
    return out.getvalue().encode()


def _lines(data: PanelData) -> Iterator[Iterable[Any]]:
    body: Lines = data.body
    yield ["run", "key", body.x.key or "x", "value", "low", "high", "original"]
    for line in body.lines:
        name = data.marks[line.mark].label
        optional = [column if column is not None else None for column in (line.low, line.high, line.original)]
        for place, (x, y) in enumerate(zip(line.x.tolist(), line.y.tolist(), strict=True)):
            yield [
                name,
                line.key,
                x,
                _said(y),
                *(_said(column[place]) if column is not None else "" for column in optional),
            ]


def _columns(data: PanelData) -> Iterator[Iterable[Any]]:
    """Write any other body by its columns: those fields that are as long as there are marks, else those alike long."""
    if not is_dataclass(data.body):
        return
    found = {field.name: getattr(data.body, field.name) for field in fields(data.body)}
    columns = {name: list(value) for name, value in found.items() if isinstance(value, (np.ndarray, tuple, list))}
    length = max((len(column) for column in columns.values()), default=0)
    chosen = {name: column for name, column in columns.items() if len(column) == length and _is_flat(column)}
    yield list(chosen)
    yield from ([_said(cell) for cell in row] for row in zip(*chosen.values(), strict=True))


def _is_flat(column: list[Any]) -> bool:
    return all(not isinstance(cell, (np.ndarray, tuple, list, dict)) and not is_dataclass(cell) for cell in column)


def _said(value: Any) -> Any:
    number = value.item() if isinstance(value, np.generic) else value
    return "" if number is None or (isinstance(number, float) and np.isnan(number)) else number
