"""Small things that blob tests are made of."""

import hashlib
from base64 import b64encode
from pathlib import Path

from apps.core.blobs.folder import FolderStore


def md5(data: bytes) -> str:
    return b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def read(store: FolderStore, key: str) -> bytes:
    return b"".join(store.open(key))


def arrivals(store: FolderStore) -> list[Path]:
    """Return the uploads that are under way, or were left."""
    return list((store.root / "incoming").iterdir())
