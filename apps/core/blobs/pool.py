"""The threads that touch the disk (or the object store) for asynchronous code."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

_pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="blobs")


def run(work: Callable[..., T], *args: Any) -> "asyncio.Future[T]":
    """Start `work` in a thread of the pool; await the result or let it go."""
    return asyncio.get_running_loop().run_in_executor(_pool, work, *args)


def leave(work: Callable[[], object]) -> None:
    """Have `work` done without waiting: for clean-up, also while the caller is being cancelled."""
    _pool.submit(work)
