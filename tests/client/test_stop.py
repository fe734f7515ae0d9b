"""A run is stopped from outside: its script ends as if somebody had pressed Ctrl-C."""

import time

import pytest

from tests.client.conftest import Runner

pytestmark = pytest.mark.backend
RUN = """query R { project(name: "stopped", entityName: "northlight") {
    run(name: "stop1") { id state historyLineCount } } }"""
STOP = "/api/v1/projects/northlight/stopped/runs/stop1/stop"


def test_z25_a_stopped_run_ends_as_killed(client: Runner):
    script = client.start("endless.py", "stop1")
    _wait_for_run(client)
    status, _ = client.server.fetch(STOP, data=b"", headers={"Authorization": f"Bearer {client.server.key}"})
    assert status in {200, 202, 204}
    ended = client.finish(script)
    assert "KeyboardInterrupt" in ended.out
    assert client.server.graphql(RUN)["project"]["run"]["state"] == "killed"


def _wait_for_run(client: Runner):
    for _ in range(600):
        project = client.server.graphql(RUN)["project"]
        if project and project["run"] and project["run"]["historyLineCount"]:  # the script is past wandb.init
            return project["run"]
        time.sleep(0.1)
    pytest.fail("The run never logged.")
