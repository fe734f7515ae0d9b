"""A sheet of paper: title and treatment above, legend and notes below, the panel between. All lengths are in points."""

from collections.abc import Iterator, Sequence
from typing import Any

from apps.core.formats import count
from apps.panels.figures.colours import tokens
from apps.panels.figures.legends import Entry, Legend, Ramp
from apps.panels.figures.texts import fitted, width, wrapped
from apps.panels.terms import Note, PanelData

MARGIN, GAP, COLUMN_GAP = 4.0, 3.0, 12.0
TITLE, SMALL, LEGEND = 9.0, 6.5, 7.0
LINE = 1.3  # heights of a line of type
SWATCH, RAMP = 14.0, 56.0
MOST_HEAD, MOST_FOOT = 0.28, 0.34  # of the height
MOST_NOTES, MOST_ROWS = 4, 6


class Sheet:
    """Writes around a figure's axes, and knows how much room is left for them."""

    def __init__(self, figure: Any) -> None:
        self.figure = figure
        self.width, self.height = (float(side) * 72 for side in figure.get_size_inches())
        self.room = self.width - 2 * MARGIN
        self.top, self.bottom = MARGIN, MARGIN

    def write_head(self, data: PanelData) -> None:
        """Write the title, and what was done to the values beside it or, where that is too long, below."""
        colours, limit = tokens(), self.height * MOST_HEAD
        treated = ", ".join(data.treatment)
        if treated and self._fits_beside(data.title, treated):
            self._text(self.width - MARGIN, self.top + TITLE, treated, SMALL, colours["ink-3"], ha="right")
            treated = ""
        for text, size, colour, is_bold in (
            (data.title, TITLE, colours["ink"], True),
            (treated, SMALL, colours["ink-3"], False),
        ):
            for line in wrapped(text, self.room, size, most=2, is_bold=is_bold):
                if self.top + size * LINE <= max(limit, MARGIN + TITLE * LINE):
                    self._text(MARGIN, self.top + size, line, size, colour, is_bold=is_bold)
                    self.top += size * LINE
        self.top += GAP

    def write_foot(self, legend: Legend, notes: Sequence[Note]) -> None:
        """Write the legend, and below it what a reader must know. What does not fit is counted, or cut."""
        limit = self.height * MOST_FOOT
        colour = tokens()["ink-3"]
        sentences = " ".join(dict.fromkeys(note.sentence for note in notes))
        lines = wrapped(sentences, self.room, SMALL, most=min(MOST_NOTES, max(int(limit / 2 / (SMALL * LINE)), 1)))
        for line in reversed(lines):
            self._text(MARGIN, self.height - self.bottom - SMALL * 0.3, line, SMALL, colour)
            self.bottom += SMALL * LINE
        fitting = int((limit - self.bottom) / (LEGEND * LINE))
        rows = list(_rows(legend, self.room, min(max(fitting, 1), MOST_ROWS)))
        if rows:
            self.bottom += GAP if lines else 0
            top = self.height - self.bottom - len(rows) * LEGEND * LINE
            for place, row in enumerate(rows):
                self._legend_row(row, top + (place + 0.75) * LEGEND * LINE)
            self.bottom += len(rows) * LEGEND * LINE + GAP

    def rest(self) -> tuple[float, float, float, float]:
        """Return (left, bottom, width, height) of what is left, as shares of the sheet."""
        left, bottom = MARGIN / self.width, self.bottom / self.height
        return left, bottom, 1 - 2 * left, max(1 - bottom - self.top / self.height, 0.2)

    def _fits_beside(self, title: str, treated: str) -> bool:
        return width(title, TITLE, is_bold=True) + COLUMN_GAP + width(treated, SMALL) <= self.room

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

    def _legend_row(self, row: "Sequence[tuple[float, Entry | Ramp | str]]", down: float) -> None:
        for x, each in row:
            if isinstance(each, str):
                self._text(MARGIN + x, down, each, LEGEND, tokens()["ink-3"])
            elif isinstance(each, Ramp):
                self._ramp(MARGIN + x, down, each)
            else:
                self._swatch(MARGIN + x, down - LEGEND * 0.33, each)
                self._text(MARGIN + x + SWATCH, down, _name(each, self.room), LEGEND, tokens()["ink-2"])

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


def _rows(legend: Legend, room: float, most: int) -> Iterator[list[tuple[float, Entry | Ramp | str]]]:
    """Yield rows of (where it begins, what stands there) in columns as wide as the widest name."""
    if not legend:
        return
    columns = max(1, int((room + COLUMN_GAP) / (max(_width(each, room) for each in legend) + COLUMN_GAP)))
    shown: list[Entry | Ramp | str] = list(legend)
    if len(shown) > most * columns:
        kept = most * columns - 1
        shown = [*shown[:kept], f"{count(len(shown) - kept)} more"]
    starts = [place * (room + COLUMN_GAP) / columns for place in range(columns)]
    for first in range(0, len(shown), columns):
        yield list(zip(starts, shown[first : first + columns], strict=False))


def _name(entry: Entry, room: float) -> str:
    return fitted(entry.name, min(room - SWATCH, room * 0.48), LEGEND)


def _width(each: Entry | Ramp, room: float) -> float:
    if isinstance(each, Ramp):
        return sum(width(text, LEGEND) + 5 for text in (each.name, each.low, each.high)) + RAMP
    return SWATCH + width(_name(each, room), LEGEND)
