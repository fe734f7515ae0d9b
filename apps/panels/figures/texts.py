"""Texts in figures: how wide they are, wrapped and cut to the room there is. Sizes and widths are in points."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile

ELLIPSIS = "…"
_HEAD = 8  # letters kept of what long names begin with
_MEASURED = 100.0  # the size at which letters are measured
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")  # which an SVG must not hold


def plain(text: str) -> str:
    """Return a text as one line that every form may hold."""
    return _CONTROL.sub(" ", text).strip()


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return how wide a text is. Letters are measured once each: setting a text takes milliseconds."""
    return sum(_advance(letter, is_bold=is_bold) for letter in text) * size / _MEASURED


@lru_cache(maxsize=4_000)
def _advance(letter: str, *, is_bold: bool) -> float:
    """Return how far a letter moves those after it. Alone a space has no width; beside an H hardly any is kerned."""
    return _set(f"H{letter}H", is_bold=is_bold) - _set("HH", is_bold=is_bold)


def _set(text: str, *, is_bold: bool) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    properties = FontProperties(size=_MEASURED, weight="bold" if is_bold else "normal")
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
    shared = {short: _shared(several) if len(several) > 1 else 0 for short, several in alike.items()}
    return [
        fitted(f"{plain(name)[:_HEAD]}{ELLIPSIS}{plain(name)[shared[short] - 2 :]}", room, size)
        if shared[short] > _HEAD + 2
        else short
        for name, short in zip(names, cut, strict=True)
    ]


def _shared(names: Iterable[str]) -> int:
    """Return how many letters all begin with."""
    columns = zip(*map(plain, names), strict=False)
    return sum(1 for _ in takewhile(lambda letters: len(set(letters)) == 1, columns))


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
