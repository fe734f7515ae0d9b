"""The digest: catalogue, counts and summary follow the log, whatever comes in between."""

import pytest

from apps.core.jobs.models import Job
from apps.runs import actions as runs
from apps.runs.actions import digest as digesting
from apps.runs.actions.runs import RunFields
from apps.runs.models import HistoryKey, Run, RunDigest, RunPulse
from apps.runs.queries.history import key_facts
from tests.build import build_run, owner_of, principal
from tests.runs.streaming import append, console, events, history, summary

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def run(db):
    return build_run()


def test_a_digest_of_nothing_new_does_nothing(run, django_assert_max_num_queries):
    append(run, history({"_step": 0, "a": 1}))
    assert runs.digest_run(run.pk)
    with django_assert_max_num_queries(3):
        assert not runs.digest_run(run.pk)
    assert not runs.digest_run(10**9)


def test_counts_and_ends(run):
    append(
        run, history({"_step": 4, "_runtime": 1.5, "a": 1}), events({"_runtime": 3.0, "system.cpu": 1}), console("x")
    )
    append(run, history({"_step": 2, "a": 0}))
    runs.digest_run(run.pk)
    digest = RunDigest.objects.get(run=run)
    assert (digest.row_count, digest.first_step, digest.last_step) == (2, 2, 4)
    assert (digest.event_count, digest.line_count, digest.last_runtime_seconds) == (1, 1, 3.0)
    assert digest.seq == RunPulse.objects.get(run=run).seq == 2
    fact = HistoryKey.objects.get(run=run, key="a")
    assert (fact.project_id, fact.last, fact.min, fact.min_step) == (run.project_id, 1.0, 0.0, 2)


def test_late_rows_are_worked_out_anew(run):
    append(run, history({"_step": 5, "a": 5}, {"_step": 9, "a": 9}))
    runs.digest_run(run.pk)
    append(run, history({"_step": 9, "a": -9}, {"_step": 1, "a": 100}))
    runs.digest_run(run.pk)
    fact = HistoryKey.objects.get(run=run, key="a")
    assert (fact.count, fact.last, fact.min, fact.max, fact.max_step) == (3, -9.0, -9.0, 100.0, 1)
    assert RunDigest.objects.get(run=run).row_count == 3


def test_the_heartbeat_is_copied(run):
    append(run)
    append(run, history({"_step": 0}))
    runs.digest_run(run.pk)
    assert Run.objects.get(pk=run.pk).heartbeat_at == RunPulse.objects.get(run=run).last_seen_at


def test_a_summary_set_by_hand_after_the_end_stays(run):
    append(run, summary(loss=1))
    append(run, summary(loss=2), is_complete=True)
    actor = principal(owner_of(run.project.tenant.team))
    runs.update_run(run, RunFields(summary={"loss": 3}), actor=actor)
    runs.digest_run(run.pk)
    run.refresh_from_db()
    assert run.summary == {"loss": 3}


def test_a_digest_that_was_overtaken_writes_nothing(run, monkeypatch):
    append(run, history({"_step": 0, "a": 1}))
    work_out = digesting._work_out

    def late(*args, **kwargs):
        found = work_out(*args, **kwargs)
        RunDigest.objects.filter(run=run).update(seq=99)
        return found

    monkeypatch.setattr(digesting, "_work_out", late)
    Job.objects.all().delete()
    assert not runs.digest_run(run.pk)
    assert Job.objects.filter(kind="runs.digest").count() == 1
    assert not HistoryKey.objects.filter(run=run).exists()


def test_a_reader_between_digests_counts_nothing_twice(run, monkeypatch):
    append(run, history({"_step": 0, "a": 1}, {"_step": 1, "a": 2}))
    from apps.runs.queries import catalogue

    stored = catalogue.stored_facts

    def digest_meanwhile(*args, **kwargs):
        found = stored(*args, **kwargs)
        monkeypatch.setattr(catalogue, "stored_facts", stored)
        runs.digest_run(run.pk)
        return found

    monkeypatch.setattr(catalogue, "stored_facts", digest_meanwhile)
    [fact] = [fact for fact in key_facts(run) if fact.key == "a"]
    assert fact.count == 2


def test_a_forgotten_run_is_found_again(run):
    append(run, history({"_step": 0}))
    Job.objects.all().delete()
    assert runs.digest_forgotten_runs() == 1
    assert Job.objects.filter(kind="runs.digest").count() == 1
    runs.digest_run(run.pk)
    assert runs.digest_forgotten_runs() == 0


def test_the_job_is_registered_and_works(run):
    from apps.core.jobs import worker

    append(run, history({"_step": 0, "a": 1}))
    job = Job.objects.get(kind="runs.digest")
    Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
    assert worker.run(job.pk)
    assert HistoryKey.objects.filter(run=run, key="a").exists()
