"""Where an axis has its ticks and how they read: what frontend/chart/ticks.ts and frontend/format.ts do in pages."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from apps.core.formats import MINUS, MONTHS, duration
from apps.panels.terms import AxisKind

DAY = 86_400
_ROUND = (1, 2, 2.5, 5, 10)
_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, DAY)
_UNITS = ((1e12, 1e12, "T"), (1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))


def ticks_of(kind: AxisKind, low: float, high: float, most: int, *, is_log: bool = False) -> list[float]:
    """Return at most `most` round places from `low` to `high`; of a category, places of names."""
    if is_log:
        return log_ticks(low, high, most)
    if kind == "category":
        return name_ticks(low, high, most)
    if kind in ("duration", "time"):
        return duration_ticks(low, high, most)
    ticks = linear_ticks(low, high, most)
    return [tick for tick in ticks if tick == int(tick)] or ticks if kind == "step" else ticks


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    if not high > low:
        return [low]
    step = _round_step((high - low) / (most + 1))
    while len(ticks := _multiples(low, high, step)) > most:
        step = _round_step(step * 1.01)
    return ticks


def duration_ticks(low: float, high: float, most: int) -> list[float]:
    """Return whole seconds, minutes, hours, days; instants in seconds since 1970 are in UTC."""
    if high - low < max(most - 1, 1):
        return linear_ticks(low, high, most)
    for step in _TIMES:
        if (high - low) / step <= most and len(ticks := _multiples(low, high, step)) <= most:
            return ticks
    return _multiples(low, high, math.ceil(_round_step((high - low) / max(most - 1, 1) / DAY)) * DAY)


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return 1, 3, 10 …; powers of ten alone where there are many, round numbers where there is less than one step."""
    if not (low > 0 and high > low):
        return [low] if low > 0 else []
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    tens = [float(f"1e{power}") for power in powers]
    thirds = [each for power in powers for each in (float(f"1e{power}"), float(f"3e{power}"))]
    inside, inside_tens = ([each for each in ticks if low <= each <= high] for ticks in (thirds, tens))
    if len(inside) < 2:
        return [tick for tick in linear_ticks(low, high, most) if tick > 0]
    return inside if len(inside) <= most else inside_tens[:: -(-len(inside_tens) // most)]


def name_ticks(low: float, high: float, most: int) -> list[float]:
    """Return every place, or every second, third … where they do not fit."""
    first, last = math.ceil(low), math.floor(high)
    return [float(place) for place in range(first, last + 1, max(1, -(-(last - first + 1) // most)))]


def tick_texts(kind: AxisKind, ticks: Sequence[float], *, is_log: bool = False, names: Sequence[str] = ()) -> list[str]:
    step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else abs(ticks[0]) if ticks else 1.0
    if kind == "category":
        return [names[int(tick)] if 0 <= tick < len(names) else "" for tick in ticks]
    if kind == "duration":
        return [duration(tick) for tick in ticks]
    if kind == "time":
        return [_clock(tick, step) for tick in ticks]
    return [tick_text(tick, tick if is_log else step) for tick in ticks]


def tick_text(value: float, step: float) -> str:
    """Write a number with the decimals that its distance to the next needs: `0.25`, `30k`, `1.2M`, `3e-4`."""
    size, sign = abs(value), MINUS if value < 0 else ""
    if value == 0:
        return "0"
    if size < 1e-3 or size >= 1e15:
        mantissa, exponent = f"{size:.2e}".split("e")
        return f"{sign}{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    for least, divisor, letter in _UNITS:
        if size >= least:
            return f"{sign}{size / divisor:.{_decimals(step / divisor)}f}{letter}"
    return f"{sign}{size:.{_decimals(step)}f}"


def day_of(seconds: float) -> str:
    moment = _moment(seconds)
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _clock(seconds: float, step: float) -> str:
    moment = _moment(seconds)
    if step >= DAY:
        return f"{moment.day} {MONTHS[moment.month - 1]}"
    return f"{moment:%H:%M:%S}" if step < 60 else f"{moment:%H:%M}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, 0), 253_402_300_799), UTC)


def _decimals(step: float) -> int:
    return next((each for each in range(8) if abs(step * 10**each - round(step * 10**each)) < 1e-6), 8)


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next((each * power for each in _ROUND if each * power >= least * 0.999999), 10 * power)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{each * step:.12g}") for each in range(first, last + 1)]
