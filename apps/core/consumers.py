"""The live edge: one socket that joins the groups it may watch and forwards what happened there."""

import asyncio
import random
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from apps.core import json
from apps.core.live import ACCESS_CHANGED, EVERYBODY, may_join, principal_of
from apps.core.needs import Needs

MAX_GROUPS = 20
CHECK_SECONDS = 60
SPREAD_SECONDS = 1.0
READY = "live.ready"  # from here on nothing is missed: a page that was loaded before refetches now
TOLD = ("type", "ids", "version")
REFUSED = 4404  # closed: nothing at this address, or not yours (any more)


class LiveConsumer(AsyncWebsocketConsumer):
    """`/ws/live?group=run.5&group=user.7`: sends `{"group", "type", "ids", "version"}`, hears nothing.

    What may be watched is asked when joining, every minute, and when the person's access changed.
    """

    needs = {"CONNECT": Needs.NOBODY}  # each group asks for itself: public projects are watched by nobody in particular

    async def connect(self) -> None:
        self.watched = parse_qs(self.scope["query_string"].decode("latin-1")).get("group", [])
        self.joined: list[str] = []
        self.checks: asyncio.Task[None] | None = None
        await self.accept()  # before the verdict: a browser cannot tell a refused handshake from a server that is down
        if not await self._is_allowed():
            await self.close(REFUSED)
            return
        await self._join()
        await self._say({"type": READY})
        self.checks = asyncio.create_task(self._check_from_time_to_time())

    async def disconnect(self, code: int) -> None:
        if self.checks:
            self.checks.cancel()
        for group in self.joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def live_event(self, message: dict[str, Any]) -> None:
        payload = message["payload"]
        if payload.get("type") == ACCESS_CHANGED:
            if message["group"] == EVERYBODY:
                await asyncio.sleep(random.uniform(0, SPREAD_SECONDS))  # noqa: S311 - all sockets are asked at once
            await self._leave_unless_allowed()
        elif message["group"] in self.watched:
            await self._say({"group": message["group"], **{name: payload.get(name) for name in TOLD}})

    async def _say(self, told: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(told).decode())

    async def _join(self) -> None:
        user_id = getattr(self.scope.get("user"), "pk", None)
        own = [f"user.{user_id}"] if user_id else []
        self.joined = list(dict.fromkeys([*self.watched, *own, EVERYBODY]))
        for group in self.joined:
            await self.channel_layer.group_add(group, self.channel_name)

    async def _check_from_time_to_time(self) -> None:
        await asyncio.sleep(random.uniform(0, CHECK_SECONDS))  # noqa: S311 - so that sockets do not all ask at once
        while await self._leave_unless_allowed():  # noqa: ASYNC110 - nobody could set an event
            await asyncio.sleep(CHECK_SECONDS)

    async def _leave_unless_allowed(self) -> bool:
        if await self._is_allowed():
            return True
        await self.close(REFUSED)
        return False

    async def _is_allowed(self) -> bool:
        """Ask with the session as it is now: signing out and removal count at once."""
        if not 0 < len(self.watched) <= MAX_GROUPS:
            return False
        if session := self.scope.get("session"):
            store = import_module(settings.SESSION_ENGINE).SessionStore(session.session_key)
            self.scope["user"] = await get_user({**self.scope, "session": store})
        return bool(await database_sync_to_async(_may_join_all)(self.scope, self.watched))


def _may_join_all(scope: dict[str, Any], groups: list[str]) -> bool:
    principal = principal_of(scope)
    return all(may_join(principal, group) for group in groups)
