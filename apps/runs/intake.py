"""What a client streams, checked and packed before anything is written. Nothing here touches the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core import json
from apps.core.errors import InvalidInput
from apps.core.jobs.queue import embedded_worker_is_here
from apps.runs.history.columns import Columns
from apps.runs.history.lines import pack
from apps.runs.models import Stream
from apps.runs.values import MAX_KEY_BYTES, MAX_KEY_LENGTH, check_object

MAX_NUMBER = 2**62  # of steps, rows and console lines: sums of two still fit the columns
_SURELY_SHORT = MAX_KEY_BYTES // 4


@dataclass(frozen=True, slots=True)
class Pack:
    """The checked lines of one stream, ready to be kept. For `offset` and the steps see `stores.Batch`."""

    stream: Stream
    line_count: int
    payload: bytes
    offset: int = 0
    first_step: int | None = None
    last_step: int | None = None
    summary: dict[str, Any] | None = None  # of a SUMMARY pack, so that nobody reads it again
    columns: Columns | None = None  # of a HISTORY pack where this process digests it too

    @property
    def byte_count(self) -> int:
        """About how much memory it takes: columns take twice what the compressed lines do."""
        return len(self.payload) * (3 if self.columns else 1)


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """One request of a client that logs. `writer` is set for shared runs only: their writers number lines alike."""

    run_id: int
    project_id: int
    packs: tuple[Pack, ...] = ()
    writer: str = ""
    is_complete: bool = False
    exit_code: int = 0
    is_preempting: bool = False
    uploaded: tuple[str, ...] = ()

    @property
    def byte_count(self) -> int:
        return sum(item.byte_count for item in self.packs)

    @property
    def is_plain(self) -> bool:
        """Whether it only appends."""
        return not (self.is_complete or self.is_preempting or self.uploaded or self.writer)


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """What the client is told: whether somebody asked its run to stop."""

    stopped: bool


def history_pack(lines: Sequence[str], *, offset: int = 0) -> Pack:
    """Pack rows that are known by their `_step`. Raises InvalidInput naming the row, before anything is kept."""
    check_number(offset + len(lines), "offset of the history")
    kept: list[str] = []
    steps: list[int] = []
    rows: list[dict[str, Any]] = []
    short = set[str]()
    for index, line in enumerate(lines):
        row = _row(line, "history", short)
        rows.append(row)
        step = row.get("_step")
        if type(step) is int:
            kept.append(line)
        else:
            step = _step_of(row, offset + index)
            kept.append(json.dumps_lenient({**row, "_step": step}))
        if not 0 <= step < MAX_NUMBER:
            check_number(step, "_step of a history row")
        steps.append(step)
    is_shared = embedded_worker_is_here.is_set() and kept == lines
    columns = Columns.of_rows(rows, steps) if is_shared else None
    return Pack(Stream.HISTORY, len(kept), pack(kept), offset, min(steps), max(steps), columns=columns)


def events_pack(lines: Sequence[str], *, offset: int = 0) -> Pack:
    """Pack samples of system metrics, known by their row number."""
    check_number(offset + len(lines), "offset of the system metrics")
    short = set[str]()
    for line in lines:
        _row(line, "system metrics", short)
    return Pack(Stream.EVENTS, len(lines), pack(lines), offset)


def console_pack(lines: Sequence[str], *, offset: int = 0) -> Pack:
    """Pack console lines, known by their number. Any text goes; NUL becomes its symbol."""
    check_number(offset + len(lines), "offset of the console")
    if any("\x00" in line for line in lines):
        lines = [line.replace("\x00", "\N{SYMBOL FOR NULL}") for line in lines]
    return Pack(Stream.CONSOLE, len(lines), pack(lines), offset)


def summary_pack(line: str) -> Pack:
    """Pack a complete summary."""
    summary = _row(line, "summary", set())
    return Pack(Stream.SUMMARY, 1, pack([line]), summary=summary)


def check_number(number: int, what: str) -> None:
    """Raise InvalidInput unless 0 ≤ number < MAX_NUMBER."""
    if not 0 <= number < MAX_NUMBER:
        raise InvalidInput(f"The {what} is {number}; it must be a whole number from 0 to 2^62.", code="bad_number")


def _row(line: str, what: str, short: set[str]) -> dict[str, Any]:
    """Parse and check a line. `short` are keys of lines before that are surely not too long; more are added."""
    try:
        row = json.loads(line)
    except json.JSONError as error:
        raise InvalidInput(f"A line of the {what} cannot be read. {error}", code="broken_json") from None
    if not isinstance(row, dict):
        raise InvalidInput(f"A line of the {what} is no JSON object.", code="broken_json")
    is_flat = "[" not in line and line.count("{") == 1
    if is_flat and short.issuperset(row):
        return row
    if is_flat and max(map(len, row), default=0) <= _SURELY_SHORT:
        short.update(row)
    else:
        _check_paths(row, what)
    return row


def _check_paths(row: dict[str, Any], what: str) -> None:
    """Refuse what the catalogue of keys could not hold: long keys, also when joined by dots, and deep nesting."""
    place = f"{what}, step {row['_step']}" if "_step" in row else what
    check_object(row, place)
    for path in _paths(row):
        if len(path) > MAX_KEY_LENGTH or len(path.encode(errors="replace")) > MAX_KEY_BYTES:
            sentence = f"The key “{path[:24]}…” in the {place} is too long: {MAX_KEY_LENGTH} characters are the most."
            raise InvalidInput(sentence, code="key_too_long")


def _paths(row: dict[str, Any]) -> Iterator[str]:
    stack = list(row.items())
    while stack:
        path, item = stack.pop()
        if isinstance(item, dict) and "_type" not in item:
            stack.extend((f"{path}.{key}", child) for key, child in item.items())
        else:
            yield path


def _step_of(row: dict[str, Any], number: int) -> int:
    """Return a row's step as a whole number, its place in the file if it has none."""
    step = row.get("_step", number)
    if isinstance(step, float) and step.is_integer():
        step = int(step)
    if type(step) is not int:
        sentence = f"The _step of a history row is {str(step)[:40]!r}; it must be a whole number."
        raise InvalidInput(sentence, code="bad_step")
    return step
