"""Browsers that watch a run or its project are told what changed, and only who may see it may watch."""

import pytest

from apps.core import live
from apps.runs import actions as runs
from apps.runs import listeners
from apps.runs.actions.log import tell_ticks
from apps.runs.actions.runs import RunFields
from apps.runs.events import RunTicked
from tests.build import build_run, build_world, owner_of, principal

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def told(monkeypatch):
    found: list[tuple[str, dict]] = []
    monkeypatch.setattr(listeners, "notify", lambda group, payload: found.append((group, payload)))
    return found


def test_growth_is_told_to_the_run_and_to_its_project(told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell_ticks([RunTicked(run_id=5, project_id=3, seq=7)])
    payload = {"type": "run.ticked", "ids": [5], "version": 7}
    assert told == [("run.5", payload), ("project.3.runs", payload)]


def test_every_change_of_a_run_is_told(told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = build_run()
        actor = principal(owner_of(run.project.tenant.team))
        runs.update_run(run, RunFields(notes="new"), actor=actor)
        runs.close_run(run, exit_code=0)
        runs.delete_run(run, actor=actor)
    kinds = [payload["type"] for group, payload in told if group == f"run.{run.pk}"]
    assert kinds == ["run.created", "run.changed", "run.state_changed", "run.deleted"]


def test_who_may_see_a_run_may_watch_it():
    world = build_world()
    run, hidden = build_run(world.project), build_run(world.restricted)
    answers = {
        name: [live.may_join(principal(person), f"run.{each.pk}") for each in (run, hidden)]
        for name, person in world.people.items()
        if person is not None
    }
    assert answers == {
        "alice": [True, True],
        "bob": [True, False],
        "carol": [True, False],
        "dan": [False, True],
        "mallory": [False, False],
    }
    for group in ("run.999999", "run.x", f"project.{world.other_team.pk}99.runs"):
        assert not live.may_join(principal(world.alice), group)
    assert live.may_join(principal(world.bob), f"project.{world.project.pk}.runs")
    assert not live.may_join(principal(world.mallory), f"project.{world.project.pk}.runs")
