"""The privacy of all projects of a team, on one page."""

import pytest

from apps.accounts.access import get_entity
from apps.projects.actions import create_project
from apps.projects.models import Project
from tests.build import build_project, build_world, principal
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db
PAGE = "/northlight/settings/privacy"


def test_t18_it_lists_every_project_with_visibility_readers_and_guests():
    world = build_world()
    rows = {row.name: row for row in browser(world.alice).get(PAGE).context["rows"]}
    shown = {name: row.visibility for name, row in rows.items()}
    assert shown == {"digits": "team", "secret": "restricted", "shown": "public"}
    assert rows["digits"].readers == "4 members"
    assert rows["secret"].readers == "owners and admins, 1 named person"
    assert rows["shown"].readers == "anybody"
    assert [guest.username for guest in rows["secret"].guests] == ["dan"]


def test_t18_a_visibility_is_changed_in_place():
    world = build_world()
    answer = browser(world.alice).post(PAGE, {"project": world.public.uid, "visibility": "team"}, follow=True)
    assert said(answer) == "shown: team now, also for open pages."
    assert not principal(world.mallory).rights(Project.objects.get(pk=world.public.pk))


def test_nonsense_changes_nothing():
    world = build_world()
    client = browser(world.alice)
    answer = client.post(PAGE, {"project": world.public.uid, "visibility": "secret"}, follow=True)
    assert said(answer) == "This visibility does not exist. Nothing was changed."
    assert client.post(PAGE, {"project": "0", "visibility": "team"}).status_code == 404
    assert Project.objects.get(pk=world.public.pk).visibility == "public"


def test_projects_of_other_teams_cannot_be_changed_from_here():
    world = build_world()
    foreign = build_project(world.other_team, "theirs", visibility="public")
    assert browser(world.alice).post(PAGE, {"project": foreign.uid, "visibility": "team"}).status_code == 403
    create_project(get_entity("alice"), "mine", actor=principal(world.alice))
    own = Project.objects.get(name="mine")
    assert browser(world.alice).post(PAGE, {"project": own.uid, "visibility": "public"}).status_code == 404
    own.refresh_from_db()
    assert own.visibility == "restricted"


def test_a_person_has_such_a_page_too():
    world = build_world()
    create_project(get_entity("bob"), "own", actor=principal(world.bob))
    client = browser(world.bob)
    response = client.get("/bob/settings/privacy")
    assert [row.readers for row in response.context["rows"]] == ["only you"]
    assert '<option value="team"' not in response.content.decode()
    assert browser(world.alice).get("/bob/settings/privacy").status_code == 404


def test_members_and_strangers_do_not_see_it():
    world = build_world()
    assert browser(world.bob).get(PAGE).status_code == 403
    assert browser(world.mallory).get(PAGE).status_code == 404
    assert browser().get(PAGE).status_code == 404


def test_an_empty_team_says_how_projects_come_about():
    world = build_world()
    assert "No projects yet" in text_of(browser(world.mallory).get("/elsewhere/settings/privacy"))


def test_it_takes_the_same_number_of_queries_for_any_number_of_projects(django_assert_max_num_queries):
    world = build_world()
    for _ in range(10):
        build_project(world.team)
    client = browser(world.alice)
    client.get(PAGE)
    with django_assert_max_num_queries(11):
        client.get(PAGE)
