"""Zips that are made while they are sent."""

import io
import random
import tracemalloc
import zipfile
from collections.abc import Iterable

import pytest

from apps.core.blobs import BlobStore, new_key
from apps.core.blobs.folder import FolderStore
from apps.core.blobs.store import BLOCK_BYTES
from apps.core.blobs.zip import zip_stream
from apps.core.errors import NotFound


def _stored(store: BlobStore, data: bytes) -> str:
    key = new_key()
    store.write(key, [data])
    return key


async def _unzip(files: Iterable[tuple[str, str]]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in zip_stream(files)])))


async def test_every_file_is_in_it_in_order(store: BlobStore) -> None:
    noise = random.Random(1).randbytes(2 * BLOCK_BYTES + 5)
    contents = {"output.log": b"line\n" * 100_000, "media/ümläut 図.png": noise, "empty.txt": b""}
    archive = await _unzip([(name, _stored(store, data)) for name, data in contents.items()])
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == contents
    assert archive.namelist() == list(contents)
    assert archive.getinfo("output.log").compress_size < 10_000
    assert archive.getinfo("media/ümläut 図.png").compress_type == zipfile.ZIP_STORED


async def test_no_name_leaves_the_folder_where_it_is_unpacked(folder: FolderStore) -> None:
    names = ["../../etc/passwd", "/abs/path", "a/./b//c", "..", "", "back\\..\\slash", "nul\0.txt"]
    archive = await _unzip([(name, _stored(folder, b"x")) for name in names])
    expected = ["etc/passwd", "abs/path", "a/b/c", "unnamed", "unnamed (2)", "back/slash", "nul_.txt"]
    assert archive.namelist() == expected


async def test_names_that_become_equal_are_numbered(folder: FolderStore) -> None:
    archive = await _unzip([(name, _stored(folder, name.encode())) for name in ("a/x.txt", "a//x.txt", "./a/x.txt")])
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "a/x.txt": b"a/x.txt",
        "a/x (2).txt": b"a//x.txt",
        "a/x (3).txt": b"./a/x.txt",
    }


async def test_no_files_make_an_empty_zip(folder: FolderStore) -> None:
    assert (await _unzip([])).namelist() == []


async def test_missing_bytes_cut_the_zip_short(folder: FolderStore) -> None:
    with pytest.raises(NotFound, match=r"gone\.txt"):
        await _unzip([("there.txt", _stored(folder, b"x")), ("gone.txt", new_key())])


async def test_memory_does_not_grow_with_the_files(folder: FolderStore) -> None:
    key = _stored(folder, bytes(16 * BLOCK_BYTES))
    tracemalloc.start()
    try:
        total = 0
        async for piece in zip_stream((f"{number}.bin", key) for number in range(4)):
            total += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total > 64 * BLOCK_BYTES
    assert peak < 16 * BLOCK_BYTES


async def test_a_reader_may_stop_in_the_middle(folder: FolderStore) -> None:
    key = _stored(folder, bytes(8 * BLOCK_BYTES))
    pieces = zip_stream([("a.bin", key), ("b.bin", key)])
    assert await anext(pieces)
    await pieces.aclose()  # type: ignore[attr-defined]
