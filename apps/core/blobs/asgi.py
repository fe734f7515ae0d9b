"""The blob server: signed PUT, GET with Range, HEAD and OPTIONS under /blobs/, beside Django.

Nothing here touches the database, and no body is held in memory: a request keeps two blocks of 1 MiB at most, one that
is moving through the network and one that is being hashed, written or read in a thread.
"""

import asyncio
from asyncio import Future
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from apps.core import json
from apps.core.blobs import pool, ranges, signing
from apps.core.blobs.digests import md5_to_hex
from apps.core.blobs.folder import FolderStore, Incoming, Reading
from apps.core.blobs.store import BLOCK_BYTES, BlobStat, blob_store
from apps.core.blobs.terms import GetTerms, PutTerms
from apps.core.errors import CarnetError, InvalidInput, NotFound, TooLarge

STALL_SECONDS = 600  # for one block; whoever sends less than that is gone
DRAIN_BYTES = 8 * 2**20  # of a refused body that are still taken in, so that its sender reads the answer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"content-disposition, content-length, content-range, etag"),
]
_PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS, PUT"),
    (b"access-control-allow-headers", b"authorization, content-md5, content-type, range"),
    (b"access-control-max-age", b"86400"),
]


class Disconnected(Exception):
    """The client went away in the middle of its body."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Opened:
    """A blob about to be sent: what part of it, and the first block of that part, already read."""

    reading: Reading
    span: ranges.Span | None
    start: int
    stop: int
    block: bytes


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request under /blobs/; the scope carries the whole path."""
    if scope["type"] != "http":
        raise ValueError("The blob server speaks HTTP only.")
    try:
        if scope["method"] in {"GET", "HEAD"}:
            await _get(scope, receive, send)
            return
        answer = await _put(scope, receive) if scope["method"] == "PUT" else _other(scope["method"])
    except Disconnected:
        return
    except TimeoutError:
        answer = Answer(408, [*_CORS, (b"connection", b"close")])
    except ranges.OutOfRange as error:
        answer = Answer(416, [*_CORS, (b"content-range", b"bytes */%d" % error.size)])
    except CarnetError as error:
        answer = _refusal(error)
    await _start(send, answer.status, [*answer.headers, (b"content-length", b"%d" % len(answer.body))])
    await _body(send, answer.body)


# Upload


async def _put(scope: Scope, receive: Receive) -> Answer:
    try:
        key, terms = signing.read_put(scope["path"], scope["query_string"])
        _check_announced(_announced(scope), terms)
    except CarnetError:
        await _drain(scope, receive)
        raise
    incoming = _store().incoming(key)
    try:
        stat = await _take_in(receive, incoming, terms)
    finally:
        if not incoming.is_over:
            pool.leave(incoming.discard)
    return Answer(200, [*_CORS, (b"etag", _etag(stat))])


def _check_announced(length: int | None, terms: PutTerms) -> None:
    """Refuse a wrong Content-Length before a byte of the body is read."""
    if length is None:
        return
    if length > terms.limit:
        raise _too_large(terms)
    if terms.size is not None and length != terms.size:
        raise InvalidInput(f"The body has {length} bytes; this address is for {terms.size}.", code="size_mismatch")


async def _take_in(receive: Receive, incoming: Incoming, terms: PutTerms) -> BlobStat:
    """Gather one block while the one before it is hashed and written; the last is committed in the same step."""
    taken, pending = 0, None
    while True:
        async with asyncio.timeout(STALL_SECONDS):
            block, more = await _gather(receive, terms, room=terms.limit - taken)
        taken += len(block)
        if pending is not None:
            await pending
        if not more:
            return await pool.run(lambda last: incoming.commit(last, size=terms.size, md5=terms.md5), block)
        pending = pool.run(incoming.write, block)


async def _gather(receive: Receive, terms: PutTerms, *, room: int) -> tuple[bytearray, bool]:
    """Return the next block of the body, and whether more may follow. Raises TooLarge past `room`."""
    block, more = bytearray(), True
    while more and len(block) < BLOCK_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            raise Disconnected
        block += message.get("body", b"")
        more = message.get("more_body", False)
        if len(block) > room:
            raise _too_large(terms)
    return block, more


def _too_large(terms: PutTerms) -> TooLarge:
    return TooLarge(f"The body is larger than the {terms.limit} bytes that this address accepts.")


async def _drain(scope: Scope, receive: Receive) -> None:
    """Take in the rest of a small body before it is refused, so that its sender comes to read the answer."""
    length = _announced(scope)
    if length is None or length > DRAIN_BYTES:
        return
    async with asyncio.timeout(STALL_SECONDS):
        while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
            pass


# Download


async def _get(scope: Scope, receive: Receive, send: Send) -> None:
    key, terms = signing.read_get(scope["path"], scope["query_string"])
    opened = await pool.run(_open, key, scope["method"], _header(scope, b"range"))
    try:
        await _start(send, 206 if opened.span else 200, _presentation(opened, terms))
        if scope["method"] == "HEAD":
            await _body(send, b"")
        else:
            await _stream(opened, receive, send)
    finally:
        pool.leave(opened.reading.close)


def _open(key: str, method: str, wanted: str) -> Opened:
    """Open, find the part that is wanted and read its first block: a small file is one visit to the disk."""
    reading = _store().reading(key)
    size = reading.stat.size
    if method == "HEAD":
        return Opened(reading, None, 0, size, b"")
    try:
        span = ranges.span(wanted, size)
    except ranges.OutOfRange:
        reading.close()
        raise
    start, stop = (span.start, span.stop) if span else (0, size)
    return Opened(reading, span, start, stop, reading.block(start, stop))


async def _stream(opened: Opened, receive: Receive, send: Send) -> None:
    """Send block after block, reading one ahead; stop early when the client is gone."""
    if len(opened.block) == opened.stop - opened.start:
        await _body(send, opened.block)
        return
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await _send_blocks(opened, send, gone)
    finally:
        gone.cancel()


async def _send_blocks(opened: Opened, send: Send, gone: "Future[None]") -> None:
    block, position = opened.block, opened.start
    while not gone.done():
        position += len(block)
        ahead = pool.run(opened.reading.block, position, opened.stop) if position < opened.stop else None
        await _body(send, block, more=ahead is not None)
        if ahead is None:
            return
        block = await ahead


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _presentation(opened: Opened, terms: GetTerms) -> Headers:
    """User content is hostile: no origin of ours, no guessing of types, no shared cache."""
    headers = [
        *_CORS,
        (b"accept-ranges", b"bytes"),
        (b"cache-control", b"private"),
        (b"content-disposition", terms.disposition.encode("ascii")),
        (b"content-length", b"%d" % (opened.stop - opened.start)),
        (b"content-security-policy", b"sandbox allow-scripts" if terms.scripts else b"sandbox"),
        (b"content-type", terms.media_type.encode("ascii")),
        (b"etag", _etag(opened.reading.stat)),
        (b"x-content-type-options", b"nosniff"),
    ]
    return [*headers, (b"content-range", opened.span.header.encode())] if opened.span else headers


# Both


def _other(method: str) -> Answer:
    if method == "OPTIONS":
        return Answer(200, [*_CORS, *_PREFLIGHT])
    return Answer(405, [*_CORS, (b"allow", b"GET, HEAD, OPTIONS, PUT")])


def _refusal(error: CarnetError) -> Answer:
    """Say why, in one sentence."""
    problem = {"status": error.status, "code": error.code, "detail": error.sentence}
    return Answer(error.status, [*_CORS, (b"content-type", b"application/problem+json")], json.dumps(problem))


def _store() -> FolderStore:
    """Return the store if it is a folder; with an object store nothing is signed for this server."""
    store = blob_store()
    if not isinstance(store, FolderStore):
        raise NotFound
    return store


def _etag(stat: BlobStat) -> bytes:
    return f'"{md5_to_hex(stat.md5 or "")}"'.encode()


def _announced(scope: Scope) -> int | None:
    """Return Content-Length, or None for a chunked body."""
    text = _header(scope, b"content-length")
    return int(text) if text.isdecimal() else None


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _start(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _body(send: Send, body: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})
