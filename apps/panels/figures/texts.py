"""Texts in figures: how wide they are, wrapped and cut to the room there is. Sizes and widths are in points."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile

ELLIPSIS = "…"
_HEAD = 8  # letters kept of what long names begin with
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")  # which an SVG must not hold


def plain(text: str) -> str:
    """Return a text as one line that every form may hold."""
    return _CONTROL.sub(" ", text).strip()


@lru_cache(maxsize=4_000)
def width(text: str, size: float, *, is_bold: bool = False) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    properties = FontProperties(size=size, weight="bold" if is_bold else "normal")
    across, _, _ = text_to_path.get_text_width_height_descent(text, properties, ismath=False)
    return float(across)


def fitted(text: str, room: float, size: float, *, is_bold: bool = False) -> str:
    """Return a text, its end cut off where it is wider than there is room."""
    text = plain(text)
    if width(text, size, is_bold=is_bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, is_bold=is_bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def wrapped(text: str, room: float, size: float, *, most: int, is_bold: bool = False) -> list[str]:
    """Return lines that fit, at most so many; the last is cut where there is more."""
    if most < 1:
        return []
    lines = list(_lines(plain(text), room, size, is_bold=is_bold))
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], fitted(" ".join(lines[most - 1 :]), room, size, is_bold=is_bold)]


def told_apart(names: Sequence[str], room: float, size: float) -> list[str]:
    """Return names that fit. Where cutting their ends would make some alike, what these begin with is cut instead."""
    cut = [fitted(name, room, size) for name in names]
    alike: dict[str, set[str]] = {}
    for name, short in zip(names, cut, strict=True):
        alike.setdefault(short, set()).add(name)
    return [_end_of(name, alike[short], room, size) for name, short in zip(names, cut, strict=True)]


def _end_of(name: str, others: set[str], room: float, size: float) -> str:
    """Cut what a name has in common with others out of its middle."""
    shared = sum(1 for _ in takewhile(lambda letters: len(set(letters)) == 1, zip(*others, strict=False)))
    if len(others) == 1 or shared <= _HEAD + 2:
        return fitted(name, room, size)
    return fitted(f"{plain(name)[:_HEAD]}{ELLIPSIS}{plain(name)[shared - 2 :]}", room, size)


def _lines(text: str, room: float, size: float, *, is_bold: bool) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, is_bold=is_bold) <= room:
            line = longer
            continue
        if line:
            yield line
        *whole, line = _pieces(word, room, size, is_bold=is_bold)
        yield from whole
    if line:
        yield line


def _pieces(word: str, room: float, size: float, *, is_bold: bool) -> list[str]:
    """Break a word that is wider than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, is_bold=is_bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
