"""Putting work into the queue."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from apps.core.jobs import cancel, enqueue, queue
from apps.core.jobs.models import Job, JobState
from tests.core.jobs.conftest import SAY

pytestmark = pytest.mark.backend


@pytest.mark.django_db
def test_a_job_is_a_row_with_its_arguments():
    job = enqueue(SAY, {"word": "hello"}, owner_id=7)
    job.refresh_from_db()
    assert (job.kind, job.arguments, job.owner_id, job.state) == (SAY, {"word": "hello"}, 7, JobState.WAITING)


@pytest.mark.django_db
def test_a_kind_nobody_handles_is_refused():
    with pytest.raises(LookupError, match="no handler"):
        enqueue("tests.unheard_of")
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_one_waiting_job_per_key():
    first = enqueue(SAY, {"word": "a"}, key="run.1")
    assert enqueue(SAY, {"word": "b"}, key="run.1") == first
    assert enqueue(SAY, {"word": "c"}, key="run.2") != first
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_a_running_job_does_not_stop_the_next_with_its_key():
    first = enqueue(SAY, key="run.1")
    assert Job.objects.claim(first.pk, at=now(), until=now() + timedelta(minutes=1))
    second = enqueue(SAY, key="run.1")
    assert second != first


@pytest.mark.django_db
def test_asking_earlier_brings_a_waiting_job_forward_and_asking_later_does_not_delay_it():
    soon, late = now() + timedelta(seconds=5), now() + timedelta(hours=1)
    enqueue(SAY, key="run.1", not_before=late)
    enqueue(SAY, key="run.1", not_before=soon)
    assert enqueue(SAY, key="run.1", not_before=late).not_before == soon


@pytest.mark.django_db(transaction=True)
def test_a_hint_leaves_on_commit_and_never_after_a_rollback(hints):
    with transaction.atomic():
        job = enqueue(SAY)
        assert hints == []
    assert hints == [job.pk]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(SAY)
        raise ZeroDivisionError
    assert hints == [job.pk]
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_for_much_later_is_left_to_the_sweep(hints):
    enqueue(SAY, not_before=now() + timedelta(hours=1))
    assert hints == []


@pytest.mark.django_db(transaction=True)
def test_a_job_for_shortly_gives_a_hint_that_waits(monkeypatch):
    delays = []
    monkeypatch.setattr(queue, "hint", lambda job_id, delay: delays.append(delay))
    enqueue(SAY, not_before=now() + timedelta(seconds=2))
    later = enqueue(SAY, key="run.1", not_before=now() + timedelta(hours=1))
    assert enqueue(SAY, key="run.1", not_before=now() + timedelta(seconds=1)) == later
    assert [round(delay) for delay in delays] == [2, 1]


@pytest.mark.django_db
def test_a_waiting_job_can_be_cancelled_once():
    job = enqueue(SAY)
    assert cancel(job)
    assert not cancel(job)
    assert not Job.objects.claim(job.pk, at=now(), until=now())
