"""The whole of a table as CSV or Parquet: every matching run, some hundreds at a time."""

import csv
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from asgiref.sync import sync_to_async

from apps.core import json
from apps.core.chunks import chunks
from apps.core.spreadsheets import guarded
from apps.runs.models import RunValue
from apps.runs.queries.table.columns import SOURCES, Column, ColumnKey, column_keys, order_keys
from apps.runs.queries.table.order import all_run_ids
from apps.runs.queries.table.selection import Selection
from apps.runs.queries.table.values import columns_of, loaded_rows

ROWS_AT_A_TIME = 500
BLOCK = 1 << 20
_UNITS = {"seconds": "s", "time": "UTC"}


def head_of(key: ColumnKey) -> str:
    """Return the head of a column in a file, with what is shown and its unit: `val/acc max`, `Duration (s)`."""
    if key.section == "metric":
        fact = key.fact.removesuffix("_step")
        return f"{key.name} step of {fact}" if key.is_step else f"{key.name} {fact}"
    if key.section != "run":
        return f"{key.section}.{key.name}"
    unit = _UNITS.get(key.kind)
    return f"{key.label} ({unit})" if unit else key.label


@dataclass(frozen=True, slots=True)
class TableExport:
    """What a file will hold: its columns, and the ids of its runs in order."""

    selection: Selection
    keys: list[ColumnKey]
    ids: list[int]


def table_export(selection: Selection, *, columns: Sequence[str], order: Sequence[str]) -> TableExport:
    """Return what a file of a table will hold. What is wrong with the question is told here, before bytes go out."""
    definitions = selection.definitions_for([*columns, *order])
    keys = column_keys(columns, definitions)
    return TableExport(selection, keys, all_run_ids(selection, order_keys(order, definitions)))


async def csv_pieces(export: TableExport) -> AsyncIterator[bytes]:
    """Yield a CSV file (RFC 4180, UTF-8), some hundred rows at a time. Values stand as they were logged, but for
    texts that a spreadsheet would take for formulas."""
    yield _csv([[guarded(head_of(key)) for key in export.keys]])
    for ids in chunks(export.ids, ROWS_AT_A_TIME):
        found = await sync_to_async(_columns)(ids, export.keys)
        yield _csv(zip(*([_written(value) for value in column.values] for column in found), strict=True))


async def parquet_pieces(export: TableExport) -> AsyncIterator[bytes]:
    """Yield a Parquet file, one row group per 500 runs, made on disk. Columns are called by their keys.

    Config and summary columns are numbers where no run of the projects has anything else, else texts.
    """
    with await sync_to_async(_parquet_file)(export) as file:
        while block := await sync_to_async(file.read)(BLOCK):
            yield block


def _parquet_file(export: TableExport) -> IO[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    is_text = _texts_among(export)
    schema = pa.schema(
        [pa.field(str(key), _type(key, pa, is_text=key in is_text), metadata=_units(key)) for key in export.keys]
    )
    file = TemporaryFile()  # noqa: SIM115  the caller reads it
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for ids in chunks(export.ids, ROWS_AT_A_TIME):
            found = zip(_columns(ids, export.keys), schema, strict=True)
            arrays = [pa.array(list(_typed(column, is_text)), field.type) for column, field in found]
            writer.write_table(pa.table(arrays, schema=schema))
    file.seek(0)
    return file


def _columns(ids: Sequence[int], keys: Sequence[ColumnKey]) -> list[Column]:
    return columns_of(loaded_rows(ids, keys), keys)


def _csv(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return guarded(", ".join(str(item) for item in value))
    return _number(value) if isinstance(value, float) else guarded(value) if isinstance(value, str) else str(value)


def _number(value: float) -> str:
    """Whole numbers without a point, since config and summary keep all numbers as doubles."""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value).replace("nan", "NaN")


def _texts_among(export: TableExport) -> set[ColumnKey]:
    """Return the config and summary columns that hold texts somewhere. One query."""
    kept = {(SOURCES[key.section].value, key.path): key for key in export.keys if key.section in SOURCES}
    if not kept:
        return set()
    rows = RunValue.objects.filter(
        project__in=export.selection.project_ids, key__in={path for _, path in kept}, text__isnull=False
    )
    return {kept[place] for place in rows.order_by().values_list("source", "key").distinct() if place in kept}


def _type(key: ColumnKey, pa: Any, *, is_text: bool) -> Any:
    kinds = {"time": pa.timestamp("us", "UTC"), "seconds": pa.float64(), "tags": pa.list_(pa.string())}
    kinds |= {"number": pa.float64(), "step": pa.int64()}
    return kinds.get(key.kind) or (pa.float64() if key.kind == "value" and not is_text else pa.string())


def _units(key: ColumnKey) -> dict[str, str] | None:
    return {"unit": _UNITS[key.kind]} if key.kind in _UNITS else None


def _typed(column: Column, texts: set[ColumnKey]) -> Iterator[Any]:
    for value in column.values:
        if column.key.kind == "number":
            yield value if isinstance(value, int | float) and not isinstance(value, bool) else None
        elif column.key in texts and value is not None and not isinstance(value, str):
            yield json.dumps_text(value)
        else:
            yield value
