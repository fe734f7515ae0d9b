"""What people change through `wandb.Api()`."""

import pytest

from tests.client.conftest import Runner

pytestmark = pytest.mark.backend


def test_runs_projects_teams_and_keys_are_managed(client: Runner):
    answer = client.run("manage.py").answer
    assert (answer["default"], answer["viewer"]) == ("northlight", "bob")
    assert "managed" in answer["projects"]
    assert answer["made"] == "pending"
    assert answer["file"] == ["manage.py", True, "pending"]
    assert answer["files"] == []
    assert answer["failed"] == [True, "failed"]
    assert answer["changed"] == ["a better name", "noted", ["one", "two"], "g", {"lr": 0.5}, 1.5]
    assert answer["left"] == answer["sorted"] == ["managed1"]
    assert "managed2" in answer["gone"]
    assert answer["team"] == ["bobs-team", [["bob", True, "ADMIN"]]]
    assert answer["invited"] == [True, False, False]
    assert answer["service"] == ["runner", "SERVICE", "carnetsa"]
    assert answer["removed"] is True
    assert answer["made_key"] == "carnet"
