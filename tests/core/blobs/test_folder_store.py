"""The folder store: nothing half-written is seen, nothing half-written stays."""

import os
from pathlib import Path

import pytest

from apps.core.blobs import BlobStat, new_key
from apps.core.blobs.folder import FolderStore
from apps.core.errors import InvalidInput
from tests.core.blobs.build import arrivals, md5, read


def test_nothing_is_seen_before_commit(folder: FolderStore) -> None:
    key = new_key()
    with folder.incoming(key) as incoming:
        incoming.write(b"half")
        assert folder.stat(key) is None
        assert len(arrivals(folder)) == 1
        assert incoming.commit(b" whole") == BlobStat(10, md5(b"half whole"))
    assert read(folder, key) == b"half whole"
    assert arrivals(folder) == []


def test_a_discarded_upload_leaves_nothing(folder: FolderStore) -> None:
    incoming = folder.incoming(new_key())
    incoming.write(b"half")
    incoming.discard()
    incoming.discard()
    incoming.write(b"a block that was still on its way")
    assert [path for path in folder.root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("size", "digest"), [(4, ""), (None, md5(b"other"))])
def test_bytes_other_than_announced_are_refused(folder: FolderStore, size: int | None, digest: str) -> None:
    key = new_key()
    folder.write(key, [b"before"])
    with folder.incoming(key) as incoming, pytest.raises(InvalidInput):
        incoming.commit(b"five5", size=size, md5=digest)
    assert read(folder, key) == b"before"
    assert arrivals(folder) == []


def test_a_reader_keeps_what_it_opened(folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [b"before"])
    with folder.reading(key) as reading:
        folder.write(key, [b"after it"])
        assert (reading.stat, reading.block(0, 6)) == (BlobStat(6, md5(b"before")), b"before")
        folder.delete(key)
        assert reading.block(0, 6) == b"before"


def test_start_removes_what_killed_processes_left(folder: FolderStore) -> None:
    (folder.root / "incoming" / "0123456789abcdef").write_bytes(b"half")
    FolderStore(folder.root)
    assert arrivals(folder) == []


def test_start_leaves_uploads_of_living_processes_alone(folder: FolderStore) -> None:
    key = new_key()
    with folder.incoming(key) as incoming:
        incoming.write(b"still ")
        FolderStore(folder.root)
        incoming.commit(b"here")
    assert read(folder, key) == b"still here"


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "a" * 31, "A" * 32, "0" * 32 + "\n", "é" * 32])
def test_only_opaque_keys_reach_the_disk(folder: FolderStore, key: str) -> None:
    with pytest.raises(ValueError, match="storage key"):
        folder.write(key, [b"x"])


def test_a_file_that_lost_its_end_is_not_served_as_whole(folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [b"some content"])
    path = folder.root / key[:2] / key
    os.truncate(path, path.stat().st_size - 5)
    with pytest.raises(OSError, match="damaged"):
        folder.stat(key)


def test_files_are_for_the_owner_only(folder: FolderStore) -> None:
    key = new_key()
    folder.write(key, [b"x"])
    assert _mode(folder.root / key[:2] / key) == 0o600
    assert _mode(folder.root / key[:2]) == 0o700


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
