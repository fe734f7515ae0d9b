"""Writers wait in line."""

import threading
import time

from apps.core.db.fair_lock import FairLock, lock_of


def in_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def wait_for_line(lock, length):
    deadline = time.monotonic() + 5
    while lock.waiting_count < length:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_turns_come_in_the_order_of_asking():
    lock = FairLock()
    lock.acquire(timeout_seconds=1)
    order = []

    def ask(number):
        assert lock.acquire(timeout_seconds=5)
        order.append(number)
        lock.release()

    threads = []
    for number in range(20):
        threads.append(in_thread(lambda number=number: ask(number)))
        wait_for_line(lock, number + 1)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_a_newcomer_cannot_pass_those_who_wait():
    lock = FairLock()
    lock.acquire(timeout_seconds=1)
    got = threading.Event()

    def wait():
        assert lock.acquire(timeout_seconds=5)
        got.set()

    waiter = in_thread(wait)
    wait_for_line(lock, 1)
    lock.release()  # handed over, even before the waiter has noticed
    assert not lock.acquire(timeout_seconds=0.01)
    waiter.join()
    assert got.is_set()


def test_who_waits_too_long_leaves_the_line():
    lock = FairLock()
    lock.acquire(timeout_seconds=1)
    assert not lock.acquire(timeout_seconds=0.01)
    assert lock.waiting_count == 0
    lock.release()
    assert lock.acquire(timeout_seconds=0.01)


def test_a_database_has_one_lock_and_private_memory_its_own():
    lock = lock_of("/somewhere/a.sqlite3")
    assert lock_of("/somewhere/a.sqlite3") is lock
    assert lock_of("/somewhere/b.sqlite3") is not lock
    assert lock_of(":memory:") is not lock_of(":memory:")
