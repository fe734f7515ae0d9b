"""Watching through `/ws/live`: who may, what arrives, and when it ends."""

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import channel_layers

from apps.core import consumers, json, live
from apps.core.consumers import REFUSED, LiveConsumer
from apps.core.live import LoopBoundLayer, anotify


class Person:
    def __init__(self, pk):
        self.pk = pk


@pytest.fixture
def allowed(monkeypatch):
    """The runs that the one principal of these tests may see; tests change it."""
    allowed = {"1"}
    monkeypatch.setattr(live, "_authorisers", {"run": lambda principal, run_id: run_id in allowed})
    monkeypatch.setattr(live, "_principal_sources", [lambda scope: "somebody"])
    monkeypatch.setattr(channel_layers, "backends", {"default": LoopBoundLayer()})
    return allowed


class Socket(ApplicationCommunicator):
    """A browser's end of a socket. (`channels.testing` wants daphne, which we do not have.)"""

    async def connect(self):
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(2))["type"] == "websocket.accept"

    async def watch(self):
        await self.connect()
        assert await heard(self) == {"type": "live.ready"}

    async def disconnect(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(2)


def socket(query="group=run.1", *, user=None):
    scope = {"type": "websocket", "path": "/ws/live", "query_string": query.encode(), "user": user}
    return Socket(LiveConsumer.as_asgi(), scope)


async def closed_with(communicator):
    message = await communicator.receive_output(2)
    assert message["type"] == "websocket.close"
    return message["code"]


async def heard(communicator):
    return json.loads((await communicator.receive_output(2))["text"])


async def test_a_watcher_hears_what_happens(allowed):
    watcher = socket()
    await watcher.watch()
    await anotify("run.1", {"type": "run.finished", "ids": {"run": 1}, "version": 7, "secret": "x"})
    assert await heard(watcher) == {"group": "run.1", "type": "run.finished", "ids": {"run": 1}, "version": 7}
    await watcher.disconnect()


async def test_a_watcher_hears_nothing_of_others(allowed):
    watcher = socket()
    await watcher.watch()
    await anotify("run.2", {"type": "run.finished"})
    assert await watcher.receive_nothing(0.1)
    await watcher.disconnect()


@pytest.mark.parametrize(
    "query",
    ["group=run.2", "group=run.1&group=run.2", "group=cellar.1", "group=run", "group=run.1/2", "", "group=run.1&" * 21],
)
async def test_what_may_not_be_seen_is_refused(allowed, query):
    stranger = socket(query)
    await stranger.connect()
    assert await closed_with(stranger) == REFUSED


@pytest.mark.parametrize("group", ["user.7", "everybody.sockets"])
async def test_losing_access_ends_the_watch_at_once(allowed, monkeypatch, group):
    monkeypatch.setattr(consumers, "SPREAD_SECONDS", 0.01)
    watcher = socket(user=Person(7))
    await watcher.watch()
    allowed.clear()
    await anotify(group, {"type": "access.changed"})
    assert await closed_with(watcher) == REFUSED


async def test_a_change_of_access_that_leaves_it_disturbs_nobody(allowed):
    watcher = socket(user=Person(7))
    await watcher.watch()
    await anotify("user.7", {"type": "access.changed"})
    assert await watcher.receive_nothing(0.1)
    await watcher.disconnect()


async def test_access_is_asked_again_from_time_to_time(allowed, monkeypatch):
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.02)
    watcher = socket()
    await watcher.watch()
    allowed.clear()
    assert await closed_with(watcher) == REFUSED


async def test_ones_own_events_come_only_when_asked_for(allowed):
    watcher = socket(user=Person(7))
    await watcher.watch()
    await anotify("user.7", {"type": "inbox.changed"})
    assert await watcher.receive_nothing(0.1)
    await watcher.disconnect()


async def test_a_socket_that_left_is_forgotten(allowed):
    watcher = socket()
    await watcher.watch()
    await watcher.disconnect()
    await asyncio.sleep(0)
    assert channel_layers["default"].groups == {}
