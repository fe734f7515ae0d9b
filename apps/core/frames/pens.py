"""Arrow, Parquet, CSV and JSON, written piece by piece: a record batch, row group or column at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from apps.core import json
from apps.core.frames.shapes import Cells, Field, Frame, Kind, Table

if TYPE_CHECKING:
    import pyarrow as pa

MEDIA_TYPES: Final = {
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
}
_ROWS = 65_536  # of a record batch or row group
_BYTES = 2**26  # of one with many columns


def write(table: Table, form: str) -> Iterator[bytes]:
    """Yield a table in a form of MEDIA_TYPES.

    Whoever reads `csv` sees no value and an empty text apart: a text stands in quotes. An error in the middle leaves
    bytes that no reader takes for a whole file of Arrow or Parquet.
    """
    import pyarrow as pa

    schema = pa.schema([pa.field(field.name, _arrow_types()[field.kind]) for field in table.fields])
    sink = _Sink()
    with _WRITERS[form](sink, schema) as writer:
        for part in _gathered(schema, table):
            writer.write_table(part)
            yield from sink.taken()
    yield from sink.taken()


def _arrow_stream(sink: "_Sink", schema: "pa.Schema") -> Any:
    from pyarrow import ipc

    return ipc.new_stream(sink, schema)


def _parquet(sink: "_Sink", schema: "pa.Schema") -> Any:
    import pyarrow.parquet as pq

    # Dictionaries are tried on texts only: on noisy numbers they cost half of the time and save nothing.
    texts = [field.name for field in schema if field.type == _arrow_types()[Kind.TEXT]]
    return pq.ParquetWriter(sink, schema, compression="zstd", use_dictionary=texts)


def _csv(sink: "_Sink", schema: "pa.Schema") -> Any:
    from pyarrow import csv

    return csv.CSVWriter(sink, schema)


_WRITERS: Mapping[str, Callable[["_Sink", "pa.Schema"], Any]] = {
    "arrow": _arrow_stream,
    "parquet": _parquet,
    "csv": _csv,
}


def _arrow_types() -> "dict[Kind, pa.DataType]":
    import pyarrow as pa

    return {Kind.INTEGER: pa.int64(), Kind.FLOAT: pa.float64(), Kind.BOOLEAN: pa.bool_(), Kind.TEXT: pa.string()}


def _gathered(schema: "pa.Schema", table: Table) -> "Iterator[pa.Table]":
    """Yield record batches worth writing: small frames together."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    row_count = byte_count = 0
    for frame in table.frames:
        batch = _record_batch(schema, frame)
        if waiting and row_count + batch.num_rows > _ROWS:
            yield pa.Table.from_batches(waiting, schema).combine_chunks()
            waiting, row_count, byte_count = [], 0, 0
        waiting.append(batch)
        row_count, byte_count = row_count + batch.num_rows, byte_count + batch.nbytes
        if byte_count > _BYTES:
            yield pa.Table.from_batches(waiting, schema).combine_chunks()
            waiting, row_count, byte_count = [], 0, 0
    if waiting:
        yield pa.Table.from_batches(waiting, schema).combine_chunks()


def _record_batch(schema: "pa.Schema", frame: Frame) -> "pa.RecordBatch":
    import pyarrow as pa

    arrays = [
        pa.array(cells.values, type=field.type, mask=None if cells.is_known is None else ~cells.is_known)
        for field, cells in zip(schema, frame.columns, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)


def write_columns(columns: Iterable[tuple[Field, Cells]]) -> Iterator[bytes]:
    """Yield a JSON object of whole columns, a list each: null where there is no value, NaN as "NaN"."""
    before = b"{"
    for field, cells in columns:
        yield before + json.dumps(field.name) + b":["
        yield from _json_lists(cells)
        yield b"]"
        before = b","
    yield b"{}" if before == b"{" else b"}"


def _json_lists(cells: Cells) -> Iterator[bytes]:
    """Yield the values of a column between commas, without the brackets."""
    for start in range(0, len(cells.values), _ROWS):
        some = cells.part(start, start + _ROWS)
        yield (b"," if start else b"") + json.dumps(_plain(some))[1:-1]


def _plain(cells: Cells) -> Any:
    """Return what JSON is quickly made of: an array if it has no gaps and no NaN."""
    if cells.is_known is None and isinstance(cells.values, np.ndarray) and np.all(np.isfinite(cells.values)):
        return cells.values
    return cells.as_list()


class _Sink:
    """A file that is only written, whose bytes are taken away as they come."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> Iterator[bytes]:
        """Yield what was written since the last time, as one piece."""
        piece, self._parts = b"".join(self._parts), []
        if piece:
            yield piece
