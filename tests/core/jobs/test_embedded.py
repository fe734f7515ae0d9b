"""The embedded default, for real: one process that serves, runs jobs and keeps time; and kill -9."""

import signal

import pytest

from tests.core.served import Installation

KINDS = """
from apps.core.jobs import job

@job("tests.note")
def note(name):
    (here / name).write_text(str(os.getpid()))

@job("tests.hang", max_attempts=3)
def hang():
    with (here / "hang").open("a") as file:
        file.write("x")
    if (here / "hang").stat().st_size == 1:
        time.sleep(60)
    return "survived"
"""


@pytest.fixture
def installation(tmp_path, unused_tcp_port):
    installation = Installation(tmp_path, unused_tcp_port, more=KINDS)
    installation.start()
    yield installation
    installation.close()


@pytest.mark.slow
def test_jobs_run_in_the_server_and_survive_its_death(installation):
    installation.enqueue("tests.note", '{"name": "first"}')
    installation.wait_for((installation.folder / "first").exists)
    assert (installation.folder / "first").read_text() == str(installation.process.pid)
    installation.enqueue("tests.hang")
    installation.wait_for((installation.folder / "hang").exists)
    assert installation.state("tests.hang") == ("running", 1)
    installation.end(signal.SIGKILL)
    installation.start()
    installation.wait_for(lambda: installation.state("tests.hang") == ("done", 2))
    assert installation.answers("/readyz")
    assert installation.end() in {0, -signal.SIGTERM}
