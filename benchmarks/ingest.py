"""How many points a second one server makes durable, what a million of them cost, and what they take on disk.

Eight connections replay recorded file_stream bodies (rows of 20 metrics) into a run each, as fast as they are answered,
then say that the run is complete. The clock and the server's processor time run until the last row is digested and
compacted; on PostgreSQL its own processor time is counted too. The bodies are made before, so that the clients, which
share the machine, take little of it. MLflow gets such rows by log-batch, 1,000 points a request (its most), on eight
connections, into as many runs.

    python -m benchmarks.ingest [--seconds 20] [--connections 8] [--rows 500] [--metrics 20] [--gzip] [--on sqlite]
"""

import argparse
import gzip
import http.client
import json
import math
import random
import socket
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks._figures import Figure, tell
from benchmarks._machine import Database, database, kinds
from benchmarks._served import Server, carnet, has_mlflow, mlflow, run_django

PREPARE = """
from tests.build import build_project, build_run, build_team, build_token, build_user
owner = build_user()
project = build_project(build_team(owner=owner))
runs = [build_run(project, owner=owner).name for _ in range({count})]
print("\\n" + " ".join([project.tenant.name, project.name, build_token(owner), *runs]))
"""
WAITING = """select (select count(*) from runs_appendlog where stream in (1, 4)), (select count(*) from runs_rundigest d
join runs_runpulse p on p.run_id = d.run_id where p.seq > d.seq)"""
PATIENCE_SECONDS = 600


@dataclass
class Connection(threading.Thread):
    """One client: sends body after body, counts what is acknowledged."""

    port: int
    address: str
    headers: dict[str, str]
    bodies: Sequence[bytes]
    over_at: float = math.inf
    done: int = 0
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for body in self.bodies:
            began = time.perf_counter()
            if time.monotonic() >= self.over_at:
                return
            connection.request("POST", self.address, body, self.headers)
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, (answer.status, text)
            self.done += 1
            self.waits.append(time.perf_counter() - began)


@dataclass(frozen=True)
class Measured:
    """What came of one server."""

    points: int
    sent_seconds: float  # until the last answer
    whole_seconds: float  # until nothing was left to do
    cpu_seconds: float
    bytes_per_point: float

    @property
    def rate(self) -> float:
        return self.points / self.whole_seconds

    @property
    def cpu_per_million(self) -> float:
        return self.cpu_seconds / self.points * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--metrics", type=int, default=20)
    parser.add_argument("--bodies", type=int, default=150, help="at most, for each run")
    parser.add_argument("--gzip", action="store_true")
    parser.add_argument("--on", default="", help="sqlite or postgresql")
    given = parser.parse_args()
    for kind in kinds(given.on):
        ours = _measured(kind, "carnet", lambda at, folder: of_carnet(given, at, folder))
        theirs = _measured(kind, "mlflow", lambda at, folder: of_mlflow(given, at, folder)) if has_mlflow() else None
        _tell(kind, ours, theirs)


def _measured(kind: str, name: str, measure: Callable[[Database, str], Measured]) -> Measured:
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(kind, folder, name) as at:
        return measure(at, folder)


def _tell(kind: str, ours: Measured, theirs: Measured | None) -> None:
    print(
        f"{ours.points:,} points answered after {ours.sent_seconds:.1f} s, compacted after {ours.whole_seconds:.1f} s"
    )
    rate, cpu, size = ours.rate, ours.cpu_per_million, ours.bytes_per_point
    peers = (theirs.rate, theirs.cpu_per_million, theirs.bytes_per_point) if theirs else (None, None, None)
    tell(Figure("ingest, compaction included", rate, "points/s", 300_000, False, peers[0], kind))
    if theirs:
        tell(Figure("ingest beside MLflow", rate / theirs.rate, "×", 25, False, None, kind))
    tell(Figure("server CPU per million points", cpu, "s", 2, True, peers[1], kind))
    tell(Figure("disk per point, everything included", size, "bytes", 10, True, peers[2], kind))


# Carnet


def of_carnet(given: argparse.Namespace, at: Database, folder: str) -> Measured:
    bodies = make_bodies(given.bodies, rows=given.rows, metrics=given.metrics, zipped=given.gzip)
    with carnet(at, folder) as server:
        entity, project, key, *runs = run_django(PREPARE.format(count=given.connections), server.environment)
        empty = at.byte_count()
        headers = {"Authorization": "Basic " + b64encode(f"api:{key}".encode()).decode()}
        headers |= {"Content-Type": "application/json"} | ({"Content-Encoding": "gzip"} if given.gzip else {})
        addresses = [f"/files/{entity}/{project}/{run}/file_stream" for run in runs]
        clients = [Connection(server.port, address, headers, bodies) for address in addresses]
        before, began = server.cpu_seconds, time.monotonic()
        sent = _replay(clients, given.seconds)
        done = gzip.compress(b'{"complete":true,"exitcode":0}') if given.gzip else b'{"complete":true,"exitcode":0}'
        _replay([Connection(server.port, address, headers, [done]) for address in addresses], math.inf)
        _await_compaction(at)
        whole, cpu = time.monotonic() - began, server.cpu_seconds - before
        points = sum(client.done for client in clients) * given.rows * given.metrics
        waits = sorted(wait for client in clients for wait in client.waits)
        middle, last = (waits[len(waits) * share // 100] * 1e3 for share in (50, 99))
        print(f"Carnet on {at.kind}: {points / sent:,.0f} points/s answered, p50 {middle:.0f} ms, p99 {last:.0f} ms")
        return Measured(points, sent, whole, cpu, (at.byte_count() - empty) / points)


def make_bodies(count: int, *, rows: int, metrics: int, zipped: bool = False) -> list[bytes]:
    """Return bodies of noisy values whose steps go on from body to body."""
    noise = random.Random(7)
    bodies = []
    for number in range(count):
        lines = [_row(number * rows + index, metrics, noise) for index in range(rows)]
        files = {"wandb-history.jsonl": {"offset": number * rows, "content": lines}}
        body = json.dumps({"files": files}).encode()
        bodies.append(gzip.compress(body, 6) if zipped else body)
    return bodies


def _row(step: int, metrics: int, noise: random.Random) -> str:
    row: dict[str, Any] = {f"train/metric_{key}": noise.gauss(1 / (1 + step / 1e4), 0.1) for key in range(metrics)}
    return json.dumps(row | {"_step": step, "_runtime": step * 0.01, "_timestamp": 1.79e9 + step * 0.01})


def _replay(clients: Sequence[Connection], seconds: float) -> float:
    """Let clients send for so long. Returns the seconds until the last answer."""
    began = time.monotonic()
    for client in clients:
        client.over_at = began + seconds
        client.start()
    for client in clients:
        client.join()
    return time.monotonic() - began


def _await_compaction(at: Database) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(at.asked(WAITING)):
        if time.monotonic() > deadline:
            raise SystemExit("The log was not compacted in time.")
        time.sleep(0.1)


# MLflow

MLFLOW_POINTS = 1_000  # the most of one request


def of_mlflow(given: argparse.Namespace, at: Database, folder: str) -> Measured:
    with mlflow(at, folder) as server:
        runs = mlflow_runs(server, given.connections)
        empty = at.byte_count()
        rows = MLFLOW_POINTS // given.metrics
        count = max(200, int(given.seconds * 10))
        address = "/api/2.0/mlflow/runs/log-batch"
        headers = {"Content-Type": "application/json"}
        streams = [_batches(run, count, rows, given.metrics) for run in runs]
        clients = [Connection(server.port, address, headers, list(stream)) for stream in streams]
        before = server.cpu_seconds
        seconds = _replay(clients, given.seconds)
        points = sum(client.done for client in clients) * rows * given.metrics
        print(f"MLflow on {at.kind}: {points:,} points in {seconds:.1f} s")
        return Measured(points, seconds, seconds, server.cpu_seconds - before, (at.byte_count() - empty) / points)


def mlflow_runs(server: Server, count: int) -> list[str]:
    """Make runs over MLflow's REST API, and return their ids."""
    made = [mlflow_post(server, "runs/create", {"experiment_id": "0", "start_time": 1}) for _ in range(count)]
    return [answer["run"]["info"]["run_id"] for answer in made]


def mlflow_post(server: Server, what: str, body: dict[str, Any]) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", f"/api/2.0/mlflow/{what}", json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text
    return json.loads(text)


def _batches(run: str, count: int, rows: int, metrics: int) -> Iterator[bytes]:
    noise = random.Random(7)
    for number in range(count):
        points = [
            {
                "key": f"train/metric_{key}",
                "value": noise.gauss(1, 0.1),
                "timestamp": 1_790_000_000_000 + step,
                "step": step,
            }
            for step in range(number * rows, (number + 1) * rows)
            for key in range(metrics)
        ]
        yield json.dumps({"run_id": run, "metrics": points}).encode()


if __name__ == "__main__":
    main()
