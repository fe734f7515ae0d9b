"""The pages of one's own keys."""

import re

import pytest
from django.test import Client

from apps.accounts.models import ApiToken
from tests.build import build_token, build_user
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db
KEY = re.compile(r"carnet-[A-Za-z0-9]{40}")
GIVEN = {"name": "laptop", "expires": "90", "scopes": ["read", "log"]}


@pytest.mark.parametrize("address", ["/settings/tokens", "/authorize"])
def test_a_new_key_is_shown_once_with_how_to_use_it(address):
    user = build_user("lea")
    client = browser(user)
    response = client.post(address, GIVEN)
    keys = set(KEY.findall(response.content.decode()))
    assert len(keys) == 1
    assert "no-store" in response.headers["Cache-Control"]
    page = text_of(response)
    assert "WANDB_BASE_URL= http://testserver" in page
    assert "I have stored it" in page
    assert not KEY.search(client.get(address).content.decode())
    token = ApiToken.objects.get()
    assert (token.name, token.scopes, token.created_by) == ("laptop", ["read", "log"], user)
    assert token.expires_at is not None


def test_the_list_says_what_each_key_may_and_when_it_was_used():
    user = build_user("lea")
    key = build_token(user, name="notebook", scopes=["read", "log"])
    client = browser(user)
    assert "never expires" in text_of(client.get("/settings/tokens"))
    browser().get("/settings/", headers={"authorization": f"Bearer {key}", "user-agent": "wandb/0.31"})
    page = text_of(client.get("/settings/tokens"))
    for part in ("notebook", key[:11] + "…", "Read, log runs", "127.0.0.1 · wandb/0.31"):
        assert part in page


def test_a_key_may_last_for_ever():
    client = browser(build_user())
    client.post("/settings/tokens", {**GIVEN, "expires": ""})
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize(
    "changes", [{"scopes": []}, {"scopes": ["everything"]}, {"name": "x" * 101}, {"name": ""}, {"expires": "-1"}]
)
def test_what_is_refused_makes_no_key(changes):
    response = browser(build_user()).post("/settings/tokens", {**GIVEN, **changes})
    assert response.status_code == 400
    assert not ApiToken.objects.exists()


def test_rotating_shows_the_successor_once():
    user = build_user()
    old = build_token(user, name="laptop")
    response = browser(user).post(f"/settings/tokens/{ApiToken.objects.get().uid}/rotate")
    new = KEY.search(response.content.decode())
    assert new is not None
    assert new.group() != old
    assert "works for another 24 hours" in text_of(response)
    assert ApiToken.objects.count() == 2


def test_revoking_takes_it_from_the_list():
    user = build_user()
    build_token(user, name="laptop")
    client = browser(user)
    address = f"/settings/tokens/{ApiToken.objects.get().uid}/revoke"
    assert said(client.post(address, follow=True)) == "The token laptop is revoked."
    assert client.post(address).status_code == 302
    assert "Your tokens" not in text_of(client.get("/settings/tokens"))


@pytest.mark.parametrize("what", ["rotate", "revoke"])
def test_anothers_key_is_not_there(what):
    build_token(build_user("lea"))
    token = ApiToken.objects.get()
    assert browser(build_user("mallory")).post(f"/settings/tokens/{token.uid}/{what}").status_code == 404
    token.refresh_from_db()
    assert token.is_usable


@pytest.mark.parametrize("what", ["rotate", "revoke"])
def test_asking_is_not_doing(what):
    user = build_user()
    build_token(user)
    token = ApiToken.objects.get()
    assert browser(user).get(f"/settings/tokens/{token.uid}/{what}").status_code == 405
    token.refresh_from_db()
    assert token.is_usable


def test_the_page_of_the_wandb_client_explains_what_a_key_is():
    page = text_of(browser(build_user("lea")).get("/authorize"))
    assert "Whoever has it acts as lea" in page
    assert "wandb login --host http://testserver" in page


def test_nobody_is_sent_to_sign_in_and_back():
    response = browser().get("/authorize?ref=models")
    assert response.headers["Location"] == "/accounts/login/?next=/authorize%3Fref%3Dmodels"


def test_a_key_without_the_scope_makes_no_other():
    key = build_token(build_user(), scopes=["read", "log", "edit"])
    response = browser().post("/settings/tokens", GIVEN, headers={"authorization": f"Bearer {key}"})
    assert response.status_code == 403
    assert ApiToken.objects.count() == 1


def test_a_form_of_another_site_makes_no_key():
    user = build_user()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert strict.post("/settings/tokens", GIVEN).status_code == 403
    assert not ApiToken.objects.exists()
