"""Single people on single projects, by the page."""

import pytest

from apps.accounts.permissions import Permission as P
from tests.build import build_service_account, build_world, principal
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db
PAGE = "/northlight/secret/settings"


def test_an_admin_lets_somebody_in_by_name_or_address():
    world = build_world()
    answer = browser(world.alice).post(f"{PAGE}/people", {"person": "mallory@example.org", "grant": "log"}, follow=True)
    assert said(answer) == "mallory may now: read, log and change runs."
    assert principal(world.mallory).may(P.LOG_RUN, world.restricted)
    page = text_of(answer)
    assert "dan dan Read" in page
    assert "mallory mallory Read, log and change runs" in page


@pytest.mark.parametrize(
    ("person", "grant", "field", "sentence"),
    [
        ("nobody", "read", "person", "There is nobody called “nobody”"),
        ("", "read", "person", "This field is required."),
        ("bob", "own", "grant", "Select a valid choice."),
    ],
)
def test_what_is_refused_stands_at_its_field(person, grant, field, sentence):
    world = build_world()
    response = browser(world.alice).post(f"{PAGE}/people", {"person": person, "grant": grant})
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert response.context["grant_form"].has_error(field)


def test_a_service_account_is_nobody_here():
    world = build_world()
    account = build_service_account(world.team)
    response = browser(world.alice).post(f"{PAGE}/people", {"person": account.user.username, "grant": "read"})
    assert response.status_code == 400


def test_a_grant_is_taken_back_and_a_repeat_changes_nothing():
    world = build_world()
    client = browser(world.alice)
    assert said(client.post(f"{PAGE}/people/dan/remove", follow=True)) == "dan has no grant on this project any more."
    assert client.post(f"{PAGE}/people/dan/remove").status_code == 302
    assert browser(world.dan).get(PAGE).status_code == 404
