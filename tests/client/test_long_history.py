"""Long runs come back by files: quickly, and with every row, also those that came after the files."""

import time
from typing import Any

import pytest

from tests.client.conftest import Runner

pytestmark = pytest.mark.backend
FIRST = [0, 1, 2, 500, 99_999, 150_000, 150_001]
SECOND = [*FIRST, 150_002, 163_000]
THIRD = [*SECOND, 163_001, 290_000, 300_001]
FILES = """query { project(name: "long", entityName: "northlight") { run(name: "long0001") {
  parquetHistory(liveKeys: ["_step"]) { parquetUrls liveData } } } }"""


def _files(client: Runner) -> dict[str, Any]:
    """Return what the client is told, once the run is worked out."""
    deadline = time.monotonic() + 60
    while True:
        told: dict[str, Any] = client.server.graphql(FILES)["project"]["run"]["parquetHistory"]
        if len(told["parquetUrls"]) == 2 or time.monotonic() > deadline:
            return told
        time.sleep(0.2)


def test_a_long_run_that_goes_on_is_scanned_without_a_row_too_few_or_too_many(client: Runner):
    told = client.run("long_history.py", "long0001").answer
    for answer, steps in zip(told, [FIRST, SECOND, THIRD], strict=True):
        assert answer["whole"] == [[step, step / 8, step, f"é{step}", "nan"] for step in steps]
        assert answer["some"] == [step / 8 for step in steps]
        assert answer["late"] == [step for step in steps if step >= 150_000]
    files = _files(client)
    assert len(files["parquetUrls"]) == 2
    assert files["liveData"] == [{"_step": 300_001}]
    assert client.server.fetch(files["parquetUrls"][0])[1].startswith(b"PAR1")
