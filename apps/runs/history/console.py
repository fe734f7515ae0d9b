"""Console lines: what a line says, how grave it is, and all lines of a run by number."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from apps.core import json
from apps.runs.history.lines import unpack
from apps.runs.stores import Batch

MAX_SHOWN = 20_000  # characters of a line


class ConsoleLevel(StrEnum):
    """How grave a line is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """One line. `at` is when the client saw it; `label` names the writer of a shared run."""

    number: int
    at: datetime | None
    level: ConsoleLevel
    label: str
    text: str


_PLAIN = re.compile(r"(ERROR )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?) (?:\[([^\]]{1,64})\] )?(.*)", re.S)
_ERROR = re.compile(
    r"^\s*Traceback \(most recent call last\)|\b(?:[A-Z]\w*)?(?:Error|Exception)\b\s*(?::|$)"
    r"|\b(?:ERROR|CRITICAL|FATAL)\b|^\s*(?:[Ee]rror|[Ff]atal)\s*:|\bCUDA error\b|\bSegmentation fault\b|\bKilled\b\s*$"
)
_WARNING = re.compile(r"\b\w*Warning\b\s*(?::|$)|\b(?:WARNING|WARN)\b|^\s*[Ww]arning\s*:")
_CALM = re.compile(r"\d{1,3}%\||\bit/s\b|\bs/it\b|\r|\b(?:INFO|DEBUG|TRACE|NOTICE)\b")  # progress bars and loggers
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def level_of(text: str, *, is_stderr: bool) -> ConsoleLevel:
    """Judge a line. What went to stderr is an error unless it is a warning, a progress bar or calm talk of a logger."""
    plain = _ANSI.sub("", text) if "\x1b" in text else text
    if _WARNING.search(plain):
        return ConsoleLevel.WARNING
    if _ERROR.search(plain):
        return ConsoleLevel.ERROR
    if is_stderr and plain.strip() and not _CALM.search(plain):
        return ConsoleLevel.ERROR
    return ConsoleLevel.INFO


def read_line(number: int, raw: bytes) -> ConsoleLine:
    """Read a line in either form of the client: JSON with `ts` and `content`, or a time and text."""
    text = raw.decode(errors="replace")
    if raw.startswith(b"{"):
        try:
            said = json.loads(raw)
        except json.JSONError:
            said = {}
        if isinstance(said.get("content"), str) and "ts" in said:
            content = json.storable(said["content"])
            level = level_of(content, is_stderr=said.get("level") == "error")
            return ConsoleLine(number, _instant(str(said["ts"])), level, str(said.get("label") or ""), _shown(content))
    match = _PLAIN.match(text)
    if match is None:
        return ConsoleLine(number, None, level_of(text, is_stderr=False), "", _shown(text))
    grave, at, label, content = match.groups()
    return ConsoleLine(number, _instant(at), level_of(content, is_stderr=bool(grave)), label or "", _shown(content))


def _shown(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def _instant(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return make_aware(moment) if moment is not None and is_naive(moment) else moment


class ConsoleLog:
    """All lines of a run; a number that comes again replaces its line. Not safe for threads."""

    def __init__(self) -> None:
        self.seq = 0
        self.counts: Counter[ConsoleLevel] = Counter()
        self._lines: dict[int, tuple[bytes, ConsoleLevel]] = {}
        self._numbers: list[int] = []
        self._is_sorted = True
        self._bytes = 0

    def extend(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            for number, raw in enumerate(unpack(batch.payload), start=batch.offset):
                self._take(number, raw)
            self.seq = max(self.seq, batch.seq)

    def _take(self, number: int, raw: bytes) -> None:
        level = read_line(number, raw).level
        before = self._lines.get(number)
        if before is not None:
            self.counts[before[1]] -= 1
            self._bytes -= len(before[0])
        else:
            self._is_sorted = self._is_sorted and (not self._numbers or number > self._numbers[-1])
            self._numbers.append(number)
        self._lines[number] = (raw, level)
        self.counts[level] += 1
        self._bytes += len(raw)

    @property
    def numbers(self) -> Sequence[int]:
        if not self._is_sorted:
            self._numbers.sort()
            self._is_sorted = True
        return self._numbers

    @property
    def line_count(self) -> int:
        """The number that the next new line would have."""
        return self.numbers[-1] + 1 if self._numbers else 0

    @property
    def first_error(self) -> int | None:
        if not self.counts[ConsoleLevel.ERROR]:
            return None
        return next((number for number in self.numbers if self._lines[number][1] == ConsoleLevel.ERROR), None)

    @property
    def byte_count(self) -> int:
        return self._bytes + 250 * len(self._lines)

    def line(self, number: int) -> ConsoleLine:
        return read_line(number, self._lines[number][0])

    def chosen(self, *, level: ConsoleLevel | None, search: str) -> Sequence[int]:
        """Return the numbers of lines of a level that contain a text, whatever its case."""
        numbers = self.numbers
        if level is not None:
            numbers = [number for number in numbers if self._lines[number][1] == level]
        if search:
            wanted = search.casefold()
            numbers = [number for number in numbers if wanted in self.line(number).text.casefold()]
        return numbers

    @staticmethod
    def page(numbers: Sequence[int], *, after: int | None, limit: int) -> Sequence[int]:
        start = 0 if after is None else bisect_right(numbers, after)
        return numbers[start : start + limit]
