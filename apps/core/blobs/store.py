"""What a blob store can do, and which one is configured."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from apps.core.blobs.terms import GetTerms, PutTerms

BLOCK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class BlobStat:
    """What the store knows of a blob without reading it. `md5` is base64; None where the store cannot vouch for one."""

    size: int
    md5: str | None


@dataclass(frozen=True, slots=True)
class SignedPut:
    """Where to PUT, and the headers that must go along because the signature covers them."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)


class BlobStore(Protocol):
    """Bytes under opaque keys. Content under a key is replaced as a whole; nobody ever sees half of it."""

    def write(self, key: str, chunks: Iterable[bytes]) -> BlobStat:
        """Store what the server made itself (thumbnails, zips); durable on return, nothing is left if it fails."""

    def open(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield bytes `start` to `stop` (exclusive; past the end is cut) in blocks. Raises NotFound at the first."""

    def stat(self, key: str) -> BlobStat | None:
        """Return size and digest, or None if no bytes have arrived under this key."""

    def seal(self, key: str) -> BlobStat | None:
        """Do what `stat` does, and take no other bytes under this key from now on, where the store can see to that."""

    def delete(self, key: str) -> None:
        """Remove the bytes. A repeat changes nothing; readers who have begun may finish."""

    def put_address(self, key: str, terms: PutTerms) -> SignedPut:
        """Sign an upload. The address is a path of this server, or absolute where clients talk to the store itself."""

    def get_address(self, key: str, terms: GetTerms) -> str:
        """Sign a download; see `put_address`."""


def new_key() -> str:
    """Return a fresh storage key: 32 random hex digits, harmless on every file system and in every address."""
    return secrets.token_hex(16)


@cache
def blob_store() -> BlobStore:
    """Return the configured store, one per process. Changing the setting in a test makes a new one."""
    chosen = settings.CARNET_STORAGE
    return cast(BlobStore, import_string(chosen["BACKEND"])(**chosen["OPTIONS"]))


def _forget_store(*, setting: str, **_: Any) -> None:
    if setting == "CARNET_STORAGE":
        blob_store.cache_clear()


setting_changed.connect(_forget_store)
