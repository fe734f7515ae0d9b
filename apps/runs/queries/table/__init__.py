"""The run table: columns of any number of runs, groups of them, and which columns there are."""

from apps.runs.queries.table.columns import Column, ColumnKey, column_keys
from apps.runs.queries.table.defaults import default_columns
from apps.runs.queries.table.exports import TableExport, csv_pieces, parquet_pieces, table_export
from apps.runs.queries.table.groups import GroupPage, RunGroup, table_groups
from apps.runs.queries.table.page import RunTable, TableRow, table_count, table_page
from apps.runs.queries.table.picker import ColumnChoice, ColumnChoices, column_choices
from apps.runs.queries.table.selection import Selection, select_runs

__all__ = [
    "Column",
    "ColumnChoice",
    "ColumnChoices",
    "ColumnKey",
    "GroupPage",
    "RunGroup",
    "RunTable",
    "Selection",
    "TableExport",
    "TableRow",
    "column_choices",
    "column_keys",
    "csv_pieces",
    "default_columns",
    "parquet_pieces",
    "select_runs",
    "table_count",
    "table_export",
    "table_groups",
    "table_page",
]
