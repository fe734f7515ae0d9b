"""A run ends as its client says."""

import pytest

from apps.runs.actions import close_run, stop_run
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
