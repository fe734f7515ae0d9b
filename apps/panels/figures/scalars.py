"""Large numbers as a figure: one, or one for each group."""

from dataclasses import dataclass
from typing import Any

from apps.core.formats import count, number
from apps.panels.figures.colours import tokens
from apps.panels.figures.legends import Legend, colour_of
from apps.panels.figures.numbers import decimals_of
from apps.panels.figures.texts import fitted, told_apart, width
from apps.panels.kinds.scalar import Scalar, Scalars
from apps.panels.terms import PanelData

CELL_WIDTH, CELL_HEIGHT, ALONE = 105.0, 44.0, 90.0  # points
LARGE, LARGEST, SMALL = 15.0, 36.0, 7.0
_DESCENT = 0.25  # of the size of a number, below which the next line begins


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where a number stands, and the points it has across."""

    x: float
    y: float
    room: float


def height_of_scalars(data: PanelData) -> float:
    numbers = len(data.body.numbers)
    return ALONE if numbers <= 1 else max(ALONE, -(-numbers // 3) * CELL_HEIGHT)


def draw_scalars(axes: Any, data: PanelData) -> Legend:
    body: Scalars = data.body
    room, height = (side * 72 for side in axes.figure.get_size_inches())
    columns, rows, scale = _grid(len(body.numbers), room, height * 0.7)
    axes.set_axis_off()
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    decimals = decimals_of((each.value, each.spread) for each in body.numbers)
    names = told_apart([_name(data, each) for each in body.numbers], room / columns - 8, SMALL * scale)
    for place, each in enumerate(body.numbers):
        is_exact = len(body.numbers) == 1 and each.spread is None
        parts = _parts(each, body.unit, None if is_exact else decimals)
        size = (LARGEST if len(body.numbers) == 1 else LARGE) * scale
        cell = _Cell(place % columns + 0.5, place // columns + 0.55, room / columns - 8)
        _number(axes, cell, parts, size)
        below = [(names[place], _colour(data, each)), (_of_runs(each), tokens()["ink-3"])]
        _whose(axes, cell, below, SMALL * scale, down=size * _DESCENT)
    return []


def _parts(each: Scalar, unit: str, decimals: int | None) -> list[tuple[str, float]]:
    """Return what stands on the line of a number, with its size beside that of the number."""
    spread = "" if each.spread is None else f" ± {number(each.spread, decimals=decimals)}"
    parts = [(number(each.value, decimals=decimals), 1.0), (f" {unit}" if unit else "", 0.6), (spread, 0.5)]
    return [part for part in parts if part[0]]


def _number(axes: Any, cell: _Cell, parts: list[tuple[str, float]], size: float) -> None:
    """Write the parts side by side around the middle of a cell, smaller where they are too wide."""
    widths = [width(text, size * share, is_bold=share == 1) for text, share in parts]
    size *= min(1.0, cell.room / max(sum(widths), 1))
    widths = [width(text, size * share, is_bold=share == 1) for text, share in parts]
    left = -sum(widths) / 2
    for (text, share), across in zip(parts, widths, strict=True):
        is_main = share == 1
        axes.annotate(
            text,
            (cell.x, cell.y),
            (left, 0),
            textcoords="offset points",
            fontsize=size * share,
            fontweight="bold" if is_main else "normal",
            color=tokens()["ink" if is_main else "ink-3"],
        )
        left += across


def _name(data: PanelData, each: Scalar) -> str:
    """Return whose number it is, and of which key."""
    mark = None if each.mark is None else data.marks[each.mark].label
    return ", ".join(
        filter(None, (mark, each.key if data.body.has_keys else "", each.holder.label if each.holder else ""))
    )


def _of_runs(each: Scalar) -> str:
    reach = f"{number(each.low)} to {number(each.high)}" if each.low is not None else ""
    return ", ".join(filter(None, (reach, f"{count(each.count)} runs" if each.count > 1 else "")))


def _colour(data: PanelData, each: Scalar) -> str:
    return tokens()["ink-2"] if each.mark is None else colour_of(data.marks[each.mark])


def _whose(axes: Any, cell: _Cell, lines: list[tuple[str, str]], size: float, *, down: float) -> None:
    for text, colour in lines:
        if text:
            where = {"textcoords": "offset points", "ha": "center", "va": "top", "fontsize": size, "color": colour}
            axes.annotate(fitted(text, cell.room, size), (cell.x, cell.y), (0, -down), **where)
            down += size * 1.3


def _grid(numbers: int, room: float, height: float) -> tuple[int, int, float]:
    """Return how many columns and rows let numbers be largest, and by how much they shrink."""
    found = []
    for columns in range(1, numbers + 1):
        rows = -(-numbers // columns)
        found.append((min(1.0, room / (columns * CELL_WIDTH), height / (rows * CELL_HEIGHT)), -rows, columns))
    scale, rows, columns = max(found)
    return columns, -rows, scale
