"""Passwords and addresses: forgotten, changed, set for the first time."""

import pytest
from django.core import mail
from django.core.cache import cache

from apps.accounts.actions import create_user
from tests.build import build_user
from tests.pages import browser, text_of

pytestmark = pytest.mark.django_db
OLD, NEW = "a long enough secret", "another long secret"


@pytest.fixture(autouse=True)
def _no_tries_counted():
    cache.clear()


def test_a_forgotten_password_is_replaced_through_a_mail():
    user = create_user("lea", email="lea@example.org", password=OLD, is_email_verified=True)
    client = browser()
    answer = client.post("/accounts/password/reset/", {"email": "lea@example.org"}, follow=True)
    assert "Look into your mail" in text_of(answer)
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "used already or has expired" in text_of(browser().get(link, follow=True))


def test_an_unknown_address_gets_the_same_answer():
    answer = browser().post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert "Look into your mail" in text_of(answer)


def test_the_password_is_changed_by_who_knows_it():
    user = build_user("lea", password=OLD)
    client = browser(user)
    wrong = client.post("/accounts/password/change/", {"oldpassword": "no", "password1": NEW, "password2": NEW})
    assert "This is not your current password." in text_of(wrong)
    client.post("/accounts/password/change/", {"oldpassword": OLD, "password1": NEW, "password2": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get("/settings/").status_code == 200


def test_what_guards_the_account_asks_who_one_is_first():
    client = browser(build_user("lea", password=OLD))
    assert client.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")
    assert "Is it you?" in text_of(client.get("/accounts/reauthenticate/"))


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/3rdparty/",
        "/accounts/logout/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/3rdparty/login/error/",
        "/accounts/3rdparty/login/cancelled/",
    ],
)
def test_every_page_of_the_account_has_our_look(address):
    response = browser(build_user("lea", password=OLD)).get(address, follow=True)
    assert response.status_code in {200, 401}
    page = response.content.decode()
    assert 'class="signbox"' in page or 'class="console-page"' in page
    assert "<script>" not in page


def test_mails_say_who_sends_them_and_what_happened():
    create_user("lea", email="lea@example.org", password=OLD, is_email_verified=True)
    client = browser()
    client.post("/accounts/login/", {"login": "lea", "password": OLD})
    client.post("/accounts/password/change/", {"oldpassword": OLD, "password1": NEW, "password2": NEW})
    letter = mail.outbox[-1]
    assert letter.subject == "Your password was changed"
    assert "Carnet at testserver" in letter.body
    assert "127.0.0.1" in letter.body


def test_nobody_gets_a_mail_because_of_a_wrong_address():
    browser().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert not mail.outbox
