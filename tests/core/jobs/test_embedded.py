"""The embedded default, for real: one process that serves, runs jobs and keeps time; and kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[3]

# A served Carnet that also knows a few kinds of jobs; the port is the first free one.
SERVER = """
import os, sys, time
sys.path.insert(0, {root!r})
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.prod"
import django
django.setup()
from pathlib import Path
from apps.core.jobs import job
from apps.core.management.commands import serve
from django.core.management import call_command

here = Path({folder!r})

@job("tests.note")
def note(name):
    (here / name).write_text(str(os.getpid()))

@job("tests.hang", max_attempts=3)
def hang():
    with (here / "hang").open("a") as file:
        file.write("x")
    if (here / "hang").stat().st_size == 1:
        time.sleep(60)

call_command("serve", migrate=True)
"""


class Installation:
    """A data folder with a server that can be killed and started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.script = folder / "server.py"
        self.script.write_text(SERVER.format(root=str(ROOT), folder=str(folder)))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        environment |= {"CARNET_DATA_DIR": str(self.folder / "data"), "PORT": str(self.port)}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([sys.executable, str(self.script)], env=environment, stdout=log, stderr=log)
        self.wait_for(lambda: self.answers("/healthz"))

    def end(self, how: int) -> int:
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(20)

    def answers(self, path: str) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def enqueue(self, kind: str, arguments: str = "{}") -> None:
        """Write the row as a management command in another process would: without a hint."""
        database = sqlite3.connect(self.folder / "data" / "carnet.sqlite3", timeout=20)
        columns = "kind, arguments, state, attempts, not_before, created_at, progress, error"
        row = [kind, arguments, "waiting", 0, "2020-01-01 00:00:00", "2020-01-01 00:00:00", 0, ""]
        with database:
            database.execute(f"INSERT INTO core_job ({columns}) VALUES ({', '.join('?' * len(row))})", row)
        database.close()

    def state(self, kind: str) -> tuple[str, int]:
        database = sqlite3.connect(self.folder / "data" / "carnet.sqlite3", timeout=20)
        found: tuple[str, int] = database.execute(
            "SELECT state, attempts FROM core_job WHERE kind = ?", [kind]
        ).fetchone()
        database.close()
        return found

    def wait_for(self, condition, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.05)


@pytest.fixture
def installation(tmp_path, unused_tcp_port):
    installation = Installation(tmp_path, unused_tcp_port)
    installation.start()
    yield installation
    if installation.process and installation.process.poll() is None:
        installation.process.kill()
        installation.process.wait()


@pytest.mark.slow
def test_jobs_run_in_the_server_and_survive_its_death(installation):
    installation.enqueue("tests.note", '{"name": "first"}')
    installation.wait_for((installation.folder / "first").exists)
    assert (installation.folder / "first").read_text() == str(installation.process.pid)
    installation.enqueue("tests.hang")
    installation.wait_for((installation.folder / "hang").exists)
    assert installation.state("tests.hang") == ("running", 1)
    installation.end(signal.SIGKILL)
    installation.start()
    installation.wait_for(lambda: installation.state("tests.hang") == ("done", 2))
    assert installation.answers("/readyz")
    assert installation.end(signal.SIGTERM) in {0, -signal.SIGTERM}
