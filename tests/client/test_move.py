"""A run that was moved goes on where its script left it, and while it logs."""

import pytest

from tests.client.conftest import Runner

pytestmark = pytest.mark.backend


def test_t13_a_moved_run_is_resumed_and_read_at_its_old_address(client: Runner):
    answer = client.run("move.py").answer
    assert (answer["moved"], answer["resumed"]) == (1, True)
    assert answer["steps"] == list(range(20))
    assert (answer["state"], answer["left"], answer["there"]) == ("finished", 0, ["one"])
    assert answer["moved_running"] == 1
    assert (answer["running_steps"], answer["running_state"]) == (200, "finished")
