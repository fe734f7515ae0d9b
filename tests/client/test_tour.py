"""The tour: everything a stranger's script does with the unmodified client."""

import re

import pytest

from tests.client.conftest import Runner

pytestmark = pytest.mark.backend


def test_t02_the_tour_reads_back_what_it_wrote(client: Runner):
    answer = client.run("tour.py", "tour0001").answer
    assert answer["url"].endswith("/northlight/tour/runs/tour0001")
    assert (answer["count"], answer["state"]) == (1, "finished")
    assert answer["config"] == {"lr": 0.1, "net": {"depth": 2}}
    assert answer["summary"]["best"] == 0.95
    assert answer["steps"] == list(range(25))
    assert answer["losses"] == [1 / (step + 1) for step in range(20)] + [0.01] * 3
    assert answer["nested"] == [0, 1, 2]
    assert answer["last_step"] == 24
    assert answer["user"] == "bob"
    assert "console line of the tour" in answer["console"]
    assert {"config.yaml", "wandb-summary.json", "wandb-metadata.json", "requirements.txt"} <= set(answer["files"])
    assert any(file.startswith("code/") and file.endswith("tour.py") for file in answer["files"])
    assert any(key.startswith("system.") for key in answer["machine"]), answer["machine"]
    assert any(re.fullmatch(r"media/images/picture_\d+_\w+\.png", name) for name in answer["files"])
    assert "<b>hello</b>" in answer["read"]
