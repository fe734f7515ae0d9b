"""Claiming, running, failing, and coming back from the dead."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from apps.core.jobs import enqueue, report_progress, worker
from apps.core.jobs.models import Job, JobState
from apps.core.jobs.registry import job as register
from apps.core.jobs.registry import kind_of
from tests.core.jobs.conftest import FAIL, GIVE_UP, SAY

pytestmark = pytest.mark.backend
MINUTE = timedelta(minutes=1)


def claim(job, *, until=MINUTE):
    return Job.objects.claim(job.pk, at=now(), until=now() + until)


def fresh(job):
    return Job.objects.get(pk=job.pk)


@pytest.mark.django_db
def test_a_job_runs_and_keeps_its_answer(said):
    job = enqueue(SAY, {"word": "hello"})
    assert worker.run(job.pk)
    done = fresh(job)
    assert said == ["hello"]
    assert (done.state, done.result, done.progress, done.attempts) == (JobState.DONE, "hello", 1.0, 1)
    assert done.finished_at is not None


@pytest.mark.django_db
def test_a_job_without_owner_and_answer_leaves_nothing_behind():
    register("tests.tidy")(lambda: None)
    tidy, owned = enqueue("tests.tidy"), enqueue("tests.tidy", owner_id=7)
    assert worker.run(tidy.pk)
    assert worker.run(owned.pk)
    assert list(Job.objects.all()) == [owned]


@pytest.mark.django_db
def test_a_second_hint_does_nothing(said):
    job = enqueue(SAY, {"word": "hello"})
    assert worker.run(job.pk)
    assert not worker.run(job.pk)
    assert said == ["hello"]


@pytest.mark.django_db
def test_a_hint_for_a_job_that_is_gone_does_nothing():
    assert not worker.run(123)


@pytest.mark.django_db
def test_a_kind_this_worker_does_not_know_is_left_to_one_that_does(caplog):
    job = Job.objects.create(kind="tests.of_tomorrow")
    assert not worker.run(job.pk)
    assert fresh(job).state == JobState.WAITING
    assert "no handler" in caplog.text


@pytest.mark.django_db
def test_a_job_waits_for_its_time(said):
    job = enqueue(SAY, not_before=now() + MINUTE)
    assert not worker.run(job.pk)
    assert fresh(job).state == JobState.WAITING


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_gets_the_job(said):
    job = enqueue(SAY, {"word": "once"})
    start, won = threading.Barrier(6), []

    def work():
        start.wait(5)
        won.append(worker.run(job.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]
    assert said == ["once"]


@pytest.mark.django_db
def test_jobs_with_the_same_key_run_one_after_the_other(hints):
    first = enqueue(SAY, key="run.1")
    assert claim(first)
    second = enqueue(SAY, key="run.1")
    assert not worker.run(second.pk)
    worker._close(fresh(first), state=JobState.DONE)
    worker._hint_next(first)
    assert hints == [second.pk]
    assert worker.run(second.pk)


@pytest.mark.django_db
def test_a_failure_is_tried_again_after_a_while():
    job = enqueue(FAIL)
    worker.run(job.pk)
    tried = fresh(job)
    assert (tried.state, tried.attempts, tried.error) == (JobState.WAITING, 1, "RuntimeError: no luck")
    assert timedelta(seconds=3) < tried.not_before - now() < timedelta(seconds=8)


@pytest.mark.django_db
def test_a_failure_that_may_not_be_repeated_ends_the_job():
    job = enqueue(GIVE_UP)
    worker.run(job.pk)
    assert fresh(job).state == JobState.FAILED


def test_waits_grow_and_have_a_limit():
    assert timedelta(seconds=5) <= worker.back_off(1) < timedelta(seconds=7)
    assert timedelta(seconds=20) <= worker.back_off(3) < timedelta(seconds=26)
    assert worker.back_off(30) < timedelta(seconds=751)


@pytest.mark.django_db
def test_a_failed_job_yields_to_a_younger_one_with_its_key():
    old = enqueue(FAIL, key="run.1")
    assert claim(old)
    young = enqueue(FAIL, key="run.1")
    worker._fail(fresh(old), kind_of(FAIL), "no luck")
    assert (fresh(old).state, fresh(young).state) == (JobState.CANCELLED, JobState.WAITING)


@pytest.mark.django_db
def test_a_worker_that_died_between_claim_and_end_is_replaced(said, hints):
    job = enqueue(SAY, {"word": "again"})
    assert claim(job, until=timedelta(seconds=-1))
    assert worker.sweep() == 1
    assert hints == [job.pk]
    assert worker.run(job.pk)
    assert (said, fresh(job).attempts) == (["again"], 2)


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up():
    job = enqueue(GIVE_UP)
    assert claim(job, until=timedelta(seconds=-1))
    worker.sweep()
    assert fresh(job).state == JobState.FAILED
    assert "worker died" in fresh(job).error


@pytest.mark.django_db
def test_a_worker_taken_for_dead_cannot_overwrite_its_successor(said):
    job = enqueue(SAY)
    assert claim(job, until=timedelta(seconds=-1))
    late = fresh(job)
    worker.sweep()
    assert claim(job)
    assert not worker._close(late, state=JobState.DONE)
    assert fresh(job).state == JobState.RUNNING


@pytest.mark.django_db
def test_the_start_of_the_only_worker_frees_what_its_predecessor_held():
    job = enqueue(SAY)
    assert claim(job)
    assert worker.release_all() == 1
    assert fresh(job).state == JobState.WAITING


@pytest.mark.django_db
def test_the_start_of_the_only_worker_tells_anew_what_nobody_heard(hints):
    job = enqueue(SAY)
    hints.clear()
    assert worker.sweep() == 0
    worker.release_all()
    assert worker.sweep() == 1
    assert hints == [job.pk]


@pytest.mark.django_db
def test_the_sweep_finds_due_jobs_nobody_was_told_of(hints):
    lost = enqueue(SAY)
    Job.objects.filter(pk=lost.pk).update(hinted_at=now() - 2 * MINUTE)
    enqueue(SAY)  # told just now
    enqueue(SAY, not_before=now() + MINUTE)
    ripe = enqueue(SAY, not_before=now() + MINUTE)
    Job.objects.filter(pk=ripe.pk).update(not_before=now())
    hints.clear()
    assert worker.sweep() == 2
    assert sorted(hints) == [lost.pk, ripe.pk]
    assert worker.sweep() == 0


@pytest.mark.django_db
def test_a_handler_tells_how_far_it_is():
    seen = []

    @register("tests.progress")
    def half() -> None:
        report_progress(0.5)
        seen.append(Job.objects.get().progress)

    worker.run(enqueue("tests.progress").pk)
    assert seen == [0.5]
    report_progress(0.7)  # outside a job: nothing happens


@pytest.mark.django_db
def test_old_jobs_are_cleaned_away():
    old, new = enqueue(SAY), enqueue(SAY)
    for job in (old, new):
        worker.run(job.pk)
    Job.objects.filter(pk=old.pk).update(finished_at=now() - timedelta(days=3))
    assert worker.clean() == 1
    assert list(Job.objects.all()) == [new]
