"""A served Carnet in a process of its own, with a folder or database of its own, and scripts that use the client.

With DATABASE_URL and REDIS_URL the same tests hold for the team installation: a web process and a worker process.
"""

import base64
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from apps.core import json
from tests.requires import OLD_CLIENT, ROOT, requires

SCRIPTS = Path(__file__).parent / "scripts"
QUICK = {"CARNET_CRASHED_AFTER_SECONDS": "10", "CARNET_LOG_LEVEL": "warning"}
START_SECONDS, SCRIPT_SECONDS = 60, 120


@dataclass
class Server:
    """Where it listens, and the keys of the people on it."""

    url: str
    environment: dict[str, str]
    folder: Path
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.keys["bob"]

    def manage(self, *commands: str) -> list[dict[str, Any]]:
        """Run management commands, one line each, and return the objects they print."""
        code = (
            "import django, shlex, sys; django.setup(); from django.core.management import call_command\n"
            "for line in sys.argv[1:]: call_command(*shlex.split(line))"
        )
        command = [sys.executable, "-c", code, *commands]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def graphql(self, query: str, *, key: str | None = None, **variables: Any) -> dict[str, Any]:
        basic = base64.b64encode(f"api:{key or self.key}".encode()).decode()
        body = json.dumps({"query": query, "variables": variables})
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
        found: dict[str, Any] = json.loads(self.fetch("/graphql", data=body, headers=headers)[1])["data"]
        return found

    def fetch(
        self, path: str, *, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        request = urllib.request.Request(path if "://" in path else self.url + path, data=data, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def page(self, address: str, *, person: str) -> int:
        """Return the status of a page for a person who signs in by a printed link."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        link = urlsplit(self.manage(f"sign_in_link {person}")[0]["url"])
        browser.open(f"{self.url}{link.path}?{link.query}", timeout=30)
        with browser.open(address, timeout=30) as response:
            assert response.geturl() == address, f"sent on to {response.geturl()}"
            status: int = response.status
            return status


@dataclass
class Script:
    """How a script ended, what it printed, and the object it handed back in its last line."""

    code: int
    out: str

    @property
    def answer(self) -> Any:
        assert self.code == 0, self.out
        lines = [line for line in self.out.splitlines() if line.startswith("ANSWER ")]
        assert lines, self.out
        return json.loads(lines[-1].removeprefix("ANSWER "))


@dataclass
class Runner:
    """Runs scripts with an official client against the server, each in a process and a folder of its own."""

    server: Server
    folder: Path

    def environment(self, **changes: str) -> dict[str, str]:
        given = {
            key: value for key, value in os.environ.items() if not key.startswith(("WANDB_", "CARNET_", "DJANGO_"))
        }
        return given | {
            "WANDB_BASE_URL": self.server.url,
            "WANDB_API_KEY": self.server.key,
            "WANDB_DIR": str(self.folder),
            "WANDB_CONFIG_DIR": str(self.folder / "config"),
            "WANDB_CACHE_DIR": str(self.folder / "cache"),
            "WANDB_DATA_DIR": str(self.folder / "data"),
            "WANDB_ERROR_REPORTING": "false",
            "HOME": str(self.folder),
            **changes,
        }

    def start(self, script: str, *words: str, python: str = sys.executable, **changes: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [python, str(shutil.copy(SCRIPTS / script, self.folder)), *words],  # code is saved from below the folder
            cwd=self.folder,
            env=self.environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, process: subprocess.Popen[str]) -> Script:
        try:
            out, _ = process.communicate(timeout=SCRIPT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
            pytest.fail(f"The script did not end in {SCRIPT_SECONDS} s:\n{out[-3000:]}", pytrace=False)
        return Script(process.returncode, out)

    def run(self, script: str, *words: str, **changes: Any) -> Script:
        return self.finish(self.start(script, *words, **changes))

    def sync(self, folder: Path) -> Script:
        process = subprocess.Popen(
            [sys.executable, "-m", "wandb", "sync", str(folder)],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.finish(process)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve Carnet with the team northlight: Alice admin, Bob member; and Mallory of another."""
    folder = tmp_path_factory.mktemp("served")
    database = _own_database()
    port = _free_port()
    environment = {**os.environ, **QUICK, "PORT": str(port), "CARNET_DATA_DIR": str(folder)}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.prod"} | ({"DATABASE_URL": database} if database else {})
    processes = [_start(["manage.py", "serve", "--migrate"], environment, folder / "server.log")]
    found = Server(f"http://127.0.0.1:{port}", environment, folder)
    try:
        _wait_for(found, processes[0])
        if os.environ.get("REDIS_URL"):
            command = ["-m", "celery", "-A", "config", "worker", "--beat", "--pool", "threads", "--concurrency", "2"]
            processes.append(_start(command, environment, folder / "worker.log"))
        _people(found)
        yield found
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(timeout=30)


def _people(server: Server) -> None:
    people = ("alice", "bob", "mallory")
    made = server.manage(
        *[f"create_user {name} --email {name}@example.org --password 'long enough 77'" for name in people],
        "create_team northlight --owner alice",
        "add_member northlight bob --role member",
        "create_service_account northlight nightly",
        *[f"create_token --user {name}" for name in people],
        "create_token --service-account northlight/nightly",
    )
    server.keys = dict(zip([*people, "nightly"], (item["token"] for item in made[-4:]), strict=True))


def _start(command: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=out, stderr=out)


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if server.fetch("/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{(server.folder / 'server.log').read_text()[-3000:]}", pytrace=False)


def _own_database() -> str | None:
    """Make a database for this server where the tests run on PostgreSQL; its address, else None."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        return None
    requires("postgres", "redis")
    name = f"carnet_client_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return f"{given.rpartition('/')[0]}/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def client(server: Server, tmp_path: Path) -> Runner:
    return Runner(server, tmp_path)


@pytest.fixture
def old_python() -> str:
    requires("old-client")
    return str(OLD_CLIENT)
