"""What a panel shows as CSV: long form, one line for each point, every number in full."""

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

import numpy as np

from apps.core.errors import InvalidInput
from apps.core.spreadsheets import guarded
from apps.panels.figures import listings, rows
from apps.panels.figures.rows import Table
from apps.panels.terms import PanelData

WRITERS: Mapping[str, Callable[[PanelData], Table]] = {
    "bar": rows.of_bars,
    "code": listings.of_code,
    "comparer": listings.of_runs,
    "histogram": rows.of_heat,
    "line": rows.of_lines,
    "markdown": listings.of_prose,
    "media": listings.of_media,
    "parallel": rows.of_coordinates,
    "scalar": rows.of_scalars,
    "scatter": rows.of_points,
    "table": listings.of_table,
}


def csv_of(data: PanelData) -> bytes:
    """Return the numbers behind a panel. A first line names the columns; missing values are empty. Texts that a
    spreadsheet would take for formulas are guarded. Raises InvalidInput for a panel that resolved to nothing."""
    if data.body is None or data.kind not in WRITERS:
        said = data.notes[0].sentence if data.notes else "This panel holds no values."
        raise InvalidInput(said, code="no_values")
    heads, lines = WRITERS[data.kind](data)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(guarded, _distinct(heads)))
    writer.writerows([_cell(value) for value in line] for line in lines)
    return out.getvalue().encode(errors="replace")


def _distinct(heads: Sequence[str]) -> Iterable[str]:
    """Give columns of the same name numbers, so that readers by name lose none."""
    seen: dict[str, int] = {}
    for head in heads:
        seen[head] = seen.get(head, 0) + 1
        yield head if seen[head] == 1 else f"{head} ({seen[head]})"


def _cell(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if isinstance(value, (int, float)) else guarded(str(value))
