"""What proxies say counts from trusted ones only."""

import ipaddress

import pytest

from apps.core.forwarded import settle_forwarded
from config.env import Networks

PROXY, CLIENT = "10.0.0.1", "203.0.113.7"
TRUSTED = Networks([ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128")])


def settled(*, peer=PROXY, kind="http", **said):
    headers = [(b"host", b"inner:8000"), (b"accept", b"*/*")]
    headers += [(f"x-forwarded-{name}".encode(), value.encode()) for name, value in said.items()]
    scope = {"type": kind, "scheme": "http", "client": (peer, 1234), "headers": headers}
    settle_forwarded(scope, TRUSTED)
    return scope


def test_a_trusted_proxy_names_client_scheme_and_host():
    scope = settled(**{"for": CLIENT, "proto": "https", "host": "carnet.example.org"})
    assert scope["client"] == (CLIENT, 0)
    assert scope["scheme"] == "https"
    assert scope["headers"] == [(b"host", b"carnet.example.org"), (b"accept", b"*/*")]


def test_a_stranger_names_nothing_and_the_headers_are_dropped():
    scope = settled(peer=CLIENT, **{"for": "127.0.0.1", "proto": "https", "host": "evil.example"})
    assert scope["client"] == (CLIENT, 1234)
    assert scope["scheme"] == "http"
    assert scope["headers"] == [(b"host", b"inner:8000"), (b"accept", b"*/*")]


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        (f"1.1.1.1, {CLIENT}", CLIENT),  # the client wrote the first itself
        (f"{CLIENT}, 10.2.3.4", CLIENT),  # two proxies
        (f"{CLIENT}, ::ffff:10.2.3.4", CLIENT),
        ("10.1.1.1", "10.1.1.1"),  # only proxies: the outermost
        ("nonsense", "nonsense"),
        ("", PROXY),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy(chain, client):
    assert settled(**{"for": chain})["client"][0] == client


def test_sockets_become_secure_too():
    assert settled(kind="websocket", proto="https")["scheme"] == "wss"


def test_an_odd_scheme_is_ignored():
    assert settled(proto="gopher")["scheme"] == "http"
