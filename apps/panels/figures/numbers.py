"""Numbers beside bars and as figures: with the digits that their spread leaves meaning."""

import math
from collections.abc import Iterable

from apps.core.formats import shared_decimals

MOST_DECIMALS = 12


def significant(value: float, spread: float | None) -> float:
    """Round `81.513 ± 0.774` to `81.51`."""
    if not spread or not math.isfinite(spread):
        return value
    return round(value, min(max(0, 1 - math.floor(math.log10(spread))), MOST_DECIMALS))


def decimals_of(pairs: Iterable[tuple[float, float | None]]) -> int:
    """Return the decimals that values, each with its spread, share."""
    return shared_decimals([significant(value, spread) for value, spread in pairs])
