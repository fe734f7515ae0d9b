"""Rows of the kinds that are no drawing: runs side by side, tables, code, media, text."""

from html import unescape

from django.utils.html import strip_tags

from apps.panels.figures.rows import Table
from apps.panels.kinds.code import CodeDiff
from apps.panels.kinds.comparer import Compared
from apps.panels.kinds.markdown import Prose
from apps.panels.kinds.media import MediaItem, MediaRows
from apps.panels.kinds.table import TableWindow
from apps.panels.terms import PanelData

_SIGNS = {"-": "removed", "+": "added", " ": "equal", "…": "folded"}


def of_runs(data: PanelData) -> Table:
    """One row for each key, one column for each run."""
    body: Compared = data.body
    heads = ["section", "key", "differs", *(mark.label for mark in data.marks)]
    return heads, ([row.section, row.key, row.differs, *row.values] for row in body.rows)


def of_table(data: PanelData) -> Table:
    """The table as it was logged; of a picture the path of its file."""
    body: TableWindow = data.body
    cells = ([cell.path if isinstance(cell, MediaItem) else cell for cell in row] for row in body.rows)
    return body.columns, cells


def of_code(data: PanelData) -> Table:
    """One row for each line that is shown; `count` equal lines are folded."""
    body: CodeDiff = data.body
    heads = ["path", "kind", "left", "right", "count", "line"]
    lines = ([body.path, _SIGNS[each.sign], each.left, each.right, each.count or 1, each.text] for each in body.lines)
    return heads, lines


def of_media(data: PanelData) -> Table:
    """One row for each item. Its path leads to it for good; the addresses of pages end after an hour."""
    body: MediaRows = data.body
    heads = ["run", "key", "step", "kind", "name", "path", "caption", "width", "height"]
    lines = (
        [data.marks[row.mark].label, row.key, row.step, each.kind, each.name, each.path, each.caption, *_size_of(each)]
        for row in body.rows
        for each in row.items
    )
    return heads, lines


def _size_of(item: MediaItem) -> tuple[int | None, int | None]:
    """Return width and height in pixels, None for what has none."""
    return item.width or None, item.height or None


def of_prose(data: PanelData) -> Table:
    """The text in one cell."""
    body: Prose = data.body
    return ["text"], [[unescape(strip_tags(body.html)).strip()]]
