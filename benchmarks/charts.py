"""How soon a line chart of 100 runs is answered over HTTP, how many bytes it takes, and whether every spike is in it.

One key over steps, 300 buckets a line, as the workspace asks for it; 20 of the runs have a spike of one step. What is
timed is a request on an open connection until its last byte. MLflow is asked as its own page asks: the same runs and
key through `get-history-bulk-interval`, 320 points a run.

    python -m benchmarks.charts [--runs 100] [--steps 10000] [--long-steps 1000000] [--repeats 60] [--on sqlite]
"""

import argparse
import http.client
import json
import tempfile
import time
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

import numpy as np

from benchmarks._figures import Figure, tell
from benchmarks._load import HEIGHT, KEY, SPIKES, fill_mlflow
from benchmarks._machine import database, kinds
from benchmarks._served import Server, carnet, filled, has_mlflow, mlflow
from benchmarks.ingest import mlflow_runs
from tests.panels.test_wire import decode

PANEL = {"viewType": "Run History Line Plot", "config": {"metrics": [KEY]}}
POINTS = 300
MLFLOW_POINTS = 320  # of a line in its page
MLFLOW_REPEATS = 3  # one takes half a minute on SQLite


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--long-steps", type=int, default=1_000_000, help="0: without long runs")
    parser.add_argument("--repeats", type=int, default=60)
    parser.add_argument("--on", default="", help="sqlite or postgresql")
    given = parser.parse_args()
    for kind in kinds(given.on):
        of_carnet(kind, given)
        if given.long_steps:
            of_long_runs(kind, given)


def of_carnet(kind: str, given: argparse.Namespace) -> None:
    took, body = _carnet_times(kind, given.runs, given.steps, given.repeats, "logged")
    theirs = _mlflow_times(kind, given.runs, given.steps) if has_mlflow() else None
    what = f"chart of {given.runs} runs × {given.steps:,} steps"
    tell(Figure(f"{what}, p50", _share(took, 50), "ms", 25, True, theirs and _share(theirs, 50), kind))
    tell(Figure(f"{what}, p95", _share(took, 95), "ms", 60, True, None, kind))
    if theirs:
        tell(Figure("chart beside MLflow", _share(theirs, 50) / _share(took, 50), "×", 40, False, None, kind))
    tell(Figure("bytes of that chart on the wire", len(body) / 1e3, "kB", 450, True, None, kind))
    tell(Figure("spikes of one step in it", _spikes(body), f"of {SPIKES}", SPIKES, False, None, kind))


def of_long_runs(kind: str, given: argparse.Namespace) -> None:
    took, body = _carnet_times(kind, given.runs, given.long_steps, given.repeats, "quick")
    what = f"chart of {given.runs} runs × {given.long_steps:,} steps"
    tell(Figure(f"{what}, p50", _share(took, 50), "ms", 60, True, None, kind))
    tell(Figure("spikes of one step in that", _spikes(body), f"of {SPIKES}", SPIKES, False, None, kind))


def _share(took: list[float], share: int) -> float:
    return sorted(took)[min(len(took) * share // 100, len(took) - 1)]


@dataclass(frozen=True)
class Request:
    """What is asked again and again."""

    method: str
    address: str
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def _carnet_times(kind: str, runs: int, steps: int, repeats: int, how: str) -> tuple[list[float], bytes]:
    """Return milliseconds, and the answer as it came."""
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(kind, folder, "carnet") as at:
        with carnet(at, folder) as server:
            entity, project, key = filled(server, how, runs, steps)
        with carnet(at, folder) as server:  # anew, so that nothing is remembered from filling
            body = json.dumps({"panels": [PANEL], "settings": {"maxRuns": runs}, "points": POINTS, "form": "frame"})
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            address = f"/api/v1/projects/{entity}/{project}/panel-data"
            took, answer = _timed(server, Request("POST", address, body, headers), repeats)
            print(f"Carnet on {kind}, {steps:,} steps: first answer {took[0]:.0f} ms")
            return took[1:], answer


def _mlflow_times(kind: str, runs: int, steps: int) -> list[float]:
    with (
        tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder,
        database(kind, folder, "mlflow") as at,
        mlflow(at, folder) as server,
    ):
        ids = mlflow_runs(server, runs)
        fill_mlflow(at, ids, steps)
        asked = [("run_ids", each) for each in ids] + [("metric_key", KEY), ("max_results", str(MLFLOW_POINTS))]
        address = f"/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?{urlencode(asked)}"
        took, body = _timed(server, Request("GET", address), MLFLOW_REPEATS)
        kept = sum(point["value"] >= HEIGHT for point in json.loads(_plain(body)).get("metrics", ()))
        print(f"MLflow on {kind}: {len(body) / 1e3:,.0f} kB, {kept} of {SPIKES} spikes")
        return took[1:]


def _timed(server: Server, asked: Request, repeats: int) -> tuple[list[float], bytes]:
    """Ask again and again on one connection; return milliseconds, and the bytes of the last answer as they came."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    took, answer = [], b""
    for _ in range(repeats + 1):
        began = time.perf_counter()
        connection.request(asked.method, asked.address, asked.body, asked.headers | {"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        answer = response.read()
        took.append((time.perf_counter() - began) * 1e3)
        assert response.status == 200, answer
    return took, answer


def _plain(body: bytes) -> bytes:
    return zlib.decompress(body, 31) if body.startswith(b"\x1f\x8b") else body


def _spikes(body: bytes) -> int:
    """Count the planted spikes in an answer."""
    [panel] = decode(_plain(body))["panels"]
    highs = [line["y"] if line["high"] is None else line["high"] for line in panel["body"]["lines"]]
    return sum(bool(np.nanmax(np.asarray(high, np.float64)) >= HEIGHT) for high in highs)


if __name__ == "__main__":
    main()
