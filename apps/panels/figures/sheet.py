"""A sheet of paper: title and treatment above, legend and notes below, the panel between. All lengths are in points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.core.formats import count
from apps.panels.figures.colours import tokens
from apps.panels.figures.legends import Entry, Legend, Ramp
from apps.panels.figures.texts import fitted, plain, told_apart, width, wrapped
from apps.panels.terms import Note, PanelData

MARGIN, GAP, COLUMN_GAP = 4.0, 3.0, 12.0
TITLE, SMALL, LEGEND = 9.0, 6.5, 7.0
LINE = 1.3  # heights of a line of type
SWATCH, RAMP = 18.0, 56.0
MOST_HEAD, MOST_FOOT = 0.28, 0.34  # of the height
MOST_NOTES, MOST_ROWS, MOST_NAMED = 4, 6, 48

_Row = list[tuple[float, Entry | Ramp | str]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the head; at the right it stands beside the one before."""

    text: str
    size: float
    colour: str
    is_bold: bool = False
    is_right: bool = False


class Sheet:
    """Plans what stands around a panel, then writes it onto the figure."""

    def __init__(self, data: PanelData, legend: Legend, size: tuple[float, float | None], body: float) -> None:
        """Without a height the sheet is as high as `body` and everything around it need."""
        self.width, height = size
        self.room = self.width - 2 * MARGIN
        self._head = _head(data, self.room, None if height is None else height * MOST_HEAD)
        self._notes, self._rows = _foot(data.notes, legend, self.room, None if height is None else height * MOST_FOOT)
        self.top = MARGIN + sum(line.size * LINE for line in self._head if not line.is_right) + GAP
        self.bottom = MARGIN + len(self._notes) * SMALL * LINE + GAP * bool(self._notes)
        self.bottom += len(self._rows) * LEGEND * LINE + GAP * bool(self._rows)
        self.height = self.top + body + self.bottom if height is None else height

    def rest(self) -> tuple[float, float, float, float]:
        """Return (left, bottom, width, height) of what is left, as shares of the sheet."""
        left, bottom = MARGIN / self.width, self.bottom / self.height
        return left, bottom, 1 - 2 * left, max(1 - bottom - self.top / self.height, 0.2)

    def write(self, figure: Any) -> None:
        self.figure = figure
        figure.set_size_inches(self.width / 72, self.height / 72)
        down = MARGIN
        for line in self._head:
            x = self.width - MARGIN if line.is_right else MARGIN
            at = down - TITLE * (LINE - 1) if line.is_right else down + line.size
            self._text(
                x, at, line.text, line.size, line.colour, is_bold=line.is_bold, ha="right" if line.is_right else "left"
            )
            down += 0 if line.is_right else line.size * LINE
        down = self.height - self.bottom + GAP * bool(self._rows)
        for row in self._rows:
            self._legend_row(row, down + LEGEND)
            down += LEGEND * LINE
        down += GAP * bool(self._notes)
        for text in self._notes:
            self._text(MARGIN, down + SMALL, text, SMALL, tokens()["ink-3"])
            down += SMALL * LINE

    def _text(
        self, x: float, down: float, text: str, size: float, colour: str, *, ha: str = "left", is_bold: bool = False
    ) -> None:
        self.figure.text(
            x / self.width,
            1 - down / self.height,
            text,
            fontsize=size,
            color=colour,
            ha=ha,
            va="baseline",
            fontweight="bold" if is_bold else "normal",
        ).set_in_layout(False)

    def _legend_row(self, row: _Row, down: float) -> None:
        for x, each in row:
            if isinstance(each, str):
                self._text(MARGIN + x, down, each, LEGEND, tokens()["ink-3"])
            elif isinstance(each, Ramp):
                self._ramp(MARGIN + x, down, each)
            else:
                self._swatch(MARGIN + x, down - LEGEND * 0.33, each)
                self._text(MARGIN + x + SWATCH, down, each.name, LEGEND, tokens()["ink-2"])

    def _swatch(self, x: float, down: float, entry: Entry) -> None:
        from matplotlib.lines import Line2D

        is_line = entry.shape == "line"
        ends = [x, x + SWATCH - 4] if is_line else [x + (SWATCH - 4) / 2]
        line = Line2D(
            [each / self.width for each in ends],
            [1 - down / self.height] * len(ends),
            color=entry.colour,
            linestyle=entry.dash if is_line else "none",
            linewidth=entry.width,
            marker={"dot": "o", "square": "s"}.get(entry.shape, ""),
            markersize=5,
            markeredgewidth=0,
        )
        line.set_in_layout(False)
        self.figure.add_artist(line)

    def _ramp(self, x: float, down: float, ramp: Ramp) -> None:
        from matplotlib.patches import Rectangle

        colour = tokens()["ink-2"]
        for text in (ramp.name, ramp.low):
            self._text(x, down, text, LEGEND, colour)
            x += width(text, LEGEND) + 5 if text else 0
        each = RAMP / len(ramp.colours)
        for place, paint in enumerate(ramp.colours):
            corner = ((x + place * each) / self.width, 1 - (down + 0.5) / self.height)
            size = each / self.width, LEGEND * 0.8 / self.height
            box = Rectangle(corner, *size, facecolor=paint, edgecolor=paint, linewidth=0.2)
            box.set_in_layout(False)
            self.figure.add_artist(box)
        self._text(x + RAMP + 5, down, ramp.high, LEGEND, colour)


def _head(data: PanelData, room: float, limit: float | None) -> list[_Line]:
    """Return the title, and what was done to the values beside it or, where that is too long, below."""
    colours, treated = tokens(), plain(", ".join(data.treatment))
    most = 2 if limit is None else max(int((limit - MARGIN) / (TITLE * LINE)), 1)
    title = wrapped(data.title, room, TITLE, most=min(most, 2), is_bold=True)
    lines = [_Line(text, TITLE, colours["ink"], is_bold=True) for text in title]
    last = width(title[-1], TITLE, is_bold=True) if title else room
    if treated and len(title) == 1 and last + COLUMN_GAP + width(treated, SMALL) <= room:
        return [*lines, _Line(treated, SMALL, colours["ink-3"], is_right=True)]
    below = 2 if limit is None else min(int((limit - MARGIN - len(lines) * TITLE * LINE) / (SMALL * LINE)), 2)
    return lines + [_Line(text, SMALL, colours["ink-3"]) for text in wrapped(treated, room, SMALL, most=below)]


def _foot(notes: Sequence[Note], legend: Legend, room: float, limit: float | None) -> tuple[list[str], list[_Row]]:
    """Return the lines of the notes and the rows of the legend. What does not fit is cut, or counted."""
    sentences = " ".join(dict.fromkeys(note.sentence for note in notes))
    most = MOST_NOTES if limit is None else min(MOST_NOTES, int((limit / 2) / (SMALL * LINE)))
    lines = wrapped(sentences, room, SMALL, most=most)
    left = MOST_ROWS if limit is None else int((limit - MARGIN - len(lines) * SMALL * LINE) / (LEGEND * LINE))
    return lines, list(_rows(legend, room, min(left, MOST_ROWS)))


def _rows(legend: Legend, room: float, most: int) -> Iterator[_Row]:
    """Yield rows of (where it begins, what stands there) in columns as wide as the widest name."""
    shown: list[Entry | Ramp | str] = list(_named(legend[:MOST_NAMED], room))
    if not shown or most < 1:
        return
    columns = max(1, int((room + COLUMN_GAP) / (max(map(_width, shown)) + COLUMN_GAP)))
    if len(legend) > min(most * columns, MOST_NAMED):
        kept = min(most * columns, MOST_NAMED) - 1
        shown = [*shown[:kept], f"{count(len(legend) - kept)} more"] if kept else []
    starts = [place * (room + COLUMN_GAP) / columns for place in range(columns)]
    for first in range(0, len(shown), columns):
        yield list(zip(starts, shown[first : first + columns], strict=False))


def _named(legend: Legend, room: float) -> Legend:
    """Cut names to half of the width, those of a ramp to what its colours leave."""
    entries = [each for each in legend if isinstance(each, Entry)]
    names = dict(zip(entries, told_apart([each.name for each in entries], room * 0.49 - SWATCH, LEGEND), strict=True))
    return [replace(each, name=names[each]) if isinstance(each, Entry) else _cut(each, room) for each in legend]


def _cut(ramp: Ramp, room: float) -> Ramp:
    name, low, high = (fitted(text, (room - RAMP - 20) / 3, LEGEND) for text in (ramp.name, ramp.low, ramp.high))
    return Ramp(name, low, high, ramp.colours)


def _width(each: Entry | Ramp | str) -> float:
    if isinstance(each, str):
        return width(each, LEGEND)
    if isinstance(each, Ramp):
        return sum(width(text, LEGEND) + 5 for text in (each.name, each.low, each.high)) + RAMP
    return SWATCH + width(each.name, LEGEND)
