"""Servers to measure: Carnet from this working copy, MLflow from `.venv-mlflow`; each on a database of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks._machine import ROOT, Database, cpu_seconds, memory_bytes, postgres_cpu_seconds

MLFLOW = ROOT / ".venv-mlflow/bin/python"


@dataclass(frozen=True)
class Server:
    """A running server: its first process, its port, its database."""

    pid: int
    port: int
    database: Database
    environment: Mapping[str, str]

    @property
    def cpu_seconds(self) -> float:
        """Processor time of the server with its children, and of PostgreSQL if it works for it."""
        return cpu_seconds(self.pid) + (postgres_cpu_seconds() if self.database.is_postgres else 0.0)

    @property
    def memory_bytes(self) -> int:
        return memory_bytes(self.pid)


def environment_of(database: Database, folder: str, port: int = 8000) -> dict[str, str]:
    """Return the settings of a Carnet that is to be measured."""
    settings = {"DATABASE_URL": database.url, "CARNET_DATA_DIR": folder, "PORT": str(port)}
    settings |= {"DJANGO_SETTINGS_MODULE": "config.settings.prod", "CARNET_LOG_LEVEL": "warning"}
    settings |= {"CARNET_RATE_LIMIT_FILE_STREAM": "0", "CARNET_RATE_LIMIT_API": "0"}
    return {name: value for name, value in os.environ.items() if name != "REDIS_URL"} | settings


@contextlib.contextmanager
def carnet(database: Database, folder: str) -> Iterator[Server]:
    """Serve Carnet: one process."""
    port = free_port()
    environment = environment_of(database, folder, port)
    with _served([sys.executable, "manage.py", "serve", "--migrate"], port, environment, folder) as pid:
        yield Server(pid, port, database, environment)


@contextlib.contextmanager
def mlflow(database: Database, folder: str) -> Iterator[Server]:
    """Serve MLflow as it comes: `mlflow server`, four processes."""
    port = free_port()
    url = database.url.replace("postgres://", "postgresql+psycopg2://", 1)
    command = [str(MLFLOW), "-m", "mlflow", "server", "--backend-store-uri", url, "--port", str(port)]
    command += ["--default-artifact-root", f"{folder}/artifacts"]
    environment = os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet"}
    with _served(command, port, environment, folder) as pid:
        yield Server(pid, port, database, environment)


def has_mlflow() -> bool:
    """Return whether there is an MLflow to stand beside; says so if not."""
    if not MLFLOW.exists():
        print("without MLflow: `make bench` installs it", file=sys.stderr)
    return MLFLOW.exists()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _served(command: list[str], port: int, environment: Mapping[str, str], folder: str) -> Iterator[int]:
    log = Path(folder, f"server-{port}.log")
    with log.open("wb") as sink:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sink, stderr=sink, start_new_session=True)
    try:
        await_port(port, server, log)
        await_quiet(server.pid)
        yield server.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, 9)
        server.wait()


def await_port(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a server accepts connections."""
    deadline = time.monotonic() + 300  # MLflow starts four processes
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit(f"The server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def await_quiet(pid: int) -> None:
    """Wait until a server that has started does nothing, its worker processes among it; a minute at most."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        before = cpu_seconds(pid)
        time.sleep(1)
        if cpu_seconds(pid) - before < 0.05:
            return


def filled(server: Server, *words: object) -> list[str]:
    """Let benchmarks/_load.py fill a Carnet, in a process of its own; return entity, project and key or session."""
    command = [sys.executable, "-m", "benchmarks._load", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=server.environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()[-3:]


def run_django(code: str, environment: Mapping[str, str]) -> list[str]:
    """Run code with Carnet's models, and return the words of its last line."""
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return (done.stdout.strip().splitlines() or [""])[-1].split()
