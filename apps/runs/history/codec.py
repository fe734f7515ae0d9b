"""Arrays as bytes: typed, shuffled, zstd-compressed.

Shuffling writes the first byte of every number, then every second byte, and so on: neighbours in a series share their
exponents, so that these bytes compress (as Blosc and HDF5 do it).
"""

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.core import json
from apps.runs.history.lines import compress, decompress

WIDTH = 8
_LENGTH = struct.Struct("<I")

Array = npt.NDArray[Any]


class Kind(IntEnum):
    """How the numbers of an array lie in their bytes."""

    FLOAT = 0
    INTEGER = 1
    RISING = 2  # integers as differences: steps


_DTYPES = {Kind.FLOAT: np.dtype("<f8"), Kind.INTEGER: np.dtype("<i8"), Kind.RISING: np.dtype("<i8")}


def pack_array(values: Array, kind: Kind) -> bytes:
    """Return numbers as compressed bytes. NaN and infinities stay; integers must fit 64 bits."""
    if kind == Kind.RISING:
        values = np.diff(values, prepend=0)
    raw = np.ascontiguousarray(values, _DTYPES[kind]).view(np.uint8).reshape(-1, WIDTH)
    return bytes([kind]) + compress(raw.T.tobytes())


def unpack_array(packed: bytes) -> Array:
    """Undo `pack_array`."""
    kind = Kind(packed[0])
    shuffled = np.frombuffer(decompress(packed[1:]), np.uint8).reshape(WIDTH, -1)
    values: Array = np.ascontiguousarray(shuffled.T).view(_DTYPES[kind]).reshape(-1)
    return np.cumsum(values) if kind == Kind.RISING else values


def pack_json(value: Any) -> bytes:
    return compress(json.dumps_lenient(value).encode())


def unpack_json(packed: bytes) -> Any:
    return json.loads(decompress(packed))


def join_parts(parts: Sequence[bytes]) -> bytes:
    """Return several byte strings as one."""
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def split_parts(joined: bytes) -> list[bytes]:
    """Undo `join_parts`."""
    parts, at = [], 0
    while at < len(joined):
        (length,) = _LENGTH.unpack_from(joined, at)
        at += _LENGTH.size
        parts.append(joined[at : at + length])
        at += length
    return parts
