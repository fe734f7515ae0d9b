"""The first page of a new server."""

import pytest

from apps.accounts.actions import setup_link
from apps.accounts.models import OneTimeLink, User
from apps.teams.models import Role, Team
from tests.build import build_user, owner_of
from tests.pages import browser, text_of

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Léa Marchand",
    "username": "lea",
    "email": "lea@example.org",
    "password": "a long enough secret",
    "team": "",
}


def link() -> str:
    path = setup_link()
    assert path is not None
    return path


def set_up(client=None, code=None, **changes):
    code = code or link().partition("code=")[2]
    return (client or browser()).post("/setup", {"code": code, **GIVEN, **changes})


def test_the_code_opens_the_form_beside_the_checks():
    page = text_of(browser().get(link()))
    assert "This code fits." in page
    assert "Create the administrator" in page
    for part in (
        "Database",
        "migrated",
        "Data folder writable",
        "Files folder, written and read back",
        "Mail",
        "Address",
    ):
        assert part in page


def test_without_a_fitting_code_nothing_is_told_about_the_server():
    setup_link()
    response = browser().get("/setup?code=wrong")
    assert response.status_code == 400
    assert "This code does not fit" in text_of(response)
    assert "Checked just now" not in text_of(response)
    assert "Create the administrator" not in text_of(browser().get("/setup"))


def test_whoever_has_the_code_becomes_the_operator_and_is_signed_in():
    client = browser()
    assert set_up(client).headers["Location"] == "/"
    user = User.objects.get()
    assert (user.username, user.name, user.is_superuser, user.is_staff) == ("lea", "Léa Marchand", True, True)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_first_team_is_made_along():
    set_up(team="northlight")
    team = Team.objects.get()
    assert team.name == "northlight"
    assert owner_of(team).username == "lea"
    assert team.memberships.get().role == Role.OWNER


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "short"}, "This password is too short."),
        ({"username": "admin"}, "kept for Carnet's own pages"),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"team": "settings"}, "kept for Carnet's own pages"),
        ({"team": "lea"}, "The name “lea” is taken."),
    ],
)
def test_a_refusal_uses_nothing_up_and_keeps_what_was_typed(changes, sentence):
    code = link().partition("code=")[2]
    response = set_up(code=code, **changes)
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert {name for name in changes if response.context["form"].has_error(name)} == set(changes)
    assert 'value="Léa Marchand"' in response.content.decode()
    assert "a long enough secret" not in response.content.decode()
    assert not User.objects.exists()
    assert not Team.objects.exists()
    assert set_up(code=code).status_code == 302


def test_the_code_works_once():
    code = link().partition("code=")[2]
    set_up(code=code)
    assert set_up(code=code, username="ana", email="ana@example.org").headers["Location"] == "/"
    assert User.objects.count() == 1


def test_a_wrong_code_makes_nobody():
    setup_link()
    response = set_up(code="wrong")
    assert response.status_code == 400
    assert not User.objects.exists()


def test_a_server_with_people_needs_no_set_up():
    build_user()
    assert setup_link() is None
    assert browser().get("/setup").headers["Location"] == "/"


def test_only_the_link_printed_last_works():
    first = link()
    setup_link()
    assert "This code does not fit" in text_of(browser().get(first))
    assert OneTimeLink.objects.count() == 1
