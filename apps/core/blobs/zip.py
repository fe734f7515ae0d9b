"""Zips that are made while they are sent: "download all"."""

from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED

from zipstream import ZipStream

from apps.core.blobs import pool
from apps.core.blobs.content import content_type
from apps.core.blobs.store import BLOCK_BYTES, blob_store
from apps.core.errors import NotFound

_WORTH_DEFLATING = ("text/", "application/json", "image/svg")


async def zip_stream(files: Iterable[tuple[str, str]]) -> AsyncIterator[bytes]:
    """Yield a zip of (name, key) pairs, in their order, in pieces of about 1 MiB, one made ahead.

    Holds names in memory and no file. Names are cut to safe relative paths; of two that become equal the later one gets
    a number. Raises NotFound in the middle if bytes are missing: a zip cut short says so, one with holes does not.
    """
    pieces = _pieces(files)  # let go in the middle, it closes the file it is reading
    ahead = pool.run(next, pieces, b"")
    while piece := await ahead:
        ahead = pool.run(next, pieces, b"")
        yield piece


def _pieces(files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    piece = bytearray()
    for part in _parts(files):
        piece += part
        if len(piece) >= BLOCK_BYTES:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _parts(files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    store, archive, taken = blob_store(), ZipStream(), set[str]()
    for name, key in files:
        stat = store.stat(key)
        if stat is None:
            raise NotFound(f"The bytes of “{name}” are missing.")
        path = _free(_safe_path(name), taken)
        packing = ZIP_DEFLATED if content_type(name).startswith(_WORTH_DEFLATING) else ZIP_STORED
        archive.add(store.open(key), path, size=stat.size, compress_type=packing)
        yield from archive.file()
    yield from archive.footer()


def _safe_path(name: str) -> str:
    """Return a relative path that stays inside the folder where the zip is unpacked."""
    parts = [part for part in name.replace("\\", "/").replace("\0", "_").split("/") if part not in {"", ".", ".."}]
    return "/".join(parts) or "unnamed"


def _free(path: str, taken: set[str]) -> str:
    pure, number, found = PurePosixPath(path), 1, path
    while found in taken:
        number += 1
        found = str(pure.with_name(f"{pure.stem} ({number}){pure.suffix}"))
    taken.add(found)
    return found
