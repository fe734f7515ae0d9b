"""Signing in at the page."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from apps.accounts.models import User
from apps.core.models import AuditEntry
from tests.build import build_service_account, build_team, build_user
from tests.pages import browser, text_of

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough secret"


@pytest.fixture(autouse=True)
def _no_tries_counted():
    cache.clear()


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": login, "password": password, **extra})


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["lea", "LEA", "lea@example.org"])
def test_name_or_address_and_password_let_in(login):
    build_user("lea", password=PASSWORD)
    client = browser()
    assert sign_in(client, login).headers["Location"] == "/"
    assert is_signed_in(client)
    entry = AuditEntry.objects.get(verb="user.signed_in")
    assert entry.actor_label == "lea"
    assert entry.address == "127.0.0.1"


def test_one_comes_back_to_the_page_one_wanted():
    build_user("lea", password=PASSWORD)
    client = browser()
    response = client.get("/settings/tokens?x=1")
    assert response.headers["Location"] == "/accounts/login/?next=/settings/tokens%3Fx%3D1"
    assert sign_in(client, "lea", next="/settings/tokens?x=1").headers["Location"] == "/settings/tokens?x=1"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "http://testserver.evil/", "\\\\evil"])
def test_no_one_is_sent_elsewhere(target):
    build_user("lea", password=PASSWORD)
    assert sign_in(browser(), "lea", next=target).headers["Location"] == "/"


def test_a_wrong_password_says_how_many_tries_are_left():
    build_user("lea", password=PASSWORD)
    client = browser()
    for number in ("Four tries are", "Three tries are", "Two tries are", "One try is"):
        page = text_of(sign_in(client, "lea", "wrong"))
        assert f"This password does not match. {number} left before a pause of five minutes." in page
    assert "Wait five minutes, then try again." in text_of(sign_in(client, "lea", "wrong"))
    assert "There were too many tries." in text_of(sign_in(client, "lea"))
    assert not is_signed_in(client)


def test_after_the_pause_one_may_try_again():
    build_user("lea", password=PASSWORD)
    client = browser()
    with time_machine.travel("2026-11-20 12:00Z", tick=False) as clock:
        for _ in range(6):
            sign_in(client, "lea", "wrong")
        clock.shift(301)
        sign_in(client, "lea")
        assert is_signed_in(client)


def test_an_unknown_name_reads_like_a_wrong_password():
    build_user("lea", password=PASSWORD)
    known, unknown = text_of(sign_in(browser(), "lea", "wrong")), text_of(sign_in(browser(), "nobody", "wrong"))
    assert known == unknown


def test_a_service_account_cannot_sign_in():
    account = build_service_account(build_team())
    account.user.set_password(PASSWORD)
    account.user.save()
    client = browser()
    sign_in(client, account.user.username)
    assert not is_signed_in(client)
    client.force_login(account.user)
    assert client.get("/settings/").status_code == 302


def test_a_closed_account_cannot_sign_in():
    user = build_user("lea", password=PASSWORD)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = browser()
    sign_in(client, "lea")
    assert not is_signed_in(client)


def test_the_second_factor_is_asked_for():
    user = build_user("lea", password=PASSWORD)
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    assert secret not in str(Authenticator.objects.get(user=user).data)
    client = browser()
    assert sign_in(client, "lea").headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    assert "One more step" in text_of(client.get("/accounts/2fa/authenticate/"))
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_signed_in(client)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_signed_in(client)


def test_the_page_offers_a_passkey_and_names_the_server():
    page = text_of(browser().get("/accounts/login/"))
    assert "Use a passkey" in page
    assert "testserver" in page
    assert (
        "request_options"
        in browser().get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
    )


def test_signing_out_takes_a_form():
    client = browser(build_user("lea"))
    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


@pytest.mark.parametrize("word", ["login", "logout", "signup"])
def test_the_short_addresses_lead_to_the_pages(word):
    assert browser().get(f"/{word}").headers["Location"] == f"/accounts/{word}/"
