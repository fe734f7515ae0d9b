"""A team installation: jobs run in a worker process, events reach the sockets of another."""

import asyncio
import time
from datetime import timedelta

import pytest
from channels.layers import channel_layers, get_channel_layer
from django.utils.timezone import now

from apps.core.jobs import enqueue
from apps.core.jobs.models import Job, JobState
from apps.core.live import notify

pytestmark = [pytest.mark.backend(only=True), pytest.mark.django_db(transaction=True)]


def wait_for_end(job: Job) -> Job:
    deadline = time.monotonic() + 20
    while (found := Job.objects.get(pk=job.pk)).state in {JobState.WAITING, JobState.RUNNING}:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


@pytest.mark.usefixtures("celery_worker")
def test_a_worker_process_runs_what_is_due_and_what_is_due_shortly():
    at_once = enqueue("core.echo", {"word": "now"})
    shortly = enqueue("core.echo", {"word": "then"}, not_before=now() + timedelta(seconds=1))
    assert wait_for_end(at_once).result == "now"
    done = wait_for_end(shortly)
    assert done.result == "then"
    assert done.started_at is not None
    assert timedelta(0) <= done.started_at - done.not_before < timedelta(seconds=3)


async def test_an_event_travels_through_redis(monkeypatch):
    monkeypatch.setattr(channel_layers, "backends", {})
    layer = get_channel_layer()
    assert layer is not None
    channel = await layer.new_channel()
    await layer.group_add("run.1", channel)
    await asyncio.to_thread(notify, "run.1", {"type": "run.finished"})
    message = await asyncio.wait_for(layer.receive(channel), 5)
    assert message["payload"] == {"type": "run.finished"}
