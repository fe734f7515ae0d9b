"""Sockets of a served Carnet: real cookies, real events, a stranger's page."""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from apps.core import json
from tests.core.served import Installation

WORLD = """
call_command("migrate", verbosity=0)
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from apps.accounts.actions import create_user
from apps.core.jobs import job
from apps.core.live import notify, notify_access_changed

user = create_user("alice", email="alice@example.org", password="correct horse battery")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
(here / "cookie").write_text(session.session_key)
(here / "user").write_text(str(user.pk))

@job("tests.tell")
def tell():
    notify(f"user.{user.pk}", {"type": "inbox.changed", "ids": [1], "version": 2})

@job("tests.sign_out")
def sign_out():
    session.delete()
    notify_access_changed(user.pk)
"""


@pytest.fixture
def installation(tmp_path, unused_tcp_port):
    installation = Installation(tmp_path, unused_tcp_port, more=WORLD)
    installation.start()
    yield installation
    installation.close()


def watch(installation, *, cookie="", origin=None):
    user = (installation.folder / "user").read_text()
    here = f"localhost:{installation.port}"
    headers = {"Cookie": f"carnet_session={cookie}"} if cookie else {}
    page = Origin(origin or f"http://{here}")
    return connect(f"ws://{here}/ws/live?group=user.{user}", origin=page, additional_headers=headers)


def closing_code(socket):
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=25)  # the sweep comes every ten seconds
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.slow
def test_events_reach_whoever_may_hear_them(installation):
    cookie = (installation.folder / "cookie").read_text()
    with watch(installation) as stranger:
        assert closing_code(stranger) == 4404
    with pytest.raises(InvalidStatus, match="403"):
        watch(installation, cookie=cookie, origin="https://evil.example")
    with watch(installation, cookie=cookie) as alice:
        assert json.loads(alice.recv(timeout=10)) == {"type": "live.ready"}
        installation.enqueue("tests.tell")
        told = json.loads(alice.recv(timeout=20))
        assert (told["type"], told["ids"], told["version"]) == ("inbox.changed", [1], 2)
        installation.enqueue("tests.sign_out")
        assert closing_code(alice) == 4404
