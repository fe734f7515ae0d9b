"""How numbers, sizes and times read: five digits that matter, thin spaces, a true minus, no zero for "nothing".

`frontend/format.ts` says the same in the browser; both are held by `tests/core/format_cases.json`.
"""

import math
from datetime import datetime, timedelta

MINUS = "\u2212"
THIN = "\u2009"
MISSING = "–"
BIGGEST_PLAIN = 1e6
SMALLEST_PLAIN = 1e-3  # so that 0.0003 reads 3.0e-4
DIGITS = 5

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
BYTE_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def number(value: float | str | None, *, decimals: int | None = None) -> str:
    """Write a measured value: `82.66`, `18 427`, `3.0e-4`, `NaN`. With `decimals`, as many as its column shows."""
    parsed = _parsed(value)
    if parsed is None:
        return MISSING
    if not math.isfinite(parsed):
        return _not_finite(parsed)
    size = abs(parsed)
    if size >= BIGGEST_PLAIN or 0 < size < SMALLEST_PLAIN:
        return _scientific(parsed)
    if decimals is not None:
        return _signed(parsed, f"{size:.{decimals}f}")
    return _signed(parsed, _plain(size))


def count(value: float | None) -> str:
    """Write a count in full: `1 234 567`."""
    return MISSING if value is None else _signed(value, f"{abs(value):.0f}")


def shared_decimals(values: list[float | None]) -> int:
    """Return the decimals that all rows of a column show: what its longest value needs."""
    finite = [abs(value) for value in values if value is not None and math.isfinite(value)]
    plain = [value for value in finite if value < BIGGEST_PLAIN and (value == 0 or value >= SMALLEST_PLAIN)]
    return max((len(_plain(value).partition(".")[2]) for value in plain), default=0)


def size(value: float | None) -> str:
    """Write a size in bytes: `212 kB`, `1.92 TB`."""
    if value is None:
        return MISSING
    amount, unit = float(value), 0
    while amount >= 999.5 and unit < len(BYTE_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{_trim(_fixed(amount, 3))} {BYTE_UNITS[unit]}"


def duration(seconds: float | None) -> str:
    """Write a length of time by its two largest units: `8 h 41 m`, `3 d 4 h`, `2.8 s`."""
    if seconds is None:
        return MISSING
    if seconds < 9.95:
        return f"{_trim(f'{max(seconds, 0):.1f}')} s"
    whole = int(seconds + 0.5)
    for unit, large, small, name in ((86_400, "d", "h", 3_600), (3_600, "h", "m", 60), (60, "m", "s", 1)):
        if whole >= unit:
            rest = whole % unit // name
            return f"{whole // unit} {large}" + (f" {rest} {small}" if rest else "")
    return f"{whole} s"


def when(moment: datetime, *, now: datetime) -> str:
    """Write a moment in the zone of `now`: today `15:04`, within a week `Wed 16:20`, else `18 Nov 2026`."""
    local = moment.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if 0 < days < 7:
        return f"{WEEKDAYS[local.weekday()]} {local:%H:%M}"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def ago(moment: datetime, *, now: datetime) -> str:
    """Write how long ago: `now`, `12 m ago`, `6 h ago`, `in 6 d`; after a month the date."""
    passed = now - moment
    ahead = passed < timedelta(0)
    seconds = abs(passed).total_seconds()
    if seconds < 60:
        return "now"
    for unit, name, limit in ((60, "m", 3_600), (3_600, "h", 86_400), (86_400, "d", 30 * 86_400)):
        if seconds < limit:
            amount = f"{int(seconds // unit)} {name}"
            return f"in {amount}" if ahead else f"{amount} ago"
    return when(moment, now=now)


def exact(moment: datetime, *, now: datetime) -> str:
    """Write a moment to the second with its zone, for the hover."""
    local = moment.astimezone(now.tzinfo)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M:%S} {local.tzname() or ''}".rstrip()


def is_bad(value: float | str | None) -> bool:
    """Tell whether a value is NaN or infinite, which is written in the colour of trouble."""
    parsed = _parsed(value)
    return parsed is not None and not math.isfinite(parsed)


def _parsed(value: float | str | None) -> float | None:
    """Accept what JSON answers carry: numbers, and "NaN", "Infinity", "-Infinity" as words."""
    if value is None or isinstance(value, bool):
        return None if value is None else float(value)
    try:
        return float(value)
    except ValueError:
        return None


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else f"{MINUS if value < 0 else ''}Inf"


def _scientific(value: float) -> str:
    mantissa, exponent = f"{abs(value):.{DIGITS - 1}e}".split("e")
    whole, _, rest = mantissa.partition(".")
    text = f"{whole}.{rest.rstrip('0') or '0'}e{int(exponent)}"
    return f"{MINUS}{text}" if value < 0 else text


def _plain(value: float) -> str:
    if value == int(value):
        return f"{value:.0f}"
    return _trim(_fixed(value, DIGITS))


def _fixed(value: float, digits: int) -> str:
    """Write with `digits` significant digits, never in exponents; digits before the point are all kept."""
    before = 1 if value < 1 else len(str(int(value)))
    leading = 0 if value >= 1 or value == 0 else -math.floor(math.log10(value)) - 1
    return f"{value:.{max(digits - before + leading + (1 if value < 1 else 0), 0)}f}"


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(value: float, text: str) -> str:
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN) + point + rest
    is_zero = not any(digit in "123456789" for digit in text)
    return f"{MINUS}{grouped}" if value < 0 and not is_zero else grouped
