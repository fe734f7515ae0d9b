"""The light colours of static/styles/tokens.css: figures and pages take theirs from one place."""

import re
from collections.abc import Sequence
from functools import cache

from django.conf import settings

from apps.panels.kinds.config import Stop

STEPS = 7  # of ordered colours
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6})\s*,", re.IGNORECASE)


@cache
def tokens() -> dict[str, str]:
    """Return the light value of every colour token: `series-1` → `#4d74ea`."""
    text = (settings.ROOT / "static" / "styles" / "tokens.css").read_text(encoding="utf-8")
    return dict(_TOKEN.findall(text))


def series_colour(slot: int, own: str | None = None) -> str:
    """Return the colour of a slot 1…12, or a person's own choice."""
    return own if own and re.fullmatch(r"#[0-9a-fA-F]{6}", own) else tokens()[f"series-{(slot - 1) % 12 + 1}"]


def ramp_colour(place: float, stops: Sequence[Stop] = ()) -> str:
    """Return the colour of a place 0…1 between few and many, by steps or by the gradient that a person chose."""
    if stops:
        return _between(place, stops)
    return tokens()[f"seq-{min(int(max(place, 0.0) * STEPS) + 1, STEPS)}"]


def shade(place: float, stops: Sequence[Stop] = ()) -> str:
    """Return the same for dots and lines, which the lightest steps would hide."""
    return ramp_colour(place if stops else 0.3 + 0.7 * place, stops)


def shades(stops: Sequence[Stop] = ()) -> list[str]:
    """Return all colours of dots and lines, for a legend."""
    return [shade((step + 0.5) / STEPS, stops) for step in range(STEPS)]


def _between(place: float, stops: Sequence[Stop]) -> str:
    above = next((index for index, stop in enumerate(stops) if stop.at >= place), len(stops) - 1)
    left, right = stops[max(above - 1, 0)], stops[above]
    share = min(max((place - left.at) / (right.at - left.at), 0.0), 1.0) if right.at > left.at else 0.0
    pairs = zip(_channels(left.colour), _channels(right.colour), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
