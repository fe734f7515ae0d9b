"""Live events: short messages that something changed, from any thread to the browsers that watch.

An event carries ids and a version, never content: browsers refetch through the door, so a lost event costs one reload.
Groups are `run.<id>`, `project.<id>.runs`, `user.<id>`; the app that owns the first word registers who may join.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, cast

from channels.layers import BaseChannelLayer, InMemoryChannelLayer, get_channel_layer
from django.db import connection, transaction

logger = logging.getLogger(__name__)

Authoriser = Callable[[Any, str], bool]
PrincipalSource = Callable[[Mapping[str, Any]], Any]

ACCESS_CHANGED = "access.changed"
EVERYBODY = "everybody.sockets"  # each socket is in it, and hears of it only that access has changed
GROUP = re.compile(r"([a-z]{1,20})\.([A-Za-z0-9_-]{1,40})(?:\.[a-z_]{1,20})?")
_authorisers: dict[str, Authoriser] = {}
_principal_sources: list[PrincipalSource] = []  # one, once accounts is ready


def register_group(prefix: str, authoriser: Authoriser) -> None:
    """Say who may join groups that begin with `prefix`: `authoriser(principal, id)`, asked again every minute."""
    _authorisers[prefix] = authoriser


def set_principal_source(source: PrincipalSource) -> None:
    """Say how the principal of a socket is found from its scope (`user`, `session`, `client`, `headers`)."""
    _principal_sources[:] = [source]


def principal_of(scope: Mapping[str, Any]) -> Any:
    """Return the principal of a socket, or None as long as no app has said how to find one."""
    return _principal_sources[0](scope) if _principal_sources else None


def may_join(principal: Any, group: str) -> bool:
    """Return whether `principal` may watch `group`. An unknown kind of group is refused."""
    match = GROUP.fullmatch(group)
    authoriser = _authorisers.get(match[1]) if match else None
    return bool(match and authoriser and principal is not None and authoriser(principal, match[2]))


def notify(group: str, payload: Mapping[str, Any]) -> None:
    """Tell all who watch `group`, once the current transaction commits, at once without one.

    `payload` holds `type` ("run.finished"), `ids` and `version`. Works from any thread and never waits for browsers.
    """
    message = _message(group, payload)
    if connection.in_atomic_block:
        transaction.on_commit(lambda: _post(group, message), robust=True)
    else:  # on_commit would do the same, but open a connection for it
        _post(group, message)


async def anotify(group: str, payload: Mapping[str, Any]) -> None:
    """The same for coroutines, which are never inside a transaction."""
    await _layer().group_send(group, _message(group, payload))


def notify_access_changed(user_id: int | None) -> None:
    """Make every socket of a person, or with None of everybody, ask anew what may be watched."""
    notify(EVERYBODY if user_id is None else f"user.{user_id}", {"type": ACCESS_CHANGED})


class LoopBoundLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """The in-memory layer, whose tables belong to the loop that first listened.

    The parent is not safe for threads: from another one an event would wait for the loop's next tick, and change a
    table under iteration. Everything hops to the home loop instead.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._home: asyncio.AbstractEventLoop | None = None

    async def group_add(self, group: str, channel: str) -> None:
        self._settle()
        await self._at_home(super().group_add(group, channel))

    async def receive(self, channel: str) -> dict[str, Any]:
        self._settle()
        return cast(dict[str, Any], await super().receive(channel))

    async def group_discard(self, group: str, channel: str) -> None:
        await self._at_home(super().group_discard(group, channel))

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self._at_home(super().group_send(group, message))

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        await self._at_home(super().send(channel, message))

    def post(self, group: str, message: dict[str, Any]) -> None:
        """Send from any thread without waiting. Nobody has joined a group yet: nobody is told."""
        home = self._home
        if home is not None and home.is_running():
            asyncio.run_coroutine_threadsafe(super().group_send(group, message), home)

    def _settle(self) -> None:
        """Make the running loop the home if there is none; what a closed one left behind is gone with it."""
        if self._home is not None and not self._home.is_closed():
            return
        self._home = asyncio.get_running_loop()
        self.channels.clear()
        self.groups.clear()

    async def _at_home(self, work: Coroutine[Any, Any, None]) -> None:
        home = self._home
        if home is None or home is asyncio.get_running_loop():
            await work
        elif home.is_running():
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, home))
        else:
            work.close()


class _Postman:
    """A loop in a thread of its own that sends for threads without a loop: one connection to Redis, kept."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def send(self, layer: BaseChannelLayer, group: str, message: dict[str, Any]) -> None:
        asyncio.run_coroutine_threadsafe(_deliver(layer, group, message), self._running_loop())

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._guard:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="live-postman", daemon=True).start()
            return self._loop


_postman = _Postman()


def _message(group: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "live.event", "group": group, "payload": dict(payload)}


def _layer() -> BaseChannelLayer:
    return cast(BaseChannelLayer, get_channel_layer())


def _post(group: str, message: dict[str, Any]) -> None:
    layer = _layer()
    if isinstance(layer, LoopBoundLayer):
        layer.post(group, message)
    else:
        _postman.send(layer, group, message)


async def _deliver(layer: BaseChannelLayer, group: str, message: dict[str, Any]) -> None:
    try:
        await layer.group_send(group, message)
    except (TimeoutError, OSError) as error:
        logger.warning("an event for %s was not delivered: %s", group, error)
