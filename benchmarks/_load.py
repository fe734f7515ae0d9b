"""Runs to draw: noisy series with spikes of one step, put into Carnet or MLflow.

Carnet's shorter runs come as a client's would, through log, digest and compaction. A million steps a run would take
most of an hour that way: they are encoded by the same function as compaction's chunks and swapped in.
"""

import contextlib
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from benchmarks._machine import Database

if TYPE_CHECKING:
    from apps.runs.models import Run

KEY = "val/loss"
SPIKES = 20  # one step in each of so many runs
HEIGHT = 1_000.0
LINES = 500  # of one request
SECTIONS = ("train", "val", "optim", "speed", "grad")

Values = npt.NDArray[np.float64]


def values_of(number: int, steps: int) -> Values:
    """Return the series of a run."""
    random = np.random.default_rng(number)
    values = 1 / (1 + np.arange(steps) / 1e3) + random.normal(0, 0.05, steps)
    if number < SPIKES:
        values[int(random.integers(steps // 10, steps - 1))] = HEIGHT + number
    return values


def fill_carnet(runs: int, steps: int, *, quick: bool) -> None:
    """Make a project with runs; print where it is and a token. Runs in a process of its own with Django set up."""
    from tests.build import build_project, build_run, build_team, build_token, build_user

    owner = build_user()
    project = build_project(build_team(owner=owner))
    for number in range(runs):
        run = build_run(project, owner=owner)
        (_swap_in if quick else _log)(run, {KEY: values_of(number, steps)})
        run.__class__.objects.filter(pk=run.pk).update(state="finished")
    print(project.tenant.name, project.name, build_token(owner))


def _log(run: "Run", series: Mapping[str, Values]) -> None:
    from apps.core import json
    from apps.runs.actions import compact_run, digest_run
    from apps.runs.actions.log import append_together
    from apps.runs.intake import StreamRequest, history_pack

    steps = range(len(next(iter(series.values()))))
    for start in range(0, len(steps), LINES):
        rows = zip(*(values[start : start + LINES].tolist() for values in series.values()), strict=True)
        lines = [
            json.dumps_text(
                dict(zip(series, row, strict=True))
                | {"_step": step, "_runtime": step * 0.01, "_timestamp": 1.79e9 + step * 0.01}
            )
            for step, row in enumerate(rows, start)
        ]
        request = StreamRequest(run.pk, run.project_id, packs=(history_pack(lines, offset=start),))
        append_together([request], digest=())
    digest_run(run.pk)
    compact_run(run.pk, everything=True)


def fill_workspace(runs: int, keys: int, steps: int) -> None:
    """Make a project whose runs log many keys; print where it is and a session of its owner."""
    from tests.browser.seed import session_of
    from tests.build import build_project, build_run, build_team, build_user

    owner = build_user()
    project = build_project(build_team(owner=owner))
    for number in range(runs):
        run = build_run(project, owner=owner)
        series = {
            f"{SECTIONS[key % 5]}/metric_{key}": values_of(1_000 + number * keys + key, steps) for key in range(keys)
        }
        _log(run, series)
        run.__class__.objects.filter(pk=run.pk).update(state="finished")
    print(project.tenant.name, project.name, session_of(owner))


def _swap_in(run: "Run", given: Mapping[str, Values]) -> None:
    from apps.runs.history.columns import Columns
    from apps.runs.history.facts import FIELDS, fact_of
    from apps.runs.history.groups import GROUP_STEPS, Base, Manifest, Merged, chunks_of, span_chunk
    from apps.runs.history.spans import respan
    from apps.runs.models import HistoryKey, RunDigest, RunPulse, Stream
    from apps.runs.stores.chunks import Swap, swap

    steps = np.arange(len(next(iter(given.values()))), dtype=np.int64)
    columns = Columns()
    columns._rows.add(steps, np.zeros(len(steps)), is_integral=True)
    times: dict[str, Values] = {"_step": steps * 1.0, "_runtime": steps * 0.01, "_timestamp": 1.79e9 + steps * 0.01}
    series = {**times, **given}
    for key, found in series.items():
        columns._named(key).add(steps, found, is_integral=key == "_step")
    pieces = np.split(steps, range(GROUP_STEPS, len(steps), GROUP_STEPS))
    written = chunks_of(run.pk, Merged(Base((), Stream.HISTORY), columns), pieces)
    spans = respan([], written.coarse, [], written.paths).written
    chunks = [*written.chunks, *(span_chunk(run.pk, Stream.HISTORY, span) for span in spans)]
    swap(run.pk, Stream.HISTORY, (Stream.HISTORY,), Swap(0, 0, Manifest(1, len(steps), written.clock), (), chunks))
    facts = [fact_of(key, Stream.HISTORY, columns.column(key)) for key in series]
    HistoryKey.objects.bulk_create(
        HistoryKey(run=run, project=run.project, stream=fact.stream, **{name: getattr(fact, name) for name in FIELDS})
        for fact in facts
    )
    RunPulse.objects.filter(run=run).update(seq=1)
    digested = {"seq": 1, "row_count": len(steps), "first_step": 0, "last_step": len(steps) - 1}
    RunDigest.objects.filter(run=run).update(**digested)


def fill_mlflow(at: Database, runs: list[str], steps: int) -> None:
    """Insert metrics into MLflow's own table: over its API a million points take a minute and a half."""
    rows = (
        (KEY, value, 1_790_000_000_000 + step * 10, step, False, run)
        for number, run in enumerate(runs)
        for step, value in enumerate(values_of(number, steps).tolist())
    )
    names = "key, value, timestamp, step, is_nan, run_uuid"
    if at.is_postgres:
        _copy(at, names, rows)
        return
    with contextlib.closing(sqlite3.connect(at.path, timeout=60)) as connection, connection:
        connection.executemany(f"insert into metrics ({names}) values (?, ?, ?, ?, ?, ?)", rows)  # noqa: S608


def _copy(at: Database, names: str, rows: Iterator[tuple[Any, ...]]) -> None:
    import psycopg

    statement = f"copy metrics ({names}) from stdin"
    with psycopg.connect(at.url) as connection, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
    at.vacuum()


if __name__ == "__main__":
    import django

    django.setup()
    how, numbers = sys.argv[1], [int(word) for word in sys.argv[2:]]
    if how == "workspace":
        fill_workspace(*numbers)
    else:
        fill_carnet(*numbers, quick=how == "quick")
