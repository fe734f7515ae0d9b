"""How fast the run table answers: first rows filtered and sorted by any metric, rows in the middle, counts, groups.

Runs are made by bulk inserts, with a config, a summary and a catalogue of metrics as after a training. Rows are asked
for in process: the query and its dataclasses (`table_page`), and once more through Django's test client (`GET
/api/v1/projects/…/table`), JSON included. In a SQLite file of its own, or in the database of `--database`, which must
be empty.

    python -m benchmarks.table [--runs 10000 100000] [--metrics 8] [--repeats 30] [--database postgres://…]
"""

import argparse
import gc
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from benchmarks._figures import Figure, tell

MODELS = ("tinyvit-5m", "tinyvit-11m", "tinyvit-21m")
STATES = ("finished", "finished", "finished", "finished", "failed", "crashed", "running")
BATCH = 2000
BARS = {10_000: 15, 100_000: 40}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--metrics", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder:
        os.environ["CARNET_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
        os.environ.pop("DATABASE_URL", None)
        if given.database:
            os.environ["DATABASE_URL"] = given.database
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from django.db import connection

        from tests.build import build_project

        gc.freeze()  # as the server does once it has started
        for runs in given.runs:
            project = build_project(visibility="public")
            began = time.perf_counter()
            fill(project, runs, given.metrics)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE")
            took = time.perf_counter() - began
            print(f"{runs:,} runs, {given.metrics} metrics each, on {connection.vendor}; made in {took:.0f} s")
            measure(project, runs, given)


def fill(project: Any, count: int, metrics: int) -> None:
    """Insert runs with what a training leaves: config, environment, summary, catalogue of metrics."""
    from apps.runs.models import HistoryKey, Run, RunDigest, RunPulse, RunValue

    chance = random.Random(7)
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        runs = Run.objects.bulk_create([_run(project, number, chance) for number in numbers])
        RunPulse.objects.bulk_create([RunPulse(run=run, last_seen_at=run.created_at) for run in runs])
        RunDigest.objects.bulk_create([RunDigest(run=run, last_step=1000) for run in runs])
        RunValue.objects.bulk_create([value for run in runs for value in _values(run)])
        HistoryKey.objects.bulk_create([key for run in runs for key in _keys(run, metrics, chance)])


def _run(project: Any, number: int, chance: random.Random) -> Any:
    from django.utils.timezone import now

    from apps.runs.models import Run

    began = now() - timedelta(minutes=number)
    config = {"lr": chance.choice((1e-4, 3e-4, 1e-3)), "model": chance.choice(MODELS), "seed": number % 5}
    environment = {"python": "CPython 3.11.9", "args": ["--lr", "0.001"] * 20, "gpu": "NVIDIA A100" * 8}
    return Run(
        tenant=project.tenant,
        project=project,
        name=f"run{number:06}",
        display_name=f"calm-heron-{number}",
        state=chance.choice(STATES),
        slot=number + 1,
        group=f"group{number % 40}",
        job_type="train" if number % 4 else "eval",
        tags=["ema"] if number % 7 == 0 else [],
        config=config,
        summary={f"val/metric{place}": chance.random() for place in range(8)},
        metadata=environment,
        created_at=began,
        started_at=began,
        finished_at=began + timedelta(minutes=chance.randint(3, 500)),
    )


def _values(run: Any) -> Iterator[Any]:
    from apps.runs.models import RunValue
    from apps.runs.values import leaves

    for source, value in ((RunValue.Source.CONFIG, run.config), (RunValue.Source.SUMMARY, run.summary)):
        for leaf in leaves(value):
            yield RunValue(
                run=run, project=run.project, source=source, key=leaf.key, number=leaf.number, text=leaf.text
            )


def _keys(run: Any, metrics: int, chance: random.Random) -> Iterator[Any]:
    from apps.runs.models import HistoryKey

    for place in range(metrics):
        least = chance.random()
        yield HistoryKey(
            run=run,
            project=run.project,
            key=f"val/metric{place}",
            type_counts={"number": 1000},
            count=1000,
            last=least + 0.1,
            last_step=999,
            min=least,
            min_step=500,
            max=least + chance.random(),
            max_step=10,
        )


def measure(project: Any, count: int, given: argparse.Namespace) -> None:
    from django.db import connection
    from django.test import Client

    from apps.core.json import dumps_text
    from apps.runs.queries.table import select_runs, table_count, table_groups, table_page

    columns = ["run:state", "run:username", "run:createdAt", "run:duration", "config:lr", "config:seed"]
    columns += [f"metric:val/metric{place}:max" for place in range(given.metrics)]
    chance = random.Random(3)
    half = {"config.model": "tinyvit-21m", "state": "finished"}
    rare = {"config.model": "tinyvit-21m", "group": "group7", "config.seed": 2}

    def order() -> list[str]:
        fact = chance.choice(("last", "min", "max"))
        return [f"{chance.choice('+-')}metric:val/metric{chance.randrange(given.metrics)}:{fact}"]

    def rows(filters: Any, *, offset: int = 0, by: Callable[[], list[str]] = order) -> Callable[[], Any]:
        def ask() -> Any:
            return table_page(select_runs([project], filters), columns=columns, order=by(), offset=offset, limit=50)

        return ask

    client = Client(headers={"host": "localhost"})
    address = f"/api/v1/projects/{project.tenant.name}/{project.name}/table"

    def http() -> Any:
        asked = {"columns": ",".join(columns), "order": order()[0], "filters": dumps_text(half), "limit": 50}
        response = client.get(address, asked | {"count": "false"})
        assert response.status_code == 200, response.content
        return response

    report("first 50 rows, filter + sort by any metric", rows(half), given.repeats)
    middle = report("  the same with JSON through the test client", http, given.repeats)
    kind = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    what = f"first rows of the table, {count:,} runs, filter + sort, p50"
    tell(Figure(what, middle, "ms", BARS.get(count), True, None, kind))
    report("  a filter that keeps 1 run in 600", rows(rare), given.repeats)
    report("  a filter on another metric", rows({"metric:val/metric0:max": {"$gt": 1}}), given.repeats)
    report("  tags and a pattern", rows({"tags": "ema", "displayName": {"$regex": "heron-.*7"}}), given.repeats)
    report("  no filter, sorted by a value of the config", rows({}, by=lambda: ["-config:lr"]), given.repeats)
    report("  newest first", rows(half, by=list), given.repeats)
    report("  sorted by duration", rows(half, by=lambda: ["-run:duration"]), given.repeats // 3)
    report("50 rows from the middle", rows({}, offset=count // 2), given.repeats // 3)
    report("how many match", lambda: table_count(select_runs([project], half)), given.repeats // 3)
    grouped = lambda: table_groups(select_runs([project], half), by="config:model", columns=columns)  # noqa: E731
    report(f"groups by a config value, {len(columns)} columns", grouped, 3)


def report(what: str, ask: Callable[[], Any], repeats: int) -> float:
    """Print how long an answer takes, and return the median in milliseconds."""
    ask()
    took = []
    for _ in range(max(repeats, 3)):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    print(f"{what:55} p50 {statistics.median(took):7.1f} ms   p95 {took[int(len(took) * 0.95)]:7.1f} ms", flush=True)
    return statistics.median(took)


if __name__ == "__main__":
    main()
