"""A run is stopped from outside: its script ends as if somebody had pressed Ctrl-C."""

import time

import pytest

from tests.client.conftest import Runner

pytestmark = pytest.mark.backend
RUN = """query R { project(name: "stopped", entityName: "northlight") { run(name: "stop1") { id state } } }"""
STOP = "mutation S($id: ID!) { stopRun(input: {id: $id}) { success } }"


def test_a_stopped_run_ends_as_killed(client: Runner):
    script = client.start("endless.py", "stop1")
    run = _wait_for_run(client)
    assert client.server.graphql(STOP, id=run["id"])["stopRun"]["success"] is True
    ended = client.finish(script)
    assert "KeyboardInterrupt" in ended.out
    assert client.server.graphql(RUN)["project"]["run"]["state"] == "killed"


def _wait_for_run(client: Runner):
    for _ in range(200):
        project = client.server.graphql(RUN)["project"]
        if project and project["run"]:
            return project["run"]
        time.sleep(0.1)
    pytest.fail("The run never came.")
