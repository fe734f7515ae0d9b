"""The light colours of static/styles/tokens.css: figures and pages take theirs from one place."""

import re
from functools import cache

from django.conf import settings

_TOKEN = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6})\s*,", re.IGNORECASE)


@cache
def tokens() -> dict[str, str]:
    """Return the light value of every colour token: `series-1` → `#4d74ea`."""
    text = (settings.ROOT / "static" / "styles" / "tokens.css").read_text(encoding="utf-8")
    return dict(_TOKEN.findall(text))


def series_colour(slot: int, own: str | None = None) -> str:
    """Return the colour of a slot 1…12, or a person's own choice."""
    return own if own and re.fullmatch(r"#[0-9a-fA-F]{6}", own) else tokens()[f"series-{(slot - 1) % 12 + 1}"]
