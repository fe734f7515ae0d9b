"""Making an account by oneself, where the server allows it."""

import pytest
from django.core import mail
from django.core.cache import cache

from apps.accounts.models import User
from tests.build import build_user
from tests.pages import browser, text_of

pytestmark = pytest.mark.django_db
GIVEN = {
    "username": "lea",
    "email": "Lea@example.org",
    "password1": "a long enough secret",
    "password2": "a long enough secret",
}


@pytest.fixture(autouse=True)
def _no_tries_counted():
    cache.clear()


@pytest.fixture
def open_server(settings):
    settings.CARNET_OPEN_SIGNUP = True


def join(**changes):
    return browser().post("/accounts/signup/", {**GIVEN, **changes})


def test_it_is_closed_by_default_and_says_whom_to_ask():
    assert "whoever runs this server" in text_of(join())
    assert "Ask an admin of your team" in text_of(browser().get("/accounts/login/"))
    assert not User.objects.exists()


@pytest.mark.usefixtures("open_server")
def test_an_open_server_makes_the_person_with_an_entity():
    join()
    user = User.objects.get()
    assert (user.username, user.email, user.is_superuser) == ("lea", "lea@example.org", False)
    assert user.entity is not None
    assert user.entity.name == "lea"
    assert "Make one" in text_of(browser().get("/accounts/login/"))


@pytest.mark.usefixtures("open_server")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "admin"}, "“admin” is kept for Carnet's own pages."),
        ({"username": "a b"}, "A name has 1 to 128 letters"),
        ({"username": "ANA"}, "The name “ANA” is taken."),
        ({"username": "service-1", "password1": "x", "password2": "x"}, "This password is too short."),
        ({"password2": "another"}, "You must type the same password each time."),
    ],
)
def test_what_is_refused_stands_at_its_field(changes, sentence):
    build_user("ana")
    response = join(**changes)
    assert sentence in text_of(response)
    assert 'value="lea@example.org"' in response.content.decode().lower()
    assert User.objects.count() == 1


@pytest.mark.usefixtures("open_server")
def test_whether_an_address_has_an_account_is_told_by_mail_only(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    build_user("ana")
    new, known = join(), join(username="lea2", email="ana@example.org")
    assert known.headers["Location"] == new.headers["Location"] == "/accounts/confirm-email/"
    assert User.objects.filter(email="ana@example.org").count() == 1
    assert mail.outbox[-1].to == ["ana@example.org"]


@pytest.mark.usefixtures("open_server")
def test_where_mails_are_sent_the_address_is_verified_first(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = browser()
    assert client.post("/accounts/signup/", GIVEN).headers["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session
    link = next(word for word in mail.outbox[-1].body.split() if "/accounts/confirm-email/" in word)
    assert "Is this your address?" in text_of(client.get(link))
    client.post(link)
    client.post("/accounts/login/", {"login": "lea", "password": GIVEN["password1"]})
    assert "_auth_user_id" in client.session
