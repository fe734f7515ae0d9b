"""A table that a run logged (`wandb.Table`), read in windows: sorted and searched on the server."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core import json
from apps.core.blobs import blob_store
from apps.core.errors import NotFound
from apps.panels.kinds.media import MediaItem, media_item
from apps.panels.marks import mark_of_run
from apps.panels.scene import PanelSpec, Scene
from apps.panels.suggest import TABLES
from apps.panels.terms import Note, PanelData
from apps.runs.history.shelf import Shelf
from apps.runs.models import Run, RunFile
from apps.runs.queries.files import files_by_path
from apps.runs.queries.many_columns import columns_of_runs

MOST_BYTES = 64 * 2**20
MOST_RUNS = 50
WINDOW, MOST_WINDOW = 50, 500
MOST_COLUMNS, MOST_CELL = 200, 300


@dataclass(frozen=True, slots=True)
class TableWindow:
    """Rows `offset` … of those that match, out of `row_count`. A cell is a text, a number, a truth value, None or a
    MediaItem. `sort` is the place of the sorted column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    offset: int
    matching_count: int
    row_count: int
    sort: int | None
    is_descending: bool
    search: str
    step: int
    runs: tuple[Any, ...]  # marks of all runs that have such a table


def table_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a table panel: `tableKey` of run `x.run`, else of the first shown that logs it, at its last step.

    `x.table` asks for a window: `offset`, `limit`, `sort` (a column's name), `descending`, `search`.
    """
    key = str(panel.config.get("tableKey") or next(iter(panel.config.get("metrics") or ()), ""))
    shown = scene.shown
    logged = dict(_logged(shown[:MOST_RUNS], key))
    wanted = str(panel.extras.get("run") or "")
    run = next((run for run in logged if wanted in {run.uid, run.name}), next(iter(logged), None))
    title = str(panel.config.get("chartTitle") or key)
    if run is None:
        note = Note("missing_key", f"None of these runs logs a table {key}.", (key,))
        return PanelData("table", title, notes=(note,), run_count=len(shown))
    step, path = logged[run]
    document, problem = _read(run, path)
    marks = [mark_of_run(each) for each in logged]
    body = _window(run, document, step, panel.extras.get("table"), marks, is_whole=scene.is_whole)
    return PanelData(
        kind="table",
        title=title,
        treatment=("table", run.display_name),
        marks=(mark_of_run(run),),
        body=body if document.columns else None,
        notes=(Note("broken_table", problem, (key,)),) if problem else (),
        run_count=len(shown),
        drawn_count=1,
        step_last=step,
    )


@dataclass(frozen=True, slots=True)
class _Document:
    columns: tuple[str, ...] = ()
    rows: Sequence[Sequence[Any]] = ()


class _Kept:
    """A table that was read lately; its file never changes."""

    def __init__(self) -> None:
        self.document: _Document | None = None
        self.size = 0

    @property
    def byte_count(self) -> int:
        return 1_000 + self.size * 4


_tables: Shelf[_Kept] = Shelf(128 * 2**20)


def _logged(runs: Sequence[Run], key: str) -> Iterator[tuple[Run, tuple[int, str]]]:
    """Yield the runs that logged a table, with the last step that has one and the path of its file."""
    for run, columns in columns_of_runs(runs, [key]):
        tables = {step: value for step, value in columns.column(key).others.items() if _is_table(value)}
        if tables:
            step = max(tables)
            yield run, (step, str(tables[step]["path"]))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and value.get("_type") in TABLES and isinstance(value.get("path"), str)


def _read(run: Run, path: str) -> tuple[_Document, str]:
    """Return a table, or an empty one and why."""
    file = files_by_path({(run.pk, path)}).get((run.pk, path))
    if file is None or file.blob is None:
        return _Document(), "The table's file has not arrived yet."
    if (file.blob.size or 0) > MOST_BYTES:
        return (
            _Document(),
            f"The table's file is larger than {MOST_BYTES // 2**20} MB. Download it from the run's files.",
        )
    with _tables.use(file.blob.key, _Kept) as kept:
        if kept.document is None:
            kept.document, kept.size = _parsed(file), file.blob.size or 0
        document = kept.document
    return document, "" if document.columns else "The table's file is no table."


def _parsed(file: RunFile) -> _Document:
    assert file.blob is not None  # noqa: S101  looked at by the caller
    try:
        found = json.loads(b"".join(blob_store().open(file.blob.key)))
    except (json.JSONError, NotFound):
        return _Document()
    columns, rows = (found.get("columns"), found.get("data")) if isinstance(found, dict) else (None, None)
    if not isinstance(columns, list) or not isinstance(rows, list):
        return _Document()
    return _Document(tuple(map(str, columns[:MOST_COLUMNS])), [row for row in rows if isinstance(row, list)])


def _window(
    run: Run, document: _Document, step: int, asked: Any, runs: Sequence[Any], *, is_whole: bool
) -> TableWindow:
    given: Mapping[str, Any] = asked if isinstance(asked, dict) else {}
    search = str(given.get("search") or "")
    rows = document.rows if not search else [row for row in document.rows if _holds(row, search.lower())]
    name, is_descending = given.get("sort"), bool(given.get("descending"))
    sort = document.columns.index(name) if name in document.columns else None
    if sort is not None:
        rows = sorted(rows, key=lambda row: _rank(row, sort, is_descending=is_descending), reverse=is_descending)
    offset = 0 if is_whole else _count(given.get("offset"), 0)
    limit = len(rows) if is_whole else min(_count(given.get("limit"), WINDOW), MOST_WINDOW)
    cells = _cells(run, rows[offset : offset + limit], len(document.columns), is_whole=is_whole)
    return TableWindow(
        document.columns, cells, offset, len(rows), len(document.rows), sort, is_descending, search, step, tuple(runs)
    )


def _count(value: Any, otherwise: int) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
    return value if is_number else otherwise


def _holds(row: Sequence[Any], search: str) -> bool:
    return any(search in (cell if isinstance(cell, str) else json.dumps_text(cell)).lower() for cell in row)


def _rank(row: Sequence[Any], place: int, *, is_descending: bool) -> tuple[int, Any]:
    """Numbers by size, then texts; what is missing comes last either way."""
    cell = row[place] if place < len(row) else None
    if isinstance(cell, (int, float)) and cell == cell:  # noqa: PLR0124  NaN differs from itself
        return (1, float(cell)) if is_descending else (0, float(cell))
    if isinstance(cell, str):
        return (0, cell) if is_descending else (1, cell)
    return (-1, 0) if is_descending else (2, 0)


def _cells(run: Run, rows: Sequence[Sequence[Any]], width: int, *, is_whole: bool) -> tuple[tuple[Any, ...], ...]:
    """Return the cells of a window, long ones cut and pictures with their addresses; for a file as they were logged."""
    pictures = [] if is_whole else [cell for row in rows for cell in row if _is_media(cell)]
    files = files_by_path({(run.pk, cell["path"]) for cell in pictures})
    most = None if is_whole else MOST_CELL
    return tuple(tuple(_cell(run, cell, files, most) for cell in [*row, *[None] * width][:width]) for row in rows)


def _is_media(cell: Any) -> bool:
    return isinstance(cell, dict) and isinstance(cell.get("_type"), str) and isinstance(cell.get("path"), str)


def _cell(run: Run, cell: Any, files: Mapping[tuple[int, str], RunFile], most: int | None) -> Any:
    if _is_media(cell):
        found: MediaItem = media_item(cell, cell["path"], 0, files.get((run.pk, cell["path"])))
        return found
    if cell is None or isinstance(cell, (bool, int, float)):
        return cell
    text = cell if isinstance(cell, str) else json.dumps_text(cell)
    return text if most is None or len(text) <= most else f"{text[:most]}…"
