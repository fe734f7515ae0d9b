"""A run that falls silent has crashed, or was preempted if that was announced."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from apps.runs import actions as runs
from apps.runs.models import RunPulse
from tests.build import build_run
from tests.runs.streaming import append, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.mark.parametrize(
    ("state", "then"), [("running", "crashed"), ("preempting", "preempted"), ("pending", "pending")]
)
def test_silence_of_five_minutes(state, then):
    run = build_run(state=state)
    last = now() - timedelta(seconds=301)
    RunPulse.objects.filter(run=run).update(last_seen_at=last)
    assert runs.mark_crashed_runs() == (state != then)
    run.refresh_from_db()
    assert run.state == then
    assert run.finished_at == (last if state != then else None)
    assert runs.mark_crashed_runs() == 0


def test_who_speaks_is_not_silent():
    run = build_run()
    append(run)
    assert runs.mark_crashed_runs(at=now() + timedelta(seconds=299)) == 0


def test_a_crashed_run_that_speaks_again_goes_on():
    run = build_run()
    runs.mark_crashed_runs(at=now() + timedelta(seconds=301))
    append(run, history({"_step": 0}))
    run.refresh_from_db()
    assert (run.state, run.finished_at) == ("running", None)
