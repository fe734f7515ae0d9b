"""The `Range` header of RFC 9110, single ranges."""

import re
from dataclasses import dataclass

_SINGLE = re.compile(r"\s*bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `stop` (exclusive) of `size`."""

    start: int
    stop: int
    size: int

    @property
    def header(self) -> str:
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"


class OutOfRange(Exception):
    """The range begins behind the end of `size` bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def span(header: str, size: int) -> Span | None:
    """Return what `header` asks of `size` bytes, or None where the whole is to be sent. Raises OutOfRange.

    Several ranges, other units and broken headers get the whole, as the standard allows.
    """
    match = _SINGLE.fullmatch(header)
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return _checked(max(0, size - int(last)), size, size)
    if last and int(last) < int(first):
        return None
    return _checked(int(first), min(size, int(last) + 1) if last else size, size)


def _checked(start: int, stop: int, size: int) -> Span:
    if start >= stop:
        raise OutOfRange(size)
    return Span(start, stop, size)
