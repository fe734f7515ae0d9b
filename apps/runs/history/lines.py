"""The payload of a batch: lines in UTF-8, joined by newlines, zstd-compressed."""

import re
import threading
from collections.abc import Sequence

import zstandard

LEVEL = 3
LINES_LEVEL = 1  # measured on rows of noisy numbers: half the time of level 3, and 13 % smaller
_SURROGATES = re.compile("[\ud800-\udfff]")
_codecs = threading.local()  # a zstd context serves one thread at a time


def pack(lines: Sequence[str]) -> bytes:
    """Return the payload of `lines`. A newline within a line becomes a blank, half a surrogate pair a replacement sign.

    (In JSON a bare newline can only be white space, so that rows keep their meaning.)
    """
    text = "\n".join(lines)
    if text.count("\n") != len(lines) - 1:
        text = "\n".join(line.strip("\n").replace("\n", " ") for line in lines)
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        raw = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text).encode()
    return compress(raw, LINES_LEVEL)


def unpack(payload: bytes) -> list[bytes]:
    """Undo `pack`."""
    return decompress(payload).split(b"\n")


def compress(raw: bytes, level: int = LEVEL) -> bytes:
    compressors = _codecs.__dict__.setdefault("compressors", {})
    if level not in compressors:
        compressors[level] = zstandard.ZstdCompressor(level=level)
    packed: bytes = compressors[level].compress(raw)
    return packed


def decompress(payload: bytes) -> bytes:
    if not hasattr(_codecs, "decompressor"):
        _codecs.decompressor = zstandard.ZstdDecompressor()
    raw: bytes = _codecs.decompressor.decompress(payload)
    return raw
