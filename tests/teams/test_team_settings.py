"""What a team is called and how its clients behave."""

import pytest

from apps.accounts.access import get_entity
from apps.accounts.models import Entity
from apps.core.errors import Conflict
from apps.teams.actions import rename_team
from tests.build import build_team, build_user, build_world, principal
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db
PAGE = "/northlight/settings/"


def test_an_admin_changes_description_and_code_saving():
    world = build_world()
    answer = browser(world.alice).post(PAGE, {"description": "Small models"}, follow=True)
    assert said(answer) == "The settings are saved."
    world.team.refresh_from_db()
    assert world.team.description == "Small models"
    assert Entity.objects.get(name="northlight").code_saving is False


def test_t10_an_owner_renames_and_old_addresses_lead_on():
    world = build_world()
    client = browser(world.owner)
    answer = client.post(f"{PAGE}name", {"name": "southlight"}, follow=True)
    assert "The team is called southlight now." in said(answer)
    assert get_entity("northlight").name == "southlight"
    moved = client.get("/northlight/settings/audit?kind=team")
    assert (moved.status_code, moved.headers["Location"]) == (302, "/southlight/settings/audit?kind=team")
    assert client.get("/SOUTHLIGHT/settings/members").headers["Location"] == "/southlight/settings/members"


def test_a_form_sent_to_an_old_address_is_still_taken():
    world = build_world()
    rename_team(world.team, name="southlight", actor=principal(world.owner))
    browser(world.owner).post("/northlight/settings/members", {"person": "dan", "role": "viewer"})
    assert principal(world.dan).rights(world.team)


def test_strangers_do_not_learn_the_new_name():
    world = build_world()
    rename_team(world.team, name="southlight", actor=principal(world.owner))
    response = browser(world.mallory).get(PAGE)
    assert response.status_code == 404
    assert "southlight" not in response.content.decode()


def test_the_old_name_stays_taken_and_can_be_taken_back():
    world = build_world()
    rename_team(world.team, name="southlight", actor=principal(world.owner))
    with pytest.raises(Conflict):
        build_team("northlight", owner=build_user())
    rename_team(world.team, name="northlight", actor=principal(world.owner))
    assert get_entity("southlight").name == "northlight"
    assert get_entity("northlight").name == "northlight"


def test_only_the_case_of_a_name_may_change():
    world = build_world()
    rename_team(world.team, name="NorthLight", actor=principal(world.owner))
    assert get_entity("northlight").name == "NorthLight"


@pytest.mark.parametrize(
    ("name", "sentence"), [("elsewhere", "is taken"), ("admin", "kept for Carnet"), ("a b", "A name has")]
)
def test_a_name_that_cannot_be_had_is_refused_at_its_field(name, sentence):
    world = build_world()
    response = browser(world.owner).post(f"{PAGE}name", {"name": name})
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert f'value="{name}"' in response.content.decode()


def test_admins_do_not_rename_and_members_do_not_get_in():
    world = build_world()
    assert browser(world.alice).post(f"{PAGE}name", {"name": "mine"}).status_code == 403
    assert "Rename the team" not in text_of(browser(world.alice).get(PAGE))
    for person in (world.bob, world.carol):
        assert browser(person).get(PAGE).status_code == 403
        assert browser(person).post(PAGE, {"description": "x"}).status_code == 403
    assert browser(world.mallory).get(PAGE).status_code == 404
    assert browser().get(PAGE).status_code == 404


def test_the_address_without_slash_works_too():
    assert browser(build_world().alice).get("/northlight/settings").status_code == 200
