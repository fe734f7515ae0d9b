"""What a measurement needs of the machine: processes with all their children, and databases of its own."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
POSTGRES = "CARNET_TEST_DATABASE_URL"  # set by the Makefile: where databases of our own are made and dropped
_PG_SIZE = """select pg_database_size(current_database()) - (select sum((select coalesce(sum(avail), 0)
from pg_freespace(each.oid))) from pg_class each where relkind in ('r', 't'))"""


@dataclass(frozen=True)
class Database:
    """An empty database: where it is, and what people call its kind."""

    kind: str
    url: str

    @property
    def is_postgres(self) -> bool:
        return self.kind == "PostgreSQL"

    @property
    def path(self) -> str:
        """The file of SQLite."""
        return self.url.removeprefix("sqlite:///")

    def asked(self, statement: str) -> tuple[Any, ...]:
        """Return the one row of a query, from beside the server."""
        if self.is_postgres:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as connection:
                return connection.execute(statement).fetchone() or ()
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as connection:
            found: tuple[Any, ...] = connection.execute(statement).fetchone()
            return found

    def byte_count(self) -> int:
        """Return the size of the database, indexes and all, without the free space that the next rows take."""
        if self.is_postgres:
            self.vacuum()
            return int(self.asked(_PG_SIZE)[0])
        pages, free, size = (self.asked(f"pragma {name}")[0] for name in ("page_count", "freelist_count", "page_size"))
        return int((pages - free) * size)

    def vacuum(self) -> None:
        """Let PostgreSQL take back what was deleted, as it does by itself within minutes."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("create extension if not exists pg_freespacemap")
            connection.execute("vacuum")


@contextlib.contextmanager
def database(kind: str, folder: str, name: str) -> Iterator[Database]:
    """Lend an empty database, SQLite in `folder`. One in PostgreSQL is dropped afterwards."""
    if kind == "SQLite":
        yield Database(kind, f"sqlite:///{folder}/{name}.sqlite3")
        return
    made = f"carnet_bench_{name}_{uuid.uuid4().hex[:8]}"
    _postgres(f'create database "{made}"')
    try:
        yield Database(kind, urlsplit(_server())._replace(path=f"/{made}").geturl())
    finally:
        _postgres(f'drop database "{made}" with (force)')


def kinds(chosen: str = "") -> list[str]:
    """Return the kinds of databases to measure on: SQLite, and PostgreSQL where it answers."""
    found = ["SQLite"]
    try:
        _postgres("select 1")
        found.append("PostgreSQL")
    except Exception as error:  # whatever it is, the part is missing
        print(f"without PostgreSQL: {str(error).strip().splitlines()[0] if str(error) else error!r}", file=sys.stderr)
    return [kind for kind in found if not chosen or kind.lower() == chosen.lower()]


def _postgres(statement: str) -> None:
    import psycopg

    with psycopg.connect(_server(), autocommit=True, connect_timeout=3) as connection:
        connection.execute(statement)


def _server() -> str:
    return os.environ.get(POSTGRES, "postgres://root@127.0.0.1/test")


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, its children that ended and those that live."""
    return sum(_ticks(each) for each in _tree(pid)) / TICKS


def memory_bytes(pid: int) -> int:
    """Return the resident memory of a process and its children."""
    return sum(_resident(each) for each in _tree(pid))


def postgres_cpu_seconds() -> float:
    """Return the processor time of PostgreSQL on this machine: 0 if it runs elsewhere."""
    found = subprocess.run(["pgrep", "-o", "-x", "postgres"], capture_output=True, text=True, check=False).stdout
    return cpu_seconds(int(found)) if found.strip() else 0.0


def _tree(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                waiting += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))  # own and waited-for children's, in user and system mode


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES
    except OSError:
        return 0
