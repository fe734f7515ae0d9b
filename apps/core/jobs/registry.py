"""Which kinds of jobs there are, and what happens by the clock. Apps register theirs in their `tasks.py`."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.utils.module_loading import autodiscover_modules

logger = logging.getLogger(__name__)

Handler = Callable[..., Any]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Kind:
    """How jobs of a kind run. What may take longer than 5 s, or crash, runs `in_child`, and only there has limits."""

    name: str
    handler: Handler
    timeout_seconds: int
    max_attempts: int
    in_child: bool
    memory_bytes: int


@dataclass(frozen=True)
class Periodic:
    """A short function that the clock calls."""

    name: str
    seconds: float
    function: Callable[[], Any]


_kinds: dict[str, Kind] = {}
_periodics: dict[str, Periodic] = {}


def job(
    name: str,
    *,
    timeout_seconds: int = 30,
    max_attempts: int = 5,
    in_child: bool = False,
    memory_bytes: int = 2 * 2**30,
) -> Callable[[H], H]:
    """Register the handler of a kind of job. It is called with the job's arguments and must bear being run twice."""

    def keep(handler: H) -> H:
        _kinds[name] = Kind(name, handler, timeout_seconds, max_attempts, in_child, memory_bytes)
        return handler

    return keep


def periodic(name: str, *, seconds: float) -> Callable[[H], H]:
    """Register a function that is called every so many seconds on one worker. Long work it enqueues."""

    def keep(function: H) -> H:
        _periodics[name] = Periodic(name, seconds, function)
        return function

    return keep


def kind_of(name: str) -> Kind:
    """Return a registered kind. Raises LookupError."""
    _discover()
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no handler is registered for jobs of the kind “{name}”") from None


def periodics() -> dict[str, Periodic]:
    _discover()
    return dict(_periodics)


@cache
def _discover() -> None:
    autodiscover_modules("tasks")
