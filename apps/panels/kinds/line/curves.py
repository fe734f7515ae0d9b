"""The values of a panel's lines as they are read: one curve per run, or all runs of groups on common cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.core.errors import InvalidInput
from apps.panels.facts import facts_of
from apps.panels.keys import parse_key
from apps.panels.kinds.line.catalogue import of_runs
from apps.panels.kinds.line.cells import Cells, on_cells
from apps.panels.kinds.line.expressions import Expression
from apps.panels.terms import Floats
from apps.runs.models import HistoryKey, Run, Stream
from apps.runs.queries.grids import grid_of_runs
from apps.runs.queries.many_series import aligned_values, series_of_runs
from apps.runs.queries.series import Series

MOST_CELLS = 5_000_000  # of runs times x, so that a group of many thousand runs stays in memory
_FACTS = ("config:", "config.", "summary:", "summary_metrics.")
SYSTEM = "system/"
WALL_TIME = "_timestamp"
SINCE_START = "_absolute_runtime"


@dataclass(frozen=True, slots=True)
class GroupCells:
    """All runs of the groups on common cells; rows are named by `rows`, run id → row."""

    cells: Cells
    rows: Mapping[int, int]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Along which x, how finely, and in which range a panel is looked at."""

    x: str
    points: int
    low: float | None
    high: float | None
    x_expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one line of each run shows: a key, or an expression on keys."""

    text: str
    expression: Expression | None = None

    @property
    def stream(self) -> Stream:
        names = self.expression.keys if self.expression else (self.text,)
        return Stream.EVENTS if names and all(name.startswith(SYSTEM) for name in names) else Stream.HISTORY


def stored_name(key: str) -> str:
    """Return a key as the store knows it: panels write system metrics with a slash."""
    return f"system.{key.removeprefix(SYSTEM)}" if key.startswith(SYSTEM) else key


def read_curves(runs: Sequence[Run], wanted: Wanted, look: Look) -> dict[int, Series]:
    """Return a curve by run id; runs without numbers are left out. A constant number of queries for a plain key."""
    if wanted.expression is None and look.x_expression is None and look.x != SINCE_START:
        return series_of_runs(
            runs,
            stored_name(wanted.text),
            points=look.points,
            axis=look.x,
            low=look.low,
            high=look.high,
            stream=wanted.stream,
        )
    curves = _worked_out(runs, wanted, look)
    return {pk: _thinned(wanted.text, x, y, look.points) for pk, (x, y) in curves.items()}


def read_cells(runs: Sequence[Run], wanted: Wanted, look: Look) -> GroupCells:
    """Return the values of all runs on common cells."""
    cells = max(min(look.points, MOST_CELLS // max(len(runs), 1)), 50)
    if wanted.expression is None and look.x_expression is None and look.x != SINCE_START:
        grid = grid_of_runs(
            runs,
            stored_name(wanted.text),
            cells=cells,
            axis=look.x,
            low=look.low,
            high=look.high,
            stream=wanted.stream,
        )
        rows = {int(pk): row for row, pk in enumerate(grid.run_ids)}
        return GroupCells(Cells(grid.x, grid.mean, grid.low, grid.high), rows, grid.is_exact)
    curves = _worked_out(runs, wanted, look)
    return GroupCells(on_cells(list(curves.values()), cells), {pk: row for row, pk in enumerate(curves)}, True)


def _worked_out(runs: Sequence[Run], wanted: Wanted, look: Look) -> dict[int, tuple[Floats, Floats]]:
    """Return (x, y) by run id, by rising x, where every key of the expressions was logged at the same step."""
    parts = [part for part in (wanted.expression, look.x_expression) if part]
    names = list(dict.fromkeys(name for part in parts for name in part.keys))
    names = names if wanted.expression else [wanted.text, *names]
    constants = [name for name in names if name.startswith(_FACTS)]
    logged = [name for name in names if name not in constants and name != look.x]
    if not logged:
        raise InvalidInput(f"The expression “{wanted.text}” reads no metric beside the x axis.", code="bad_expression")
    axis = WALL_TIME if look.x == SINCE_START else look.x
    columns = aligned_values(runs, [stored_name(name) for name in logged], axis=axis, stream=wanted.stream)
    starts = _starts(runs) if look.x == SINCE_START else {}
    facts = _constants(runs, constants)
    found = {}
    for pk, each in columns.items():
        x = each.x - starts.get(pk, 0.0)
        values = {look.x: x, "x": x, **{name: each.values[stored_name(name)] for name in logged}}
        found[pk] = _curve(values | facts.get(pk, {}), wanted, look)
    return {pk: curve for pk, curve in found.items() if len(curve[0])}


def _starts(runs: Sequence[Run]) -> dict[int, float]:
    """Return the wall time at which each run began to log, as the catalogue has it; else when it was created."""
    rows = HistoryKey.objects.filter(key=WALL_TIME, stream=Stream.HISTORY, min__isnull=False)
    known = dict(pair for some in of_runs(rows, runs) for pair in some.values_list("run_id", "min"))
    return {run.pk: known.get(run.pk) or run.created_at.timestamp() for run in runs}


def _constants(runs: Sequence[Run], names: Sequence[str]) -> dict[int, dict[str, float]]:
    """Return numbers of config and summary by run id and name, NaN for what is none."""
    if not names:
        return {}
    keys = {name: parse_key(name) for name in names}
    facts = facts_of(runs, keys.values())
    return {run.pk: {name: _number(facts[key].get(run.pk)) for name, key in keys.items()} for run in runs}


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


def _curve(values: Mapping[str, Any], wanted: Wanted, look: Look) -> tuple[Floats, Floats]:
    at = np.asarray(values[look.x], np.float64)
    y = wanted.expression.of(values) if wanted.expression else np.asarray(values[wanted.text], np.float64)
    x = look.x_expression.of(values) if look.x_expression else at
    x, y = np.broadcast_to(x, at.shape), np.broadcast_to(y, at.shape)
    is_known = np.isfinite(x)
    order = np.argsort(x[is_known], kind="stable")
    x, y = x[is_known][order], y[is_known][order]
    start = 0 if look.low is None else max(int(np.searchsorted(x, look.low)) - 1, 0)  # lines leave the frame
    stop = len(x) if look.high is None else int(np.searchsorted(x, look.high, "right")) + 1
    return x[start:stop], y[start:stop]


def _thinned(key: str, x: Floats, y: Floats, points: int) -> Series:
    finite = y[np.isfinite(y)]
    last = float(finite[-1]) if len(finite) else None
    bad = len(y) - len(finite)
    if len(x) <= points:
        return Series(key, x, y, None, None, len(y), bad, last)
    cells = on_cells([(x, y)], points)
    return Series(key, cells.x, cells.mean[0], cells.low[0], cells.high[0], len(y), bad, last)
