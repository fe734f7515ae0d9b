"""`manage.py serve`: how it starts, what it says, how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path, unused_tcp_port):
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment |= {"CARNET_DATA_DIR": str(tmp_path), "PORT": str(unused_tcp_port)}
    return environment | {"DJANGO_SETTINGS_MODULE": "config.settings.prod"}


def serve(environment, *options):
    command = [sys.executable, "manage.py", "serve", *options]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def refusal(environment, *options):
    said = serve(environment, *options).communicate(timeout=60)
    assert said[0] == ""
    return said[1]


def test_an_old_database_is_refused_in_one_line(environment):
    assert refusal(environment) == (
        "CommandError: carnet: the database is not up to date. Run `manage.py migrate`, or serve --migrate.\n"
    )


def test_a_taken_port_is_refused_in_one_line(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        line = refusal(environment, "--migrate")
    assert (
        line
        == f"CommandError: carnet: PORT {environment['PORT']} on 127.0.0.1 cannot be used: Address already in use.\n"
    )


def test_a_database_that_does_not_answer_is_refused_in_one_line(environment, unused_tcp_port_factory):
    url = f"postgres://nobody@127.0.0.1:{unused_tcp_port_factory()}/nothing?connect_timeout=1"
    line = refusal(environment | {"DATABASE_URL": url})
    assert line.startswith("CommandError: carnet: the database does not answer: ")
    assert line.count("\n") == 1


def test_it_says_where_it_is_and_how_to_begin_and_ends_when_asked(environment):
    server = serve(environment, "--migrate")
    assert server.stdout is not None
    address = f"http://localhost:{environment['PORT']}"
    assert server.stdout.readline() == f"Carnet is ready: {address}\n"
    begin = server.stdout.readline()
    assert re.search(rf"{address}/setup\?code=\S{{20,}}$", begin), begin
    assert httpx.get(f"{address}/healthz").text == "ok\n"
    time.sleep(1)
    server.send_signal(signal.SIGINT)
    said, errors = server.communicate(timeout=20)
    assert (said, server.returncode) == ("", 0)
    assert "Traceback" not in errors
