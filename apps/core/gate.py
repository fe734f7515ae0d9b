"""How many requests may be inside Django at a time.

Each sync view takes a thread and a database connection; a thousand at once would only make each other late. A few work,
some wait in order, the rest are told at once to come back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from apps.core.errors import Busy


class Gate:
    """Lets `width` in, keeps `queue` waiting, raises Busy for the rest. Belongs to one event loop."""

    def __init__(self, *, width: int = 16, queue: int = 500) -> None:
        self.width = width
        self.queue = queue
        self.inside_count = 0
        self.waiting_count = 0
        self.refused_count = 0
        self._semaphore = asyncio.Semaphore(width)

    def check(self) -> None:
        """Raise Busy if whoever came now would be refused: asked before a body is read."""
        if self.waiting_count >= self.queue:
            self.refused_count += 1
            raise Busy("The server has more requests than it can take. Try again shortly.", retry_after=2)

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Wait for one's turn, in order of arrival."""
        self.check()
        self.waiting_count += 1
        try:
            await self._semaphore.acquire()
        finally:
            self.waiting_count -= 1
        self.inside_count += 1
        try:
            yield
        finally:
            self.inside_count -= 1
            self._semaphore.release()


gate = Gate()
