"""Files as pages show them: text with numbered lines, tables, pictures; and what is too large or not for the eye."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from io import StringIO
from typing import Any

from apps.core import json

HEAD_BYTES = 512 * 1024  # read of a file to show it
MAX_LINES = 2000
MAX_LINE_LENGTH = 2000
MAX_ROWS = 200
MAX_COLUMNS = 60
MAX_CELL_LENGTH = 200


class Kind(StrEnum):
    """How a file is shown."""

    TEXT = "text"
    TABLE = "table"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    BINARY = "binary"
    EMPTY = "empty"


@dataclass(frozen=True)
class Preview:
    """What is shown of a file. `is_cut`: more follows."""

    kind: Kind
    lines: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    is_cut: bool = False
    line_count: int | None = None  # where the whole file was read


def kind_by_type(content_type: str) -> Kind | None:
    """Return how a file is shown whose bytes the browser fetches itself, else None."""
    kinds = {"image": Kind.IMAGE, "audio": Kind.AUDIO, "video": Kind.VIDEO}
    return kinds.get(content_type.partition("/")[0])


def preview(path: str, head: bytes, *, size: int) -> Preview:
    """Return how to show a file, given its first HEAD_BYTES and its size."""
    if not size:
        return Preview(Kind.EMPTY)
    if b"\0" in head[:8192]:
        return Preview(Kind.BINARY)
    text, is_cut = head.decode("utf-8", errors="replace"), size > len(head)
    ending = path.lower().rpartition(".")[2]
    if ending in {"csv", "tsv"}:
        return _separated(text, "\t" if ending == "tsv" else ",", is_cut=is_cut)
    if ending == "json" and not is_cut:
        return _json(text)
    return _text(text, is_cut=is_cut)


def _text(text: str, *, is_cut: bool) -> Preview:
    lines = text.splitlines()
    if is_cut:
        lines = lines[:-1] or lines  # the last one may be half of itself
    shown = [line if len(line) <= MAX_LINE_LENGTH else f"{line[:MAX_LINE_LENGTH]}…" for line in lines[:MAX_LINES]]
    return Preview(
        Kind.TEXT, lines=shown, is_cut=is_cut or len(lines) > MAX_LINES, line_count=None if is_cut else len(lines)
    )


def _json(text: str) -> Preview:
    """Show a table of the client as a table, other documents spread over lines, and what is no JSON as it is."""
    try:
        document = json.loads(text)
    except json.JSONError:
        return _text(text, is_cut=False)
    if isinstance(document, dict) and _is_table(document):
        columns, rows = document["columns"], document["data"]
        return _table([str(column) for column in columns], rows, is_cut=False)
    spread = json.dumps_pretty(document) if json.depth(document) <= json.MAX_DEPTH else text
    return _text(spread if len(spread) <= 4 * HEAD_BYTES else text, is_cut=False)


def _is_table(document: dict[str, Any]) -> bool:
    columns, rows = document.get("columns"), document.get("data")
    return isinstance(columns, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows)


def _separated(text: str, mark: str, *, is_cut: bool) -> Preview:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text), delimiter=mark):
            rows.append(row)
            if len(rows) > MAX_ROWS + 1:
                break
    except csv.Error:
        return _text(text, is_cut=is_cut)
    if is_cut and len(rows) > 1:
        rows.pop()
    return _table(rows[0] if rows else [], rows[1:], is_cut=is_cut)


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, is_cut: bool) -> Preview:
    shown = [[_cell(value) for value in row[:MAX_COLUMNS]] for row in rows[:MAX_ROWS]]
    return Preview(
        Kind.TABLE,
        columns=list(columns[:MAX_COLUMNS]),
        rows=shown,
        is_cut=is_cut or len(rows) > MAX_ROWS or len(columns) > MAX_COLUMNS,
        line_count=None if is_cut else len(rows),
    )


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps_text(value)
    return text if len(text) <= MAX_CELL_LENGTH else f"{text[:MAX_CELL_LENGTH]}…"
