"""How many points a second one server process makes durable, and what a million of them cost.

Eight connections replay file_stream bodies (rows of 20 metrics) into a run each, as fast as they are answered. What is
counted was acknowledged, that is committed; the server's processor time includes the digests behind it. The bodies are
made before the clock starts, so that the clients, which share the machine, take little of it.

    python -m benchmarks.ingest [--seconds 10] [--connections 8] [--rows 500] [--metrics 20] [--gzip]

DATABASE_URL chooses the database (an empty one); SQLite in a temporary folder without it.
"""

import argparse
import gzip
import http.client
import json
import math
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PREPARE = """
import django; django.setup()
from tests.build import build_project, build_run, build_team, build_token, build_user
owner = build_user()
project = build_project(build_team(owner=owner))
runs = [build_run(project, owner=owner).name for _ in range({count})]
print("\\n" + " ".join([project.tenant.name, project.name, build_token(owner), *runs]))
"""
BEHIND = """
import django; django.setup()
from django.db.models import F, Sum
from django.db.models.functions import Length
from apps.runs.models import AppendLog, RunDigest
behind = RunDigest.objects.filter(run__pulse__seq__gt=F("seq")).count()
print(behind, AppendLog.objects.aggregate(size=Sum(Length("payload")))["size"])
"""


@dataclass
class Connection(threading.Thread):
    """One client: sends body after body, counts what is acknowledged."""

    port: int
    address: str
    headers: dict[str, str]
    bodies: list[bytes]
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


def make_bodies(count: int, *, rows: int, metrics: int, zipped: bool) -> list[bytes]:
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


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / TICKS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--metrics", type=int, default=20)
    parser.add_argument("--bodies", type=int, default=150)
    parser.add_argument("--gzip", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder:
        measure(given, folder)


def measure(given: argparse.Namespace, folder: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"CARNET_DATA_DIR": folder, "PORT": str(port), "CARNET_LOG_LEVEL": "warning"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.prod", "CARNET_RATE_LIMIT_FILE_STREAM": "0"}
    bodies = make_bodies(given.bodies, rows=given.rows, metrics=given.metrics, zipped=given.gzip)
    with Path(folder, "server.log").open("wb") as log:
        command = [sys.executable, "manage.py", "serve", "--migrate"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _await_server(port, server, Path(folder, "server.log"))
        entity, project, key, *runs = _django(PREPARE.format(count=given.connections), environment)
        headers = {"Authorization": "Basic " + b64encode(f"api:{key}".encode()).decode()}
        headers |= {"Content-Type": "application/json"} | ({"Content-Encoding": "gzip"} if given.gzip else {})
        clients = [Connection(port, f"/files/{entity}/{project}/{run}/file_stream", headers, bodies) for run in runs]
        before, began = cpu_seconds(server.pid), time.monotonic()
        for client in clients:
            client.over_at = began + given.seconds
            client.start()
        for client in clients:
            client.join()
        elapsed, streaming = time.monotonic() - began, cpu_seconds(server.pid) - before
        behind, stored = _await_digests(environment)
        points = sum(client.done for client in clients) * given.rows * given.metrics
        _report(points, clients, elapsed, (streaming, cpu_seconds(server.pid) - before), stored)
        print(f"digests were complete {behind:.1f} s after the last row")
    finally:
        server.kill()
        server.wait()


def _report(points: int, clients: list[Connection], elapsed: float, cpu: tuple[float, float], stored: int) -> None:
    waits = sorted(wait for client in clients for wait in client.waits)
    print(f"{points:,} points in {elapsed:.1f} s: {points / elapsed:,.0f} points/s acknowledged")
    streaming, whole = (seconds / points * 1e6 for seconds in cpu)
    print(f"server CPU per million points: {streaming:.2f} s streaming, {whole:.2f} s with the digests")
    print(f"answers: p50 {waits[len(waits) // 2] * 1e3:.0f} ms, p99 {waits[len(waits) * 99 // 100] * 1e3:.0f} ms")
    print(f"log: {stored / points:.1f} bytes a point")


def _await_digests(environment: dict[str, str]) -> tuple[float, int]:
    began = time.monotonic()
    while True:
        behind, stored = map(int, _django(BEHIND, environment))
        if not behind or time.monotonic() - began > 120:
            return time.monotonic() - began, stored
        time.sleep(1)


def _django(code: str, environment: dict[str, str]) -> list[str]:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1].split()


def _await_server(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"The server did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


if __name__ == "__main__":
    main()
