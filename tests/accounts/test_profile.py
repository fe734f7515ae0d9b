"""One's own settings, and where runs land that name no entity."""

import pytest

from apps.accounts.access import get_entity
from apps.accounts.principal import SERVER
from apps.accounts.queries import viewer
from apps.teams.actions import add_member, remove_member
from apps.teams.models import Membership, Role
from tests.build import build_team, build_token, build_user, owner_of, principal
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db


def test_name_theme_and_single_keys_are_kept():
    user = build_user("lea")
    answer = browser(user).post("/settings/", {"name": "Léa Marchand", "theme": "dark"}, follow=True)
    user.refresh_from_db()
    assert (user.name, user.theme, user.single_keys) == ("Léa Marchand", "dark", False)
    assert said(answer) == "Your profile is saved."
    assert 'data-theme="dark"' in answer.content.decode()


def test_a_theme_that_does_not_exist_is_refused():
    user = build_user("lea")
    response = browser(user).post("/settings/", {"name": "Léa", "theme": "pink"})
    assert response.status_code == 400
    assert "pink is not one of the available choices" in text_of(response)
    user.refresh_from_db()
    assert user.name == ""


@pytest.mark.parametrize(("sent", "kept"), [("light", "light"), ("", "system")])
def test_the_menu_changes_the_theme(sent, kept):
    user = build_user("lea")
    client = browser(user)
    assert client.post("/settings/theme", {"theme": sent}, headers={"accept": "application/json"}).status_code == 204
    user.refresh_from_db()
    assert user.theme == kept


def test_the_user_name_changes_and_the_old_one_leads_on():
    user = build_user("lea")
    answer = browser(user).post("/settings/username", {"username": "lea.marchand"}, follow=True)
    assert "You are “lea.marchand” now." in said(answer)
    user.refresh_from_db()
    assert user.username == "lea.marchand"
    assert get_entity("lea").name == "lea.marchand"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("ana", "The name “ana” is taken."), ("old-ana", "is taken"), ("admin", "kept for Carnet"), ("a b", "A name has")],
)
def test_a_user_name_that_is_or_was_anothers_is_refused(name, sentence):
    other = build_user("old-ana")
    browser(other).post("/settings/username", {"username": "ana"})
    user = build_user("lea")
    response = browser(user).post("/settings/username", {"username": name})
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert f'value="{name}"' in response.content.decode()
    user.refresh_from_db()
    assert user.username == "lea"


def test_t16_joining_a_team_changes_where_runs_land_and_settings_say_so():
    lea, team = build_user("lea"), build_team("northlight")
    assert viewer(principal(lea)).default_entity == "lea"
    add_member(team, lea, role=Role.MEMBER, actor=SERVER)
    assert viewer(principal(lea)).default_entity == "northlight"
    page = browser(lea).get("/settings/").content.decode()
    assert '<option value="northlight" selected>northlight</option>' in page
    assert "The first team that an operator adds you to becomes your default" in page


def test_a_second_team_leaves_the_default_alone():
    lea = build_user("lea")
    for name in ("first", "second"):
        team = build_team(name)
        add_member(team, lea, role=Role.MEMBER, actor=SERVER)
    assert viewer(principal(lea)).default_entity == "first"


def test_t16_one_can_change_the_default_back():
    lea, team = build_user("lea"), build_team("northlight")
    add_member(team, lea, role=Role.MEMBER, actor=principal(owner_of(team)))
    client = browser(lea)
    answer = client.post("/settings/default-entity", {"entity": "lea"}, follow=True)
    assert said(answer) == "Runs that name no entity go to lea."
    assert viewer(principal(lea)).default_entity == "lea"
    client.post("/settings/default-entity", {"entity": "northlight"})
    assert viewer(principal(lea)).default_entity == "northlight"


def test_leaving_the_team_takes_the_default_away():
    lea, team = build_user("lea"), build_team("northlight")
    add_member(team, lea, role=Role.MEMBER, actor=principal(owner_of(team)))
    remove_member(Membership.objects.get(user=lea), actor=principal(owner_of(team)))
    assert viewer(principal(lea)).default_entity == "lea"


def test_runs_land_only_where_one_may_log():
    lea, viewed = build_user("lea"), build_team("viewed")
    build_team("foreign")
    add_member(viewed, lea, role=Role.VIEWER, actor=principal(owner_of(viewed)))
    client = browser(lea)
    assert client.post("/settings/default-entity", {"entity": "viewed"}).status_code == 403
    assert client.post("/settings/default-entity", {"entity": "foreign"}).status_code == 404
    assert '<option value="viewed"' not in client.get("/settings/").content.decode()


def test_a_key_without_the_scope_changes_nothing():
    user = build_user("lea")
    key = build_token(user, scopes=["read", "log"])
    response = browser().post("/settings/", {"name": "x", "theme": "dark"}, headers={"authorization": f"Bearer {key}"})
    assert response.status_code == 403
    assert response.json()["code"] == "forbidden"


def test_the_sign_in_page_of_the_settings_shows_what_is_set():
    page = text_of(browser(build_user("lea", password="a long enough secret")).get("/settings/sign-in"))
    assert "Password set" in page
    assert "Authenticator app off" in page
    assert "lea@example.org" in page


def test_the_settings_of_ones_own_entity_are_ones_own():
    client = browser(build_user("lea"))
    assert client.get("/lea/settings/").headers["Location"] == "/settings/"
    build_user("ana")
    assert client.get("/ana/settings/").status_code == 404
