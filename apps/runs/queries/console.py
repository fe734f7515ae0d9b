"""Console lines of a run, by page."""

from dataclasses import dataclass

from apps.core.errors import InvalidInput
from apps.runs.history.console import ConsoleLevel, ConsoleLine
from apps.runs.history.decoded import console_of
from apps.runs.models import Run

__all__ = ["ConsoleLevel", "ConsoleLine", "ConsolePage", "console_page", "console_tail"]

MAX_LINES = 10_000


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """Some lines by rising number. `total` counts all that match, `counts` and `first_error` all of the run."""

    total: int
    lines: list[ConsoleLine]
    first_error: int | None
    counts: dict[str, int]
    has_next: bool


def console_page(
    run: Run, *, after: int | None = None, limit: int = 500, level: str | None = None, search: str | None = None
) -> ConsolePage:
    """Return the lines with numbers above `after`, of a level, that contain `search` whatever its case."""
    wanted = _level(level)
    with console_of(run) as console:
        numbers = console.chosen(level=wanted, search=search or "")
        chosen = console.page(numbers, after=after, limit=min(max(limit, 0), MAX_LINES))
        return ConsolePage(
            total=len(numbers),
            lines=[console.line(number) for number in chosen],
            first_error=console.first_error,
            counts={each.value: console.counts[each] for each in ConsoleLevel},
            has_next=bool(chosen) and chosen[-1] != numbers[-1],
        )


def _level(name: str | None) -> ConsoleLevel | None:
    if not name:
        return None
    if name not in set(ConsoleLevel):
        raise InvalidInput(f"“{name[:20]}” is no level. Choose error, warning or info.", code="bad_level")
    return ConsoleLevel(name)


def console_tail(run: Run, last: int) -> list[ConsoleLine]:
    """Return the last lines, rising."""
    with console_of(run) as console:
        numbers = console.numbers[-last:] if last > 0 else []
        return [console.line(number) for number in numbers]
