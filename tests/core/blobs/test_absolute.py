"""Absolute addresses of this server."""

import pytest
from django.core.exceptions import DisallowedHost
from django.test import RequestFactory
from pytest_django import Settings

from apps.core.urls import absolute


def test_the_external_url_wins(settings: Settings, rf: RequestFactory) -> None:
    settings.CARNET_EXTERNAL_URL = "https://carnet.example.org"
    assert absolute(rf.get("/", headers={"host": "inside:8000"}), "/a?b=c") == "https://carnet.example.org/a?b=c"


def test_else_the_host_that_was_asked(settings: Settings, rf: RequestFactory) -> None:
    settings.CARNET_EXTERNAL_URL = ""
    settings.ALLOWED_HOSTS = ["inside"]
    assert absolute(rf.get("/", headers={"host": "inside:8000"}), "/a") == "http://inside:8000/a"
    with pytest.raises(DisallowedHost):
        absolute(rf.get("/", headers={"host": "evil.example"}), "/a")


def test_else_this_machine(settings: Settings) -> None:
    settings.CARNET_EXTERNAL_URL = ""
    settings.CARNET_PORT = 8123
    assert absolute(None, "/a") == "http://localhost:8123/a"


def test_an_absolute_address_stays(settings: Settings) -> None:
    settings.CARNET_EXTERNAL_URL = "https://carnet.example.org"
    assert absolute(None, "https://bucket.example/x") == "https://bucket.example/x"
