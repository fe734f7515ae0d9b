"""What every blob store does alike."""

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.core.blobs import BlobStat, BlobStore, new_key, signed_get_url, signed_put_url
from apps.core.blobs.store import BLOCK_BYTES
from apps.core.errors import NotFound
from tests.core.blobs.build import etag, md5

BIG = bytes(range(256)) * (BLOCK_BYTES // 256) * 2 + b"the end"


def test_what_is_written_is_read(store: BlobStore) -> None:
    key = new_key()
    stat = store.write(key, [b"one ", b"", b"two"])
    assert stat == BlobStat(7, md5(b"one two")) == store.stat(key)
    assert b"".join(store.open(key)) == b"one two"


def test_empty_content_is_content(store: BlobStore) -> None:
    key = new_key()
    store.write(key, [])
    assert store.stat(key) == BlobStat(0, md5(b""))
    assert list(store.open(key)) == []


def test_big_content_comes_in_blocks(store: BlobStore) -> None:
    key = new_key()
    store.write(key, iter([BIG[:100], BIG[100:]]))
    blocks = list(store.open(key))
    assert b"".join(blocks) == BIG
    assert max(map(len, blocks)) <= BLOCK_BYTES


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(data=st.binary(max_size=64), start=st.integers(0, 80), stop=st.none() | st.integers(0, 80))
@example(data=b"abc", start=3, stop=None)
@example(data=b"abc", start=2, stop=1)
def test_a_range_is_a_slice(store: BlobStore, data: bytes, start: int, stop: int | None) -> None:
    key = new_key()
    store.write(key, [data])
    assert b"".join(store.open(key, start=start, stop=stop)) == data[start:stop]


def test_a_range_over_block_borders_is_a_slice(store: BlobStore) -> None:
    key = new_key()
    store.write(key, [BIG])
    assert (
        b"".join(store.open(key, start=BLOCK_BYTES - 3, stop=2 * BLOCK_BYTES + 2))
        == BIG[BLOCK_BYTES - 3 :][: BLOCK_BYTES + 5]
    )


def test_nothing_lies_under_a_fresh_key(store: BlobStore) -> None:
    assert store.stat(new_key()) is None
    with pytest.raises(NotFound):
        next(store.open(new_key()))


def test_writing_again_replaces(store: BlobStore) -> None:
    key = new_key()
    store.write(key, [b"the first, longer text"])
    store.write(key, [b"second"])
    assert store.stat(key) == BlobStat(6, md5(b"second"))
    assert b"".join(store.open(key)) == b"second"


def test_a_write_that_fails_changes_nothing(store: BlobStore) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError("cut off")

    key = new_key()
    store.write(key, [b"whole"])
    with pytest.raises(RuntimeError, match="cut off"):
        store.write(key, broken())
    assert b"".join(store.open(key)) == b"whole"


def test_deleting_twice_is_deleting_once(store: BlobStore) -> None:
    key = new_key()
    store.write(key, [b"x"])
    store.delete(key)
    store.delete(key)
    assert store.stat(key) is None


async def test_bytes_travel_by_signed_addresses(store: BlobStore, client: httpx.AsyncClient) -> None:
    key, data = new_key(), b"weights \x00\xff" * 1000
    upload = signed_put_url(None, key, size=len(data), md5=md5(data))
    answer = await client.put(upload.url, content=data, headers=upload.headers)
    assert (answer.status_code, answer.headers["etag"]) == (200, etag(data))
    assert store.stat(key) == BlobStat(len(data), md5(data))

    answer = await client.get(signed_get_url(None, key, filename="épochs 1.txt", attachment=True))
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''%C3%A9pochs%201.txt"
    assert answer.headers["cache-control"] == "private"


async def test_a_part_is_fetched_by_range(store: BlobStore, client: httpx.AsyncClient) -> None:
    key = new_key()
    store.write(key, [b"0123456789"])
    url = signed_get_url(None, key, filename="digits")
    answer = await client.get(url, headers={"range": "bytes=2-4"})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (206, b"234", "bytes 2-4/10")


async def test_an_upload_of_unknown_size_needs_no_headers(store: BlobStore, client: httpx.AsyncClient) -> None:
    key = new_key()
    upload = signed_put_url(None, key, max_size=1000)
    assert upload.headers == {}
    assert (await client.put(upload.url, content=b"log line")).status_code == 200
    assert store.stat(key) == BlobStat(8, md5(b"log line"))
