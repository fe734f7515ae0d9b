"""A lock that serves in the order of asking.

SQLite lets writers poll for its lock, so under load the unlucky one starves until its time-out. Waiting in line here
first, each writer of this process finds SQLite's own lock free.
"""

import threading
from collections import deque
from weakref import WeakValueDictionary


class FairLock:
    """First come, first served. Not re-entrant: who holds it keeps count."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._line: deque[threading.Event] = deque()

    def acquire(self, *, timeout_seconds: float) -> bool:
        """Wait in line. False when the turn did not come in time."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._line.append(turn)
        try:
            came = turn.wait(timeout_seconds)
        except BaseException:
            if not self._leave(turn):
                self.release()
            raise
        return came or not self._leave(turn)

    def release(self) -> None:
        """Hand the lock to the next in line; it is never free in between, so nobody jumps the queue."""
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._held = False

    @property
    def waiting_count(self) -> int:
        return len(self._line)

    def _leave(self, turn: threading.Event) -> bool:
        """Step out of the line. False if the lock was handed over at the last moment."""
        with self._guard:
            if turn.is_set():
                return False
            self._line.remove(turn)
            return True


_locks: WeakValueDictionary[str, FairLock] = WeakValueDictionary()
_locks_guard = threading.Lock()


def lock_of(database: str) -> FairLock:
    """Return this process's lock of a database; a private in-memory database has one of its own."""
    if database == ":memory:":
        return FairLock()
    with _locks_guard:
        lock = _locks.get(database)
        if lock is None:
            lock = _locks[database] = FairLock()
        return lock
