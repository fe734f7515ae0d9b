"""PUT to the blob server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import time_machine

from apps.core.blobs import BlobStat, new_key, pool, signed_put_url
from apps.core.blobs.asgi import application
from apps.core.blobs.folder import FolderStore
from apps.core.blobs.signing import put_path
from apps.core.blobs.store import BLOCK_BYTES
from apps.core.blobs.terms import PutTerms
from tests.core.blobs.build import arrivals, etag, md5, read


async def _in_pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    """A body of unknown length: it travels in chunks."""
    for piece in pieces:
        yield piece


async def _settled(folder: FolderStore) -> None:
    """Wait until the clean-up that was left to the pool is done."""
    for _ in range(200):
        await pool.run(int)
        if not arrivals(folder):
            return
    pytest.fail("Something was left in the folder of arrivals.")


async def test_a_body_is_stored_and_its_digest_told(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    answer = await server.put(signed_put_url(None, key, size=5, md5=md5(b"hello")).url, content=b"hello")
    assert (answer.status_code, answer.headers["etag"], answer.content) == (200, etag(b"hello"), b"")
    assert folder.stat(key) == BlobStat(5, md5(b"hello"))


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES])
async def test_bodies_around_block_borders(server: httpx.AsyncClient, folder: FolderStore, size: int) -> None:
    key, data = new_key(), bytes(range(251)) * (size // 251 + 1)
    data = data[:size]
    answer = await server.put(signed_put_url(None, key, size=size).url, content=_in_pieces(data[:777], data[777:]))
    assert (answer.status_code, answer.headers["etag"]) == (200, etag(data))
    assert read(folder, key) == data


async def test_an_upload_may_be_repeated(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    url = signed_put_url(None, key, max_size=100).url
    await server.put(url, content=b"first")
    await server.put(url, content=b"second")
    assert folder.stat(key) == BlobStat(6, md5(b"second"))


@pytest.mark.parametrize(
    ("signed", "body", "status", "code"),
    [
        ({"size": 5}, b"four", 400, "size_mismatch"),
        ({"size": 5}, b"sixsix", 413, "too_large"),
        ({"max_size": 5}, b"sixsix", 413, "too_large"),
        ({"size": 5, "md5": md5(b"hello")}, b"hallo", 400, "md5_mismatch"),
        ({"max_size": 9, "md5": md5(b"hello")}, b"hallo", 400, "md5_mismatch"),
    ],
)
@pytest.mark.parametrize("is_chunked", [False, True], ids=["with length", "chunked"])
async def test_other_bytes_than_signed_are_refused(
    server: httpx.AsyncClient,
    folder: FolderStore,
    signed: dict[str, Any],
    body: bytes,
    status: int,
    code: str,
    is_chunked: bool,
) -> None:
    key = new_key()
    folder.write(key, [b"before"])
    content = _in_pieces(body[:3], body[3:]) if is_chunked else body
    answer = await server.put(signed_put_url(None, key, **signed).url, content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    await _settled(folder)
    assert read(folder, key) == b"before"


async def test_too_much_is_refused_before_it_is_taken_in(folder: FolderStore) -> None:
    """An endless body is not read to its end."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1000
            yield b"x" * 1000

    async with httpx.AsyncClient(transport=httpx.ASGITransport(application)) as client:
        answer = await client.put(signed_put_url(None, new_key(), max_size=5000).url, content=endless())
    assert answer.status_code == 413
    assert taken < 10_000
    await _settled(folder)


async def test_an_expired_address_is_refused_in_one_sentence(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        url = signed_put_url(None, key, size=1).url
    with time_machine.travel("2026-03-02T12:00:01Z", tick=False):
        answer = await server.put(url, content=b"x")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"status": 403, "code": "expired", "detail": "This address has expired; ask for a new one."}
    assert folder.stat(key) is None


async def test_an_altered_address_is_refused(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    url = signed_put_url(None, key, size=1).url
    for altered in (url.replace("size=1", "size=2"), url.replace(key, new_key()), url.partition("?")[0]):
        answer = await server.put(altered, content=b"xx")
        assert (answer.status_code, answer.json()["code"]) == (403, "bad_signature")
    assert [path for path in folder.root.rglob("*") if path.is_file()] == []


async def test_an_address_works_under_any_host(server: httpx.AsyncClient, folder: FolderStore) -> None:
    path = put_path(new_key(), PutTerms(size=1))
    assert (await server.put(f"http://10.0.0.7:8000{path}", content=b"x")).status_code == 200


def _scope(path: str) -> dict[str, Any]:
    address, _, query = path.partition("?")
    return {"type": "http", "method": "PUT", "path": address, "query_string": query.encode(), "headers": []}


async def test_a_client_that_goes_away_leaves_nothing(folder: FolderStore) -> None:
    key = new_key()
    events: list[Any] = [
        {"type": "http.request", "body": b"x" * BLOCK_BYTES, "more_body": True},
        {"type": "http.request", "body": b"x" * 1000, "more_body": True},
        {"type": "http.disconnect"},
    ]
    seen: list[int] = []

    async def receive() -> Any:
        if len(events) == 1:
            await pool.run(int)
            seen.append(len(arrivals(folder)))
        return events.pop(0)

    async def send(event: Any) -> None:
        pytest.fail("Nobody is there to answer.")

    await application(_scope(put_path(key, PutTerms(max_size=10**9))), receive, send)
    await _settled(folder)
    assert seen  # the upload had begun
    assert folder.stat(key) is None


async def test_a_cancelled_upload_leaves_nothing(folder: FolderStore) -> None:
    """As when the server is told to stop."""
    key, stalled = new_key(), asyncio.Event()
    bodies = [b"x" * BLOCK_BYTES] * 3

    async def receive() -> Any:
        if not bodies:
            stalled.set()
            await asyncio.Event().wait()
        return {"type": "http.request", "body": bodies.pop(), "more_body": True}

    async def send(event: Any) -> None:
        pytest.fail("There is nothing to say.")

    path = put_path(key, PutTerms(max_size=10**9))
    task = asyncio.create_task(application(_scope(path), receive, send))
    await stalled.wait()
    assert len(arrivals(folder)) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _settled(folder)


async def test_a_client_that_sends_nothing_is_given_up(folder: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.blobs.asgi.STALL_SECONDS", 0)
    said: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(event: Any) -> None:
        said.append(event)

    await application(_scope(put_path(new_key(), PutTerms(size=1))), receive, send)
    assert said[0]["status"] == 408
    await _settled(folder)


async def test_no_upload_or_download_touches_the_database(server: httpx.AsyncClient, folder: FolderStore) -> None:
    """pytest-django refuses connections here: this test asks for no database."""
    key = new_key()
    assert (await server.put(signed_put_url(None, key, size=1).url, content=b"x")).status_code == 200
