"""What compaction costs and saves, and how fast a chart of many runs is read from the zoom levels.

Rows of noisy metrics are appended to one run as a client would, digested and compacted; then runs of one key are
drawn together, cold: nothing is kept between two reads but what the database caches. In a SQLite file of its own.

    python -m benchmarks.history [--rows 20000] [--metrics 20] [--runs 100] [--steps 10000] [--points 300] [--repeats 7]
"""

import argparse
import json
import os
import random
import tempfile
import time
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--metrics", type=int, default=20)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder:
        os.environ["CARNET_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
        os.environ.pop("DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from tests.build import build_project

        project = build_project()
        measure_compaction(project, given)
        measure_charts(project, given)


def measure_compaction(project: Any, given: argparse.Namespace) -> None:
    from apps.runs.actions import compact_run, digest_run

    run, points = _run(project), given.rows * given.metrics
    packs = _packs(given.rows, given.metrics)
    empty = database_bytes()
    began = time.process_time()
    _append(run, packs)
    streamed = time.process_time()
    logged = database_bytes() - empty
    digest_run(run.pk)
    digested = time.process_time()
    compact_run(run.pk, everything=True)
    compacted = time.process_time()
    million = 1e6 / points
    print(f"{points:,} points: CPU per million {(compacted - began) * million:.2f} s after the request was parsed:")
    parts = (streamed - began, digested - streamed, compacted - digested)
    print("  append {:.2f} s, digest {:.2f} s, compaction {:.2f} s".format(*(part * million for part in parts)))
    stored = (database_bytes() - empty) / points
    print(f"bytes a point on disk, everything included: {logged / points:.1f} as log, {stored:.1f} compacted")
    for name, size in _sizes(run).items():
        print(f"  {name}: {size / points:.2f}")


def measure_charts(project: Any, given: argparse.Namespace) -> None:
    from apps.runs.actions import compact_run, digest_run
    from apps.runs.history.decoded import forget_everything
    from apps.runs.queries.many_series import forget_drawn, series_of_runs

    runs, packs = [_run(project) for _ in range(given.runs)], _packs(given.steps, 1)
    for run in runs:
        _append(run, packs)
        digest_run(run.pk)
        compact_run(run.pk, everything=True)
    for points, what in ((given.points, "zoom level"), (given.steps, "values")):
        took = []
        for _ in range(given.repeats):
            forget_everything()
            forget_drawn()
            began = time.perf_counter()
            found = series_of_runs(runs, "train/metric_0", points=points)
            took.append((time.perf_counter() - began) * 1e3)
            assert all(drawn.count == given.steps for drawn in found.values())
        middle = sorted(took)[len(took) // 2]
        print(f"chart of {given.runs} runs × {given.steps:,} steps from the {what}: p50 {middle:.0f} ms")


def database_bytes() -> int:
    """Return the size of the database, free pages left out."""
    from django.db import connection

    with connection.cursor() as cursor:
        pages, free, size = (
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


def _sizes(run: Any) -> dict[str, int]:
    from django.db.models import Sum
    from django.db.models.functions import Length

    from apps.runs.models import HistoryChunk

    found = HistoryChunk.objects.filter(run=run).values_list("level").annotate(size=Sum(Length("payload")))
    names = {-3: "manifest", -2: "steps and times", -1: "others", 0: "values"}
    return {names.get(level, f"zoom level {level}"): size for level, size in found.order_by("level")}


def _run(project: Any) -> Any:
    from tests.build import build_run

    return build_run(project)


def _packs(rows: int, metrics: int) -> list[Any]:
    from apps.runs.intake import history_pack

    noise, lines = random.Random(7), []
    for step in range(rows):
        row: dict[str, Any] = {f"train/metric_{key}": noise.gauss(1 / (1 + step / 1e4), 0.1) for key in range(metrics)}
        lines.append(json.dumps(row | {"_step": step, "_runtime": step * 0.01, "_timestamp": 1.79e9 + step * 0.01}))
    return [history_pack(lines[start : start + 500], offset=start) for start in range(0, rows, 500)]


def _append(run: Any, packs: list[Any]) -> None:
    from apps.runs.actions.log import append_together
    from apps.runs.intake import StreamRequest

    for pack in packs:
        append_together([StreamRequest(run.pk, run.project_id, packs=(pack,))], digest=())


if __name__ == "__main__":
    main()
