"""A cookie alone changes nothing, does not count beside a key, and no Host header gets into a mail."""

import re

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.actions import sign_in_link
from apps.accounts.models import User
from apps.core import json
from tests.build import build_run, build_token, build_user, build_world

pytestmark = pytest.mark.django_db


def strict(user: User) -> Client:
    """Return a browser in which this person is signed in and whose forms must be ours."""
    client = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    client.force_login(user, backend="apps.accounts.backends.PersonBackend")
    return client


FORMS = [
    "/settings/",
    "/settings/theme",
    "/settings/username",
    "/settings/default-entity",
    "/settings/tokens",
    "/authorize",
    "/teams/new",
    "/projects/new",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/northlight/digits/runs/r1/stop",
    "/northlight/digits/runs/r1/delete",
]


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}], ids=["plain", "an empty key"])
@pytest.mark.parametrize("address", FORMS)
def test_a_form_of_another_site_is_refused(address, headers):
    world = build_world()
    build_run(world.project, "r1", owner=world.bob)
    assert strict(world.bob).post(address, {"name": "x"}, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}], ids=["plain", "an empty key"])
def test_neither_api_takes_a_cookie_alone(headers):
    bob = build_user("bob")
    client = strict(bob)
    changed = client.patch("/api/v1/me", b'{"name":"x"}', content_type="application/json", headers=headers)
    asked = client.post("/graphql", b'{"query":"{viewer{username}}"}', content_type="application/json", headers=headers)
    assert (changed.status_code, asked.status_code) == (403, 403)


def test_a_cookie_does_not_count_beside_a_key():
    alice, bob = build_user("alice"), build_user("bob")
    client = strict(bob)
    key = {"authorization": f"Bearer {build_token(alice)}"}
    assert json.loads(client.get("/api/v1/me", headers=key).content)["username"] == "alice"
    client.post("/accounts/logout/", headers=key)
    assert client.get("/settings/").status_code == 200, "a request with a key ends nobody's session"


def test_cookies_are_out_of_reach(settings):
    bob = build_user("bob", password="correct-horse-battery")
    client = Client()
    client.post("/accounts/login/", {"login": bob.username, "password": "correct-horse-battery"})
    cookie = client.cookies["carnet_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_signing_in_by_a_link_changes_the_session_key():
    victim = build_user("victim")
    client = Client()
    client.force_login(build_user("mallory"), backend="apps.accounts.backends.PersonBackend")
    planted = client.cookies["carnet_session"].value
    assert client.get(sign_in_link(victim)).status_code == 302
    assert client.cookies["carnet_session"].value != planted


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil.example"]
)
def test_signing_in_leads_nowhere_else(target):
    build_user("bob", password="correct-horse-battery")
    form = {"login": "bob", "password": "correct-horse-battery", "next": target}
    assert Client().post("/accounts/login/", form).headers["Location"] == "/"
    link = Client().get(f"{sign_in_link(User.objects.get(username='bob'))}&next={target}")
    assert link.headers["Location"] == "/"


def test_a_mail_leads_to_the_servers_own_address(settings):
    settings.CARNET_EXTERNAL_URL = "https://carnet.example.org"
    build_user("bob", password="correct-horse-battery")
    Client(headers={"host": "localhost:6666"}).post("/accounts/password/reset/", {"email": "bob@example.org"})
    addresses = re.findall(r"https?://\S+/key/\S+", str(mail.outbox[0].body))
    assert addresses
    assert all(address.startswith("https://carnet.example.org/") for address in addresses)


def test_a_foreign_host_is_refused(settings):
    settings.ALLOWED_HOSTS = ["carnet.example.org"]
    client = Client(raise_request_exception=False)
    assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400
