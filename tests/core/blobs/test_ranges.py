"""Ranges against slices."""

import asyncio

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.blobs import new_key, signed_get_url
from apps.core.blobs.asgi import application
from apps.core.blobs.folder import FolderStore
from apps.core.blobs.ranges import OutOfRange, Span, span

NUMBERS = st.integers(0, 70)


@given(data=st.binary(max_size=64), first=NUMBERS, last=st.none() | NUMBERS)
def test_a_range_from_the_front_is_a_slice(data: bytes, first: int, last: int | None) -> None:
    header = f"bytes={first}-{'' if last is None else last}"
    expected = data[first : None if last is None else last + 1]
    if last is not None and last < first:
        assert span(header, len(data)) is None  # not a range: the whole is sent
    elif first >= len(data):
        with pytest.raises(OutOfRange):
            span(header, len(data))
    else:
        found = span(header, len(data))
        assert found is not None
        assert data[found.start : found.stop] == expected


@given(data=st.binary(max_size=64), count=NUMBERS)
def test_a_range_from_the_end_is_a_slice(data: bytes, count: int) -> None:
    if not data or not count:
        with pytest.raises(OutOfRange):
            span(f"bytes=-{count}", len(data))
    else:
        found = span(f"bytes=-{count}", len(data))
        assert found is not None
        assert data[found.start : found.stop] == data[-count:]


@given(header=st.text(max_size=30))
def test_any_header_is_a_range_or_none(header: str) -> None:
    try:
        found = span(header, 10)
    except OutOfRange:
        return
    assert found is None or 0 <= found.start < found.stop <= 10


@pytest.mark.parametrize(
    "header", ["", "bytes=", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=1-2,4-5", "bytes=５-6", "1-2"]
)
def test_what_is_no_single_range_gets_the_whole(header: str) -> None:
    assert span(header, 10) is None


def test_spelling_does_not_matter() -> None:
    assert span(" Bytes = 1 - 3 ", 10) == Span(1, 4, 10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.binary(min_size=1, max_size=64), first=NUMBERS, length=st.integers(1, 70))
def test_the_server_answers_with_the_slice(folder: FolderStore, data: bytes, first: int, length: int) -> None:
    key = new_key()
    folder.write(key, [data])
    answer = asyncio.run(_get(signed_get_url(None, key, filename="x"), f"bytes={first}-{first + length - 1}"))
    expected = data[first : first + length]
    assert answer.content == expected
    if expected:
        assert (answer.status_code, answer.headers["content-length"]) == (206, str(len(expected)))
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(expected) - 1}/{len(data)}"
    else:
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(data)}")


async def _get(url: str, wanted: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application)) as client:
        return await client.get(url, headers={"range": wanted})
