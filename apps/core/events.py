"""How a lower app tells upper apps what happened, without knowing them.

`publish` is called by actions only, inside their transaction. Listeners come in two kinds:
`@within(Event)` runs at once, inside that transaction, and may refuse by raising;
`@after(Event)` runs once the transaction is committed, and may only notify and enqueue.
Both run in layer order, from `core` upwards. docs/events.md lists them.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import transaction

logger = logging.getLogger(__name__)

L = TypeVar("L", bound=Callable[[Any], None])


class Event(Protocol):
    """A frozen dataclass in the past tense. `name` is how it is called on the wire: `run.finished`."""

    name: ClassVar[str]


LAYERS = [
    "core",
    "accounts",
    "teams",
    "projects",
    "runs",
    "artifacts",
    "alerts",
    "panels",
    "reports",
    "portal",
    "gateways",
]
_within: dict[type, list[Callable[[Any], None]]] = defaultdict(list)
_after: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def within(event_type: type) -> Callable[[L], L]:
    """Register a listener that runs inside the publisher's transaction."""
    return _register(_within, event_type)


def after(event_type: type) -> Callable[[L], L]:
    """Register a listener that runs after the commit."""
    return _register(_after, event_type)


def publish(event: Event) -> None:
    """Tell everyone who listens. What fails after the commit is logged and does not disturb the others."""
    for listener in _within[type(event)]:
        listener(event)
    for listener in _after[type(event)]:
        transaction.on_commit(partial(listener, event), robust=True)


def listeners(event_type: type) -> tuple[list[Callable[[Any], None]], list[Callable[[Any], None]]]:
    """Return the (within, after) listeners of an event type, for docs and tests."""
    return _within[event_type], _after[event_type]


def _register(registry: dict[type, list[Callable[[Any], None]]], event_type: type) -> Callable[[Any], Any]:
    def keep(listener: Callable[[Any], None]) -> Callable[[Any], None]:
        if listener not in registry[event_type]:
            registry[event_type].append(listener)
            registry[event_type].sort(key=_layer)
        return listener

    return keep


def _layer(listener: Callable[[Any], None]) -> int:
    app = listener.__module__.split(".")[1]
    return LAYERS.index(app) if app in LAYERS else len(LAYERS)
