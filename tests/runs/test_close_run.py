"""A run ends as its client says."""

import pytest

from apps.runs.actions import RunFields, close_run, create_or_update_run, reopen_run, stop_run
from apps.runs.models import Run, RunPulse
from tests.build import build_run, owner_of, principal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("exit_code", "state"), [(0, "finished"), (1, "failed"), (137, "failed")])
def test_the_exit_code_says_how_it_ended(exit_code, state):
    assert close_run(build_run(), exit_code=exit_code).state == state


def test_z25_a_run_that_was_asked_to_stop_was_killed():
    run = build_run()
    stop_run(run, actor=principal(owner_of(run.project.tenant.team)))
    assert close_run(run, exit_code=255).state == "killed"


def test_a_repeat_changes_nothing():
    run = build_run()
    first = close_run(run, exit_code=0).finished_at
    assert close_run(run, exit_code=0).finished_at == first


def test_a_run_that_was_silent_for_a_while_still_hears_that_it_shall_stop():
    run = build_run()
    stop_run(run, actor=principal(owner_of(run.project.tenant.team)))
    Run.objects.filter(pk=run.pk).update(state="crashed")
    reopen_run(run)
    assert RunPulse.objects.get(run=run).stop_requested


def test_a_resumed_run_begins_without_a_stop():
    run = build_run()
    actor = principal(owner_of(run.project.tenant.team))
    stop_run(run, actor=actor)
    close_run(run, exit_code=255)
    create_or_update_run(run.project, run.name, RunFields(), actor=actor, resumes=True)
    assert not RunPulse.objects.get(run=run).stop_requested
