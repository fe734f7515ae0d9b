"""Answers that are made while they are sent."""

from collections.abc import AsyncIterator, Generator, Iterator

from asgiref.sync import sync_to_async


async def pieces_of(made: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what an iterator makes in the thread of its request, where the database is asked; one piece at a time.

    Whoever goes away in the middle lets the iterator close. An error in the middle breaks the connection off, so that
    no client takes the part for the whole.
    """
    try:
        while (piece := await sync_to_async(_following)(made)) is not None:
            yield piece
    finally:
        if isinstance(made, Generator):
            await sync_to_async(made.close)()


def _following(made: Iterator[bytes]) -> bytes | None:
    return next(made, None)
