"""The blob store in a folder: one file per key, served by `apps.core.blobs.asgi`.

    <root>/incoming/<random>          uploads on their way in; each is locked by the process that writes it
    <root>/<first two digits>/<key>   content, then 24 bytes: a mark of 8 and the raw MD5 of 16

The digest lies behind the content in the same file, so that content, size and digest change together in one rename.
Path not taken: a file beside it for the digest. Two files cannot be replaced in one step, and cost every small upload a
second pair of fsyncs.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import stat as stat_module
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Self

from apps.core.blobs.signing import KEY, get_path, put_path
from apps.core.blobs.store import BLOCK_BYTES, BlobStat, SignedPut
from apps.core.blobs.terms import GetTerms, PutTerms
from apps.core.errors import Conflict, InvalidInput, NotFound

_MARK = b"carnet\x00\x01"
_TRAILER_BYTES = len(_MARK) + 16
_SEALED = 0o400  # the mode of a file whose bytes somebody relies on


class FolderStore:
    """Blobs in a folder of this machine, or of a file system that all server processes share."""

    def __init__(self, path: str | Path) -> None:
        self.root = Path(path)
        self._arrivals = self.root / "incoming"
        self._arrivals.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(self._arrivals)

    def write(self, key: str, chunks: Iterable[bytes]) -> BlobStat:
        with self.incoming(key) as incoming:
            for chunk in chunks:
                incoming.write(chunk)
            return incoming.commit()

    def open(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        with self.reading(key) as reading:
            end = reading.stat.size if stop is None else min(stop, reading.stat.size)
            for position in range(start, end, BLOCK_BYTES):
                yield reading.block(position, end)

    def stat(self, key: str) -> BlobStat | None:
        try:
            with self.reading(key) as reading:
                return reading.stat
        except NotFound:
            return None

    def seal(self, key: str) -> BlobStat | None:
        path = self._path(key)
        with _locked(path.parent):
            try:
                os.chmod(path, _SEALED)
            except FileNotFoundError:
                return None
            return self.stat(key)

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def put_address(self, key: str, terms: PutTerms) -> SignedPut:
        return SignedPut(put_path(key, terms))

    def get_address(self, key: str, terms: GetTerms) -> str:
        return get_path(key, terms)

    def incoming(self, key: str) -> "Incoming":
        """Begin to receive the bytes of `key`; touches no disk before the first block."""
        return Incoming(self._arrivals, self._path(key))

    def reading(self, key: str) -> "Reading":
        """Open the bytes of `key` as they are now. Raises NotFound."""
        return Reading(self._path(key))

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError("A storage key is 32 hex digits.")
        return self.root / key[:2] / key


class Incoming:
    """One file on its way in. Nothing is seen under its key before `commit`, nothing is left after `discard`.

    Safe across threads: a discard waits for the block that is being written.
    """

    def __init__(self, arrivals: Path, target: Path) -> None:
        self._arrivals = arrivals
        self._target = target
        self._lock = Lock()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._size = 0
        self._draft: Path | None = None
        self._fd = -1
        self.is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def write(self, block: bytes | bytearray) -> None:
        with self._lock:
            if not self.is_over:
                self._append(block)

    def commit(self, block: bytes | bytearray = b"", *, size: int | None = None, md5: str = "") -> BlobStat:
        """Add the last block, compare with what was announced, make it durable and put it in place.

        Raises InvalidInput where the bytes are not those announced.
        """
        with self._lock:
            self._append(block)
            stat = BlobStat(self._size, b64encode(self._md5.digest()).decode())
            _compare(stat, size=size, md5=md5)
            _write_all(self._fd, _MARK + self._md5.digest())
            os.fsync(self._fd)
            self._place()
            return stat

    def discard(self) -> None:
        """Forget what has arrived; harmless after `commit`."""
        with self._lock:
            if self._draft is not None:
                self._draft.unlink(missing_ok=True)
            self._end()

    def _append(self, block: bytes | bytearray) -> None:
        if self._draft is None:
            self._draft, self._fd = _new_draft(self._arrivals)
        self._md5.update(block)
        self._size += len(block)
        _write_all(self._fd, block)

    def _place(self) -> None:
        folder = self._target.parent
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(folder.parent)
        if self._draft is not None:
            with _locked(folder):
                self._replace(self._draft)
        self._end()
        _sync_folder(folder)

    def _replace(self, draft: Path) -> None:
        """Put the draft in place. Sealed bytes stay: the same ones once more are as good, others raise Conflict."""
        try:
            is_sealed = stat_module.S_IMODE(os.stat(self._target).st_mode) == _SEALED
        except FileNotFoundError:
            is_sealed = False
        if not is_sealed:
            os.replace(draft, self._target)
            return
        with Reading(self._target) as kept:
            if kept.stat.md5 != b64encode(self._md5.digest()).decode():
                raise Conflict("The bytes for this address are complete. Announce the file again.", code="sealed")
        draft.unlink(missing_ok=True)

    def _end(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._draft, self.is_over = -1, None, True


class Reading:
    """An open blob: what is read stays the same while its key is written anew or deleted. Safe across threads."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by `close`, or with its last reference
        except FileNotFoundError:
            raise NotFound("The bytes of this file have not arrived, or were deleted.") from None
        self._lock = Lock()
        try:
            self.stat = _stat(self._file.fileno())
        except OSError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def block(self, start: int, stop: int) -> bytes:
        """Return the bytes from `start` to `stop`, but at most one block."""
        with self._lock:
            if self._file.closed:
                return b""
            return _read(self._file.fileno(), start, min(stop, start + BLOCK_BYTES))

    def close(self) -> None:
        with self._lock:
            self._file.close()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process and thread at a time put a file of this folder in place, or seal it."""
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:  # then there is nothing to seal either
        yield
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _stat(fd: int) -> BlobStat:
    size = os.fstat(fd).st_size - _TRAILER_BYTES
    trailer = _read(fd, size, size + _TRAILER_BYTES) if size >= 0 else b""
    if not trailer.startswith(_MARK):
        raise OSError(errno.EIO, "A file of the blob store is damaged: its digest is missing.")
    return BlobStat(size, b64encode(trailer[len(_MARK) :]).decode())


def _read(fd: int, start: int, stop: int) -> bytes:
    data = os.pread(fd, stop - start, start)
    while len(data) < stop - start:  # more than one turn only on odd file systems
        more = os.pread(fd, stop - start - len(data), start + len(data))
        if not more:
            raise OSError(errno.EIO, "A file of the blob store is shorter than it was.")
        data += more
    return data


def _write_all(fd: int, block: bytes | bytearray) -> None:
    with memoryview(block) as rest:
        written = 0
        while written < len(rest):
            written += os.write(fd, rest[written:])


def _compare(stat: BlobStat, *, size: int | None, md5: str) -> None:
    if size is not None and stat.size != size:
        raise InvalidInput(f"{stat.size} bytes arrived where {size} were announced.", code="size_mismatch")
    if md5 and stat.md5 != md5:
        raise InvalidInput("The bytes that arrived do not have the MD5 that was announced.", code="md5_mismatch")


def _new_draft(arrivals: Path) -> tuple[Path, int]:
    """Create a file that is locked as long as it is open, so that `_sweep` of another process leaves it alone."""
    while True:
        draft = arrivals / secrets.token_hex(8)
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(fd, fcntl.LOCK_EX)
        if os.fstat(fd).st_nlink:
            return draft, fd
        os.close(fd)  # swept between its creation and its lock


def _sweep(arrivals: Path) -> None:
    """Remove what killed processes left half-way: every arrival that nobody holds a lock on."""
    for draft in arrivals.iterdir():
        try:
            with open(draft, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                draft.unlink(missing_ok=True)
        except (FileNotFoundError, BlockingIOError):
            continue


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
