"""The client of a year ago works too."""

import pytest

from tests.client.conftest import Runner

pytestmark = pytest.mark.backend


def test_the_older_client_logs_and_reads(client: Runner, old_python: str):
    answer = client.run("old.py", "old1", python=old_python, WANDB_SILENT="true").answer
    assert answer["version"].startswith("0.28.")
    assert answer["state"] == "finished"
    assert answer["losses"] == list(range(10, 0, -1))
    assert answer["rows"] == 10
    assert answer["summary"] == 1
    assert {"config.yaml", "wandb-summary.json", "output.log"} <= set(answer["files"])
