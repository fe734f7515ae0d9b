"""The link that signs in whoever runs the server."""

import pytest
import time_machine

from apps.accounts.actions import sign_in_link
from apps.accounts.models import OneTimeLink, User
from apps.core.models import AuditEntry
from tests.build import build_user
from tests.pages import browser, text_of

pytestmark = pytest.mark.django_db


def test_it_signs_in_and_leads_home():
    user = build_user("lea")
    client = browser()
    assert client.get(sign_in_link(user)).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEntry.objects.get(verb="user.signed_in").details == {"means": "one-time link"}


def test_it_counts_as_a_fresh_sign_in():
    client = browser()
    client.get(sign_in_link(build_user("lea", password="a long enough secret")))
    assert "Authenticator app" in text_of(client.get("/accounts/2fa/totp/activate/"))


def test_it_leads_to_the_page_it_names_but_not_elsewhere():
    user = build_user("lea")
    assert browser().get(sign_in_link(user) + "&next=/northlight/demo").headers["Location"] == "/northlight/demo"
    assert browser().get(sign_in_link(user) + "&next=https://evil.example").headers["Location"] == "/"


def test_it_works_once():
    link = sign_in_link(build_user("lea"))
    browser().get(link)
    again = browser()
    response = again.get(link)
    assert response.status_code == 404
    assert "This link was used already or has expired." in text_of(response)
    assert "_auth_user_id" not in again.session


def test_it_expires():
    with time_machine.travel("2026-11-20 12:00Z", tick=False) as clock:
        link = sign_in_link(build_user("lea"))
        clock.shift(12 * 3600 + 1)
        assert browser().get(link).status_code == 404


def test_a_closed_account_is_not_let_in():
    user = build_user("lea")
    link = sign_in_link(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert browser().get(link).status_code == 404


@pytest.mark.parametrize("code", ["", "x", "’", "0" * 500])
def test_a_made_up_code_is_not_let_in(code):
    assert browser().get("/login/link", {"code": code}).status_code == 404


def test_only_a_hash_of_the_code_is_kept():
    code = sign_in_link(build_user("lea")).partition("code=")[2]
    kept = OneTimeLink.objects.get()
    assert code not in (kept.secret_hash, kept.purpose)
