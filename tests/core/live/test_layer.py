"""Events reach sockets from any thread."""

import asyncio
import threading
import time

import pytest
from django.db import transaction

from apps.core import live
from apps.core.live import LoopBoundLayer, notify

pytestmark = pytest.mark.backend


@pytest.fixture
def layer(monkeypatch):
    layer = LoopBoundLayer(capacity=50)
    monkeypatch.setattr(live, "get_channel_layer", lambda: layer)
    return layer


async def joined(layer, group="run.1"):
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def heard(layer, channel):
    return await asyncio.wait_for(layer.receive(channel), 2)


async def test_an_event_from_another_thread_arrives_at_once(layer):
    channel = await joined(layer)
    waits = []
    for version in range(20):
        sent = time.perf_counter()
        await asyncio.to_thread(layer.post, "run.1", {"type": "live.event", "version": version})
        assert (await heard(layer, channel))["version"] == version
        waits.append(time.perf_counter() - sent)
    assert sorted(waits)[10] < 0.05


async def test_another_loop_may_send_too(layer):
    channel = await joined(layer)
    await asyncio.to_thread(asyncio.run, layer.group_send("run.1", {"type": "live.event"}))
    assert await heard(layer, channel) == {"type": "live.event"}


async def test_many_threads_send_while_sockets_come_and_go(layer):
    channel = await joined(layer)
    stop = threading.Event()

    def send():
        while not stop.is_set():
            layer.post("run.1", {"type": "live.event"})
            time.sleep(0.0005)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(200):
        other = await joined(layer)
        await heard(layer, channel)
        await layer.group_discard("run.1", other)
    stop.set()
    for thread in threads:
        thread.join()
    assert set(layer.groups["run.1"]) == {channel}


async def test_a_message_without_listeners_is_forgotten(layer):
    layer.post("run.1", {"type": "live.event"})
    await layer.group_send("run.1", {"type": "live.event"})
    assert layer.channels == {}


def test_a_new_loop_becomes_the_home_when_the_old_one_is_closed(layer):
    asyncio.run(joined(layer))

    async def again():
        channel = await joined(layer)
        await asyncio.to_thread(layer.post, "run.1", {"type": "live.event"})
        return await heard(layer, channel)

    assert asyncio.run(again()) == {"type": "live.event"}


@pytest.mark.django_db(transaction=True)
def test_notify_waits_for_the_commit(monkeypatch):
    sent = []
    monkeypatch.setattr(live, "_post", lambda group, message: sent.append((group, message["payload"])))
    with transaction.atomic():
        notify("run.1", {"type": "run.finished"})
        assert sent == []
    assert sent == [("run.1", {"type": "run.finished"})]


@pytest.mark.django_db(transaction=True)
def test_notify_is_silent_after_a_rollback(monkeypatch):
    sent = []
    monkeypatch.setattr(live, "_post", lambda group, message: sent.append(group))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify("run.1", {"type": "run.finished"})
        raise ZeroDivisionError
    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_notify_sends_at_once_outside_a_transaction(monkeypatch):
    sent = []
    monkeypatch.setattr(live, "_post", lambda group, message: sent.append(message))
    notify("run.1", {"type": "run.finished", "ids": {"run": 1}, "version": 3})
    assert sent == [
        {
            "type": "live.event",
            "group": "run.1",
            "payload": {"type": "run.finished", "ids": {"run": 1}, "version": 3},
        }
    ]
