"""Rows of the run table."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.errors import InvalidInput
from apps.runs.queries.table.columns import Column, column_keys, order_keys
from apps.runs.queries.table.order import run_ids
from apps.runs.queries.table.selection import Selection
from apps.runs.queries.table.values import Row, columns_of, loaded_rows

MAX_ROWS = 500


@dataclass(frozen=True, slots=True)
class TableRow:
    """What every row has beside its columns."""

    uid: str
    name: str
    display_name: str
    state: str
    slot: int
    entity: str
    project: str


@dataclass(frozen=True, slots=True)
class RunTable:
    """Some rows of a table, and their columns in the order asked for."""

    offset: int
    rows: list[TableRow]
    columns: list[Column]


def table_page(
    selection: Selection,
    *,
    columns: Sequence[str] = (),
    order: Sequence[str] = (),
    offset: int = 0,
    limit: int = 100,
) -> RunTable:
    """Return up to `limit` rows from `offset` on, newest first unless an order is given.

    Columns and order are named as in `ColumnKey`; runs without the value ordered by come last. Four queries, three
    more where rows lie past those that have the value, and one per project where the best of a metric is asked for.
    """
    if not 0 <= limit <= MAX_ROWS or offset < 0:
        raise InvalidInput(
            f"A page has up to {MAX_ROWS} rows.", code="bad_page", fields={"limit": f"At most {MAX_ROWS}."}
        )
    definitions = selection.definitions_for([*columns, *order])
    keys = column_keys(columns, definitions)
    found = loaded_rows(run_ids(selection, order_keys(order, definitions), offset=offset, limit=limit), keys)
    return RunTable(offset, [_row(row, selection) for row in found], columns_of(found, keys))


def _row(row: Row, selection: Selection) -> TableRow:
    entity, project = selection.addresses[row["project_id"]]
    return TableRow(row["uid"], row["name"], row["display_name"], row["state"], row["slot"], entity, project)


def table_count(selection: Selection) -> int:
    """Return how many runs match. One query."""
    return selection.runs().order_by().count()
