"""Our SQLite backend: no "database is locked", whatever threads do."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.utils import ConnectionHandler

from apps.core.db.sqlite3 import base
from apps.core.db.sqlite3.base import DatabaseWrapper, is_write, reclaim

COLUMNS = "(id integer primary key, thread integer, parent integer references note(id) deferrable initially deferred)"


class World:
    """A database file of its own, which any thread can open."""

    def __init__(self, path):
        settings = {"ENGINE": "apps.core.db.sqlite3", "NAME": str(path), "OPTIONS": {"synchronous": "OFF"}}
        self.handler = ConnectionHandler({"default": settings})
        self.execute(f"CREATE TABLE note {COLUMNS}")

    @property
    def connection(self):
        return self.handler["default"]

    def execute(self, sql, params=None):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else None

    def atomic(self):
        return transaction.atomic("default")

    def in_thread(self, work):
        """Start `work` in a thread that closes its connection at the end."""

        def run():
            try:
                work()
            finally:
                self.connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def count(self):
        return self.execute("SELECT count(*) FROM note")[0][0]


@pytest.fixture(autouse=True)
def _databases_of_our_own(django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = World(tmp_path / "notes.sqlite3")
    monkeypatch.setattr("django.db.transaction.connections", world.handler)  # where `atomic` looks
    yield world
    world.connection.close()


def pragma(world, name):
    return world.execute(f"PRAGMA {name}")[0][0]


def test_a_new_file_is_durable_and_gives_space_back(tmp_path):
    handler = ConnectionHandler({"default": {"ENGINE": "apps.core.db.sqlite3", "NAME": str(tmp_path / "new.sqlite3")}})
    with handler["default"].cursor() as cursor:
        told = {}
        for name in ("journal_mode", "auto_vacuum", "synchronous", "foreign_keys", "busy_timeout"):
            told[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    handler["default"].close()
    assert told == {
        "journal_mode": "wal",
        "auto_vacuum": 2,
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_deleted_rows_give_their_bytes_back(world, tmp_path):
    world.execute("CREATE TABLE blob (bytes blob)")
    world.execute(
        "INSERT INTO blob SELECT randomblob(4000) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
        "SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n)"
    )
    full = pragma(world, "page_count")
    world.execute("DELETE FROM blob")
    assert reclaim(world.connection, pages=10_000) > 400
    assert pragma(world, "page_count") < full / 4


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ("SELECT 1", False),
        (" \n(SELECT 1)", False),
        ("WITH a AS (SELECT 1) SELECT * FROM a", False),
        ("WITH a AS (SELECT 1) INSERT INTO note SELECT * FROM a", True),
        ("INSERT INTO note VALUES (1)", True),
        ("update note set id = 2", True),
        ("DELETE FROM note", True),
        ("CREATE TABLE a (b)", True),
        ("VACUUM", True),
        ("PRAGMA foreign_keys", False),
        ("PRAGMA incremental_vacuum(10)", True),
        ("SAVEPOINT a", False),
    ],
)
def test_statements_that_may_write_are_known(sql, writes):
    assert is_write(sql) is writes


def test_many_threads_write_at_once_and_none_is_locked_out(world):
    def write(number):
        def work():
            for _ in range(25):
                if random.random() < 0.5:
                    with world.atomic():
                        world.execute("SELECT count(*) FROM note")
                        world.execute("INSERT INTO note (thread) VALUES (%s)", [number])
                else:
                    world.execute("INSERT INTO note (thread) VALUES (%s) RETURNING id", [number])

        return work

    for thread in [world.in_thread(write(number)) for number in range(12)]:
        thread.join()
    assert world.count() == 300


def test_no_writer_waits_long(world):
    """Eight threads write without pause; none is passed over again and again."""
    start, stop, waits = threading.Barrier(8), threading.Event(), []

    def write():
        start.wait(5)
        while not stop.is_set():
            asked = time.monotonic()
            with world.atomic():
                waits.append(time.monotonic() - asked)
                world.execute("INSERT INTO note (thread) VALUES (1)")

    threads = [world.in_thread(write) for _ in range(8)]
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(waits) > 50
    assert max(waits) < 1.0


def test_nested_blocks_take_the_lock_once(world):
    with world.atomic():
        with world.atomic():
            world.execute("INSERT INTO note (thread) VALUES (1)")
        assert world.connection.holds_write_lock
    assert not world.connection.holds_write_lock
    assert world.count() == 1


def test_an_inner_block_may_fail_alone(world):
    with world.atomic():
        world.execute("INSERT INTO note (thread) VALUES (1)")
        with pytest.raises(ZeroDivisionError), world.atomic():
            world.execute("INSERT INTO note (thread) VALUES (2)")
            raise ZeroDivisionError
        assert world.connection.holds_write_lock
    assert world.count() == 1


def test_an_exception_releases_the_lock(world):
    with pytest.raises(ZeroDivisionError), world.atomic():
        world.execute("INSERT INTO note (thread) VALUES (1)")
        raise ZeroDivisionError
    assert not world.connection.holds_write_lock
    assert world.count() == 0
    world.in_thread(lambda: world.execute("INSERT INTO note (thread) VALUES (2)")).join()
    assert world.count() == 1


def test_a_commit_that_fails_releases_the_lock(world):
    with pytest.raises(IntegrityError), world.atomic():
        world.execute("INSERT INTO note (thread, parent) VALUES (1, 99)")  # deferred: told at commit
    assert not world.connection.holds_write_lock
    assert world.count() == 0


def test_a_failing_single_write_releases_the_lock(world):
    with pytest.raises(OperationalError):
        world.execute("INSERT INTO nowhere VALUES (1)")
    assert not world.connection.holds_write_lock


def test_closing_a_connection_releases_the_lock(world):
    closed = threading.Event()

    def open_and_close():
        world.connection.ensure_connection()
        world.connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        assert world.connection.holds_write_lock
        world.connection.close()
        closed.set()

    world.in_thread(open_and_close).join()
    assert closed.is_set()
    world.execute("INSERT INTO note (thread) VALUES (1)")
    assert world.count() == 1


def test_reading_does_not_wait_for_a_writer(world):
    writing, done = threading.Event(), threading.Event()

    def write():
        with world.atomic():
            world.execute("INSERT INTO note (thread) VALUES (1)")
            writing.set()
            assert done.wait(5)

    writer = world.in_thread(write)
    assert writing.wait(5)
    assert world.count() == 0
    done.set()
    writer.join()
    assert world.count() == 1


def test_a_single_write_waits_for_a_transaction_to_end(world):
    writing, order = threading.Event(), []

    def write():
        with world.atomic():
            world.execute("INSERT INTO note (thread) VALUES (1)")
            writing.set()
            time.sleep(0.1)
            order.append("transaction")

    writer = world.in_thread(write)
    assert writing.wait(5)
    world.execute("INSERT INTO note (thread) VALUES (2)")
    order.append("single")
    writer.join()
    assert order == ["transaction", "single"]


def test_waiting_for_ever_ends_with_an_error(world, monkeypatch):
    monkeypatch.setattr(base, "WAIT_SECONDS", 0.05)
    writing, done = threading.Event(), threading.Event()

    def write():
        with world.atomic():
            writing.set()
            assert done.wait(5)

    writer = world.in_thread(write)
    assert writing.wait(5)
    with pytest.raises(OperationalError, match="no turn to write"):
        world.execute("INSERT INTO note (thread) VALUES (2)")
    done.set()
    writer.join()


def test_returned_rows_are_read_whole_before_the_next_writer(world):
    with world.connection.cursor() as cursor:
        cursor.execute("INSERT INTO note (thread) VALUES (1), (2), (3) RETURNING thread")
        assert not world.connection.holds_write_lock
        world.in_thread(lambda: world.execute("INSERT INTO note (thread) VALUES (4)")).join()
        assert cursor.fetchone() == (1,)
        assert cursor.fetchmany(1) == [(2,)]
        assert list(cursor) == [(3,)]
        assert cursor.fetchone() is None


def test_many_values_in_one_statement_stand_in_line_too(world):
    with world.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO note (thread) VALUES (%s)", [(1,), (2,)])
    assert not world.connection.holds_write_lock
    assert world.count() == 2


def test_coroutines_write_through_threads(world):
    def write():
        with world.atomic():
            world.execute("INSERT INTO note (thread) VALUES (1)")
        world.connection.close()

    async def both():
        await sync_to_async(write)()
        await sync_to_async(write, thread_sensitive=False)()

    async_to_sync(both)()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(async_to_sync(both)).result()
    assert world.count() == 4


def test_memory_databases_work(tmp_path):
    handler = ConnectionHandler({"default": {"ENGINE": "apps.core.db.sqlite3", "NAME": ":memory:"}})
    memory: Any = handler["default"]
    with memory.cursor() as cursor:
        cursor.execute(f"CREATE TABLE note {COLUMNS}")
        cursor.execute("INSERT INTO note (thread) VALUES (1)")
        assert cursor.execute("SELECT count(*) FROM note").fetchone() == (1,)
    assert not memory.holds_write_lock
    memory.close()


@pytest.mark.django_db(transaction=True)
def test_the_application_uses_it():
    connection = connections["default"]
    if not isinstance(connection, DatabaseWrapper):
        assert connection.vendor == "postgresql"
        return
    with transaction.atomic():
        assert connection.holds_write_lock
    assert not connection.holds_write_lock
