"""Rate limits: how many requests a minute one asker may send. CARNET_RATE_LIMITS names the kinds."""

import time

from django.conf import settings
from django.core.cache import cache

from apps.core.errors import TooManyRequests

WINDOW_SECONDS = 60


def count_request(kind: str, asker: str) -> None:
    """Count one request of `asker` in the current minute. Raises TooManyRequests above the limit of this kind."""
    limit = settings.CARNET_RATE_LIMITS[kind]
    if not limit:
        return
    window, passed = divmod(int(time.time()), WINDOW_SECONDS)
    if _count(f"rate:{kind}:{asker}:{window}") > limit:
        sentence = f"More than {limit:,} requests a minute. Wait until the minute is over."
        raise TooManyRequests(sentence, retry_after=WINDOW_SECONDS - passed)


def _count(key: str) -> int:
    cache.add(key, 0, 2 * WINDOW_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # it went out of the cache between the two calls
        return 1
