"""A Carnet served for real on the embedded default, in a folder of its own."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.prod"
import django
django.setup()
from django.core.management import call_command
here = Path({folder!r})
{more}
call_command("serve", migrate=True)
"""


class Installation:
    """A data folder with a server that can be killed and started again."""

    def __init__(self, folder: Path, port: int, *, more: str = "") -> None:
        """`more` is Python that runs before the server; `here` is the folder."""
        self.folder, self.port = folder, port
        self.script = folder / "server.py"
        self.script.write_text(SERVER.format(root=str(ROOT), folder=str(folder), more=more))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        environment |= {"CARNET_DATA_DIR": str(self.folder / "data"), "PORT": str(self.port)}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([sys.executable, str(self.script)], env=environment, stdout=log, stderr=log)
        self.wait_for(lambda: self.answers("/healthz"))

    def end(self, how: int = signal.SIGTERM) -> int:
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(20)

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

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

    def wait_for(self, condition: Callable[[], bool], *, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.05)
