"""Runs that were logged without a server are synced later, once or twice, and stay what they are."""

import pytest

from tests.client.conftest import Runner

pytestmark = pytest.mark.backend
RUN = """query R($run: String!) { project(name: "offline", entityName: "northlight") { run(name: $run) {
  state historyLineCount logLineCount history(samples: 1000) } } }"""


def test_syncing_twice_gives_one_run(client: Runner):
    folder = client.run("offline.py", "offline1").answer["folder"]
    for _ in range(2):
        synced = client.sync(folder)
        assert synced.code == 0, synced.out
        run = client.server.graphql(RUN, run="offline1")["project"]["run"]
        assert (run["state"], run["historyLineCount"], len(run["history"])) == ("finished", 20, 20)
