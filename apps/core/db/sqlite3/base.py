"""SQLite that does not say "database is locked" (ENGINEERING 1 tells the measurements).

WAL with full sync; transactions begin IMMEDIATE; every write of the process passes one fair lock before it asks SQLite
for its own. An outermost `atomic()` holds that lock until commit or rollback, so work that needs no rows belongs before
it. Reads in autocommit never wait. Other processes (management commands) are waited for by the busy timeout.
"""

import re
import sqlite3
from collections import deque
from collections.abc import Iterable
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError
from django.utils.asyncio import async_unsafe

from apps.core.db.fair_lock import FairLock, lock_of

WAIT_SECONDS = 30.0
# No mmap: every connection would count the same pages again, and a truncated file would kill the process.
PRAGMAS = (
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -4096",  # KiB a connection; the system's cache holds the rest
    "PRAGMA journal_size_limit = 67108864",
)
_READS = re.compile(
    r"\s*(?:--[^\n]*\n\s*|\()*(SELECT|VALUES|EXPLAIN|PRAGMA|WITH|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)\b", re.I
)
_WRITES_WITHIN = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.I)
_WRITING_PRAGMA = re.compile(r"\s*PRAGMA\s+(incremental_vacuum|wal_checkpoint|optimize)\b", re.I)


def is_write(sql: str) -> bool:
    """Return whether a statement may change the database. In doubt it does."""
    match = _READS.match(sql)
    if match is None:
        return True
    word = match[1].upper()
    if word == "WITH":
        return bool(_WRITES_WITHIN.search(sql))
    return word == "PRAGMA" and bool(_WRITING_PRAGMA.match(sql))


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite wrapper, with its writes in line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock: FairLock | None = None  # held by this connection
        self._own_lock: tuple[str, FairLock] | None = None

    # Connecting

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params.setdefault("timeout", WAIT_SECONDS)
        params.setdefault("cached_statements", 512)
        self.synchronous = params.pop("synchronous", "FULL")
        self.transaction_mode = "IMMEDIATE"
        return params

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        if not self.is_in_memory_db():
            self._prepare_file(connection)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        connection.execute(f"PRAGMA synchronous = {self.synchronous}")
        return connection

    def _prepare_file(self, connection: sqlite3.Connection) -> None:
        """Choose the journal once in the life of the file; auto_vacuum only counts before anything is written."""
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        lock = self.write_lock
        if not lock.acquire(timeout_seconds=WAIT_SECONDS):
            raise OperationalError("database is locked: it is being prepared by another thread")
        try:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            lock.release()

    def create_cursor(self, name: str | None = None) -> "Cursor":
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.owner = self
        return cursor

    # The line of writers

    @property
    def write_lock(self) -> FairLock:
        name = str(self.settings_dict["NAME"])
        if self._own_lock is None or self._own_lock[0] != name:  # tests rename the database
            self._own_lock = (name, lock_of(name))
        return self._own_lock[1]

    @property
    def holds_write_lock(self) -> bool:
        return self._lock is not None

    def take_write_lock(self) -> None:
        """Wait for one's turn. Harmless when this connection has it already."""
        if self._lock is not None:
            return
        lock = self.write_lock
        if not lock.acquire(timeout_seconds=WAIT_SECONDS):
            raise OperationalError(f"database is locked: no turn to write within {WAIT_SECONDS:.0f} s")
        self._lock = lock

    def drop_write_lock(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def _start_transaction_under_autocommit(self) -> None:
        self.take_write_lock()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self.drop_write_lock()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self.drop_write_lock()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.drop_write_lock()

    @async_unsafe
    def close(self) -> None:
        try:
            super().close()
        finally:
            if not self.in_atomic_block:  # else the transaction lives on until `atomic` is left
                self.drop_write_lock()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self.drop_write_lock()


class Cursor(base.SQLiteCursorWrapper):
    """Stands in line for a single write outside a transaction, and leaves nothing of it open."""

    owner: DatabaseWrapper
    _rows: deque[Any] | None = None

    def execute(self, query: str, params: Any = None) -> "Cursor":
        self._rows = None
        if self.owner.holds_write_lock or not is_write(query):
            super().execute(query, params)
            return self
        self.owner.take_write_lock()
        try:
            super().execute(query, params)
            # RETURNING keeps SQLite's lock until its last row is read.
            if self.description is not None:
                self._rows = deque(super().fetchall())
        finally:
            self._done()
        return self

    def executemany(self, query: str, param_list: Iterable[Any]) -> "Cursor":
        self._rows = None
        if self.owner.holds_write_lock:
            super().executemany(query, param_list)
            return self
        self.owner.take_write_lock()
        try:
            super().executemany(query, param_list)
        finally:
            self._done()
        return self

    def _done(self) -> None:
        """Step out of the line, unless a transaction without `atomic` has just been opened."""
        if self.owner.connection is None or not self.owner.connection.in_transaction:
            self.owner.drop_write_lock()

    def fetchone(self) -> Any:
        if self._rows is None:
            return super().fetchone()
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        if self._rows is None:
            return super().fetchmany(self.arraysize if size is None else size)
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        if self._rows is None:
            return super().fetchall()
        rows, self._rows = list(self._rows), deque()
        return rows

    def __next__(self) -> Any:
        if self._rows is None:
            return super().__next__()
        if not self._rows:
            raise StopIteration
        return self._rows.popleft()


def reclaim(connection: DatabaseWrapper, *, pages: int) -> int:
    """Give up to `pages` free pages back to the file system and refresh the planner's statistics. Returns how many.

    Not inside a transaction. `executescript`, because `execute` would step once, and each step frees one page.
    """
    with connection.cursor() as cursor:
        free: int = cursor.execute("PRAGMA freelist_count").fetchone()[0]
    connection.take_write_lock()
    try:
        connection.connection.executescript(f"PRAGMA incremental_vacuum({min(free, pages)}); PRAGMA optimize")
    finally:
        connection.drop_write_lock()
    return min(free, pages)
