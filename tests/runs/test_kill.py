"""Kill -9 in the middle of ten streaming clients: every acknowledged row is there after the restart."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from apps.core import json
from tests.requires import DATABASE_URL, ROOT, requires

pytestmark = [pytest.mark.slow, pytest.mark.backend]

CLIENTS = 10
STREAM_SECONDS = 3.0
PREPARE = """
from tests.build import build_project, build_run, build_team, build_token, build_user
owner = build_user("olive")
project = build_project(build_team("northlight", owner=owner), "digits")
runs = [build_run(project, f"run{n}", owner=owner).name for n in range(%d)]
print("\\n" + build_token(owner))
"""
READ = """
from apps.core import json
from apps.runs.models import AppendLog, Run
from apps.runs.queries.history import history_rows, row_count
found = {run.name: [json.loads(text) for text in history_rows(run)] for run in Run.objects.all()}
assert all(row_count(run) == len(found[run.name]) for run in Run.objects.all())
print("\\n" + json.dumps_text(found))
"""


@pytest.fixture(params=["sqlite", "postgres"])
def environment(request, tmp_path):
    """Return the environment of a server with a database of its own."""
    values = {**os.environ, "CARNET_DATA_DIR": str(tmp_path), "PORT": str(_free_port()), "CARNET_SECRET_KEY": "k" * 50}
    values |= {"DJANGO_SETTINGS_MODULE": "config.settings.prod", "CARNET_LOG_LEVEL": "warning", "REDIS_URL": ""}
    if request.param == "sqlite":
        yield values | {"DATABASE_URL": ""}
        return
    requires("postgres")
    name = f"carnet_kill_{os.getpid()}"
    with psycopg.connect(DATABASE_URL, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield values | {"DATABASE_URL": urlsplit(DATABASE_URL)._replace(path=f"/{name}").geturl()}
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def django(environment, code: str) -> str:
    """Run code in a process of its own on the server's database; return its last line."""
    start = "import django; django.setup()\n"
    command = [sys.executable, "-c", start + code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def serve(environment, log) -> subprocess.Popen:
    with log.open("ab") as out:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--migrate"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{environment['PORT']}/healthz").status_code == 200:
                return server
        except httpx.TransportError:
            assert server.poll() is None, log.read_text()[-2000:]
        time.sleep(0.05)
    pytest.fail(f"The server did not start:\n{log.read_text()[-2000:]}")


class Client(threading.Thread):
    """Logs rows as fast as it may, and remembers which were acknowledged."""

    def __init__(self, base: str, run: str, key: str) -> None:
        super().__init__(daemon=True)
        self.address = f"{base}/files/northlight/digits/{run}/file_stream"
        self.auth = ("api", key)
        self.acknowledged: list[int] = []
        self.next = 0
        self.is_over = threading.Event()

    def run(self) -> None:
        with httpx.Client(auth=self.auth, timeout=30) as http:
            while not self.is_over.is_set():
                steps = range(self.next, self.next + 5)
                try:
                    answer = http.post(self.address, json=self._body(steps))
                except httpx.TransportError:
                    return
                if answer.status_code == 200:
                    self.acknowledged += steps
                    self.next += 5

    def _body(self, steps):
        rows = [json.dumps_text({"_step": step, "loss": step / 7, "_timestamp": 1e9 + step}) for step in steps]
        console = {"offset": steps[0], "content": [f"step {step}" for step in steps]}
        return {"files": {"wandb-history.jsonl": {"offset": steps[0], "content": rows}, "output.log": console}}


def test_no_acknowledged_row_is_lost(environment, tmp_path):
    log = tmp_path / "server.log"
    server = serve(environment, log)
    key = django(environment, PREPARE % CLIENTS)
    base = f"http://127.0.0.1:{environment['PORT']}"
    clients = [Client(base, f"run{number}", key) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(STREAM_SECONDS)
    server.send_signal(signal.SIGKILL)
    server.wait()
    for client in clients:
        client.join(30)
    server = serve(environment, log)
    try:
        found = json.loads(django(environment, READ))
        for number, client in enumerate(clients):
            assert client.acknowledged, "the client got through at least once"
            rows = {row["_step"]: row["loss"] for row in found[f"run{number}"]}
            lost = [step for step in client.acknowledged if rows.get(step) != step / 7]
            assert not lost
            assert len(rows) <= client.next + 5, "at most the request without an answer came in beside them"
        again = Client(base, "run0", key)
        again.next = clients[0].next
        again.start()
        deadline = time.monotonic() + 10
        while not again.acknowledged and time.monotonic() < deadline:
            time.sleep(0.05)
        again.is_over.set()
        assert again.acknowledged, "clients go on after the restart"
    finally:
        server.kill()
        server.wait()
