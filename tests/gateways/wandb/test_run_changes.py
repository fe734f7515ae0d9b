"""Deleting, stopping, setting states, rewinding: what the client asks besides upserts."""

from typing import Any

import pytest

from apps.core import json
from apps.core.ids import wire_id
from apps.runs.models import Run, RunPulse
from apps.runs.queries.history import history_rows
from tests.build import build_run, build_token, build_world
from tests.gateways.wandb.asking import ask
from tests.runs.streaming import append, history

pytestmark = pytest.mark.django_db

DELETE = 'mutation D($id: ID!) { deleteRun(input: {id: $id, clientMutationId: "c"}) { clientMutationId } }'
STOP = "mutation S($id: ID!) { stopRun(input: {id: $id}) { success } }"
STATE = "mutation U($id: ID!, $state: String!) { updateRunState(input: {id: $id, state: $state}) { success } }"


@pytest.fixture
def world():
    return build_world()


def test_a_run_is_deleted_and_its_id_stays_reserved(world):
    run = build_run(world.project, "a")
    assert ask(world.bob, DELETE, id=wire_id("Run", run.uid))["deleteRun"]["clientMutationId"] == "c"
    assert Run.objects.get().deleted_at is not None
    assert ask(world.bob, DELETE, id=wire_id("Run", run.uid)).status == 404


def test_a_run_is_asked_to_stop(world):
    run = build_run(world.project, "a")
    for _ in range(2):
        assert ask(world.bob, STOP, id=wire_id("Run", run.uid))["stopRun"]["success"] is True
    assert RunPulse.objects.get(run=run).stop_requested
    Run.objects.update(state="finished")
    refused = ask(world.bob, STOP, id=wire_id("Run", run.uid))
    assert refused.status == 409
    assert "finished already" in refused.errors[0]


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("running", "pending", 200),
        ("failed", "pending", 200),
        ("crashed", "pending", 200),
        ("finished", "pending", 400),
        ("running", "failed", 200),
        ("pending", "failed", 200),
        ("finished", "failed", 400),
        ("running", "finished", 400),
        ("running", "nonsense", 400),
    ],
)
def test_states_are_set_by_hand_where_that_makes_sense(world, old, new, status):
    run = build_run(world.project, "a", state=old)
    assert ask(world.bob, STATE, id=wire_id("Run", run.uid), state=new).status == status
    run.refresh_from_db()
    assert run.state == (new if status == 200 else old)


@pytest.mark.parametrize("query", [DELETE, STOP, STATE], ids=["delete", "stop", "state"])
@pytest.mark.parametrize(("person", "status"), [("carol", 403), ("mallory", 404), (None, 401)])
def test_who_may_not_change_a_run(world, query, person, status):
    run = build_run(world.project, "a")
    who = world.people[person] if person else None
    variables: dict[str, Any] = {"state": "failed"} if "updateRunState" in query else {}
    assert ask(who, query, id=wire_id("Run", run.uid), **variables).status == status


def test_a_key_that_only_logs_cannot_delete(world):
    run = build_run(world.project, "a")
    key = build_token(world.bob, scopes=["read", "log"])
    assert ask(key, DELETE, id=wire_id("Run", run.uid)).status == 403


REWIND = """mutation R($metric: String!, $value: Float!) { rewindRun(input: {
    runName: "a", entityName: "northlight", projectName: "digits", metricName: $metric, metricValue: $value
}) { rewoundRun { name historyLineCount } } }"""


def test_a_rewound_run_ends_at_its_step(world):
    run = build_run(world.project, "a")
    append(run, history(*({"_step": step, "loss": step} for step in range(10))))
    rewound = ask(world.bob, REWIND, metric="_step", value=3.0)["rewindRun"]["rewoundRun"]
    assert rewound == {"name": "a", "historyLineCount": 4}
    assert [json.loads(row)["_step"] for row in history_rows(run)] == [0, 1, 2, 3]


@pytest.mark.parametrize(("metric", "value"), [("loss", 1.0), ("_step", 1.5), ("_step", -1.0)])
def test_a_run_is_rewound_to_a_step_only(world, metric, value):
    build_run(world.project, "a")
    assert ask(world.bob, REWIND, metric=metric, value=value).status == 400


def test_who_may_not_log_does_not_rewind(world):
    build_run(world.project, "a")
    assert ask(world.carol, REWIND, metric="_step", value=1.0).status == 403
    assert ask(world.mallory, REWIND, metric="_step", value=1.0).status == 404
