"""GET, HEAD and OPTIONS of the blob server."""

import asyncio
from typing import Any

import httpx
import pytest
import time_machine
from pytest_django import Settings

from apps.core.blobs import BlobStore, new_key, signed_get_url, signed_put_url
from apps.core.blobs.asgi import application
from apps.core.blobs.folder import FolderStore, Reading
from apps.core.blobs.signing import get_path
from apps.core.blobs.store import BLOCK_BYTES
from apps.core.blobs.terms import GetTerms
from tests.core.blobs.build import etag

BIG = bytes(range(256)) * (BLOCK_BYTES // 256) * 3 + b"the end"


async def test_a_file_is_served_with_harmless_headers(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [b"<script>alert(1)</script>"])
    answer = await server.get(signed_get_url(None, key, filename="page.html"))
    assert (answer.status_code, answer.content) == (200, b"<script>alert(1)</script>")
    headers = dict(answer.headers)
    assert headers.pop("access-control-expose-headers")
    assert headers == {
        "accept-ranges": "bytes",
        "access-control-allow-origin": "*",
        "cache-control": "private",
        "content-disposition": 'inline; filename="page.html"',
        "content-length": "25",
        "content-security-policy": "sandbox",
        "content-type": "text/html; charset=utf-8",
        "etag": etag(answer.content),
        "x-content-type-options": "nosniff",
    }


async def test_scripts_run_only_where_signed_and_never_with_our_origin(
    server: httpx.AsyncClient, folder: FolderStore
) -> None:
    key = new_key()
    folder.write(key, [b"<script>1</script>"])
    answer = await server.get(signed_get_url(None, key, filename="media.html", scripts=True))
    assert answer.headers["content-security-policy"] == "sandbox allow-scripts"


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1, len(BIG)])
async def test_files_around_block_borders(server: httpx.AsyncClient, folder: FolderStore, size: int) -> None:
    key = new_key()
    folder.write(key, [BIG[:size]])
    answer = await server.get(signed_get_url(None, key, filename="x.bin"))
    assert answer.content == BIG[:size]
    assert answer.headers["content-length"] == str(size)


async def test_a_range_of_many_blocks(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [BIG])
    answer = await server.get(signed_get_url(None, key, filename="x"), headers={"range": "bytes=100-2097251"})
    assert (answer.status_code, answer.content) == (206, BIG[100:2097252])


async def test_a_range_behind_the_end_names_the_size(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [b"abc"])
    answer = await server.get(signed_get_url(None, key, filename="x"), headers={"range": "bytes=3-"})
    assert (answer.status_code, answer.headers["content-range"], answer.content) == (416, "bytes */3", b"")


async def test_head_tells_size_and_digest_only(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [BIG])
    answer = await server.head(signed_get_url(None, key, filename="x"), headers={"range": "bytes=0-1"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer.headers["content-length"], answer.headers["etag"]) == (str(len(BIG)), etag(BIG))


async def test_what_has_not_arrived_is_missing(server: httpx.AsyncClient, folder: FolderStore) -> None:
    answer = await server.get(signed_get_url(None, new_key(), filename="x"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_expired_and_altered_addresses_are_refused(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [b"x"])
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        url = signed_get_url(None, key, filename="a.txt")
        assert (await server.get(url)).status_code == 200
        assert (await server.get(url.replace("a.txt", "a.html"))).json()["code"] == "bad_signature"
        assert (await server.get(url.partition("?")[0])).status_code == 403
        clock.shift(3601)
        assert (await server.get(url)).json()["code"] == "expired"


async def test_an_upload_address_does_not_read(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [b"x"])
    assert (await server.get(signed_put_url(None, key, size=1).url)).status_code == 403


async def test_browsers_may_ask_from_other_origins(server: httpx.AsyncClient, folder: FolderStore) -> None:
    answer = await server.options("/blobs/anything", headers={"origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "PUT" in answer.headers["access-control-allow-methods"]


async def test_other_methods_are_refused(server: httpx.AsyncClient, folder: FolderStore) -> None:
    answer = await server.delete(signed_get_url(None, new_key(), filename="x"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, PUT")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a b.txt", 'inline; filename="a b.txt"'),
        ("../../etc/passwd", 'inline; filename="passwd"'),
        ("C:\\temp\\x.log", 'inline; filename="x.log"'),
        ('say "hi".txt', 'inline; filename="say \\"hi\\".txt"'),
        ("two\r\nSet-Cookie: x=1.txt", 'inline; filename="two__Set-Cookie: x=1.txt"'),
        ("図.png", "inline; filename*=utf-8''%E5%9B%B3.png"),
        ("", "inline"),
    ],
)
async def test_any_name_makes_a_sound_header(
    server: httpx.AsyncClient, folder: FolderStore, name: str, expected: str
) -> None:
    key = new_key()
    folder.write(key, [b"x"])
    answer = await server.get(signed_get_url(None, key, filename=name))
    assert (answer.status_code, answer.headers["content-disposition"]) == (200, expected)


async def test_a_type_that_is_none_is_guessed(server: httpx.AsyncClient, folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [b"x"])
    answer = await server.get(signed_get_url(None, key, filename="x.png", content_type="text/html\r\nX-Bad: 1"))
    assert answer.headers["content-type"] == "image/png"


async def test_reading_stops_when_the_client_is_gone(folder: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    folder.write(key, [BIG * 4])
    blocks: list[int] = []
    block = Reading.block

    def counted(reading: Reading, start: int, stop: int) -> bytes:
        blocks.append(start)
        return block(reading, start, stop)

    monkeypatch.setattr(Reading, "block", counted)
    address, _, query = get_path(key, GetTerms()).partition("?")
    gone = asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        gone.set()
        await asyncio.sleep(0)

    scope = {"type": "http", "method": "GET", "path": address, "query_string": query.encode(), "headers": []}
    await application(scope, receive, send)
    assert len(blocks) < 4


def test_user_content_has_a_host_of_its_own_where_one_is_set(folder: FolderStore, settings: Settings) -> None:
    settings.CARNET_CONTENT_URL = "https://content.example.org"
    assert signed_get_url(None, new_key(), filename="x").startswith("https://content.example.org/blobs/")
    assert signed_put_url(None, new_key(), size=1).url.startswith("http://carnet.test/blobs/")


async def test_with_an_object_store_nothing_is_served_here(bucket: BlobStore) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://carnet.test") as client:
        assert (await client.get(get_path(new_key(), GetTerms()))).status_code == 404
