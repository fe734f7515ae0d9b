"""What a project is called, keeps and says of itself."""

import pytest

from apps.core.errors import Conflict, NotFound
from apps.projects.access import find_project, get_project
from apps.projects.actions import update_project
from apps.projects.models import Project
from tests.build import build_project, build_world, principal
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db
PAGE = "/northlight/digits/settings"


def test_a_member_changes_description_and_console_capture():
    world = build_world()
    answer = browser(world.bob).post(PAGE, {"description": "Digits, by many models"}, follow=True)
    assert said(answer) == "The settings are saved."
    world.project.refresh_from_db()
    assert (world.project.description, world.project.console_capture) == ("Digits, by many models", False)
    assert "Rename the project" not in text_of(answer)


def test_an_admin_renames_and_the_old_address_leads_on():
    world = build_world()
    answer = browser(world.alice).post(f"{PAGE}/name", {"name": "numbers"}, follow=True)
    assert "The project is called numbers now." in said(answer)
    moved = browser(world.alice).get(PAGE)
    assert (moved.status_code, moved.headers["Location"]) == (302, "/northlight/numbers/settings")
    assert get_project(principal(world.bob), "northlight", "digits").name == "numbers"


def test_a_chain_of_names_leads_to_the_present_one():
    world = build_world()
    for name in ("two", "three", "four"):
        update_project(world.project, name=name, actor=principal(world.alice))
    for name in ("digits", "two", "three", "four"):
        assert find_project(world.team.entity, name) == world.project


def test_a_new_project_may_take_an_old_name():
    world = build_world()
    update_project(world.project, name="numbers", actor=principal(world.alice))
    fresh = build_project(world.team, "digits")
    assert find_project(world.team.entity, "digits") == fresh


def test_a_name_given_back_redirects_no_more():
    world = build_world()
    update_project(world.project, name="numbers", actor=principal(world.alice))
    update_project(world.project, name="digits", actor=principal(world.alice))
    for name in ("digits", "numbers"):
        assert get_project(principal(world.bob), "northlight", name).name == "digits"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("shown", "has a project “shown” already"),
        ("settings", "kept for Carnet"),
        ("a/b", "none of / \\ # ? % :"),
        (" blank", "none of"),
        ("..", "none of"),
        ("", "This field is required."),
    ],
)
def test_a_name_that_cannot_be_had_is_refused_at_its_field(name, sentence):
    world = build_world()
    response = browser(world.alice).post(f"{PAGE}/name", {"name": name})
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert response.context["name_form"].has_error("name")
    world.project.refresh_from_db()
    assert world.project.name == "digits"


@pytest.mark.parametrize("name", ["with blank", "été", "a;b", "x" * 128, "<b>bold</b>"])
def test_unusual_names_work_in_addresses_and_are_shown_as_text(name):
    world = build_world()
    response = browser(world.alice).post(f"{PAGE}/name", {"name": name}, follow=True)
    if "/" in name:
        assert response.status_code == 400
        return
    assert response.status_code == 200
    assert name in text_of(response)


def test_an_admin_changes_who_can_reach_it():
    world = build_world()
    assert browser().get("/northlight/digits/settings").status_code == 404
    browser(world.alice).post(f"{PAGE}/visibility", {"visibility": "public"})
    world.project.refresh_from_db()
    assert world.project.visibility == "public"
    refused = browser(world.alice).post(f"{PAGE}/visibility", {"visibility": "secret"})
    assert refused.status_code == 400


def test_an_admin_deletes_and_the_name_is_free():
    world = build_world()
    client = browser(world.alice)
    assert client.post(f"{PAGE}/delete").headers["Location"] == "/northlight"
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}/delete").status_code == 404
    with pytest.raises(NotFound):
        get_project(principal(world.owner), "northlight", "digits")
    build_project(world.team, "digits")


@pytest.mark.parametrize("what", ["name", "visibility", "people", "people/dan/remove", "delete"])
def test_members_do_not_administer(what):
    world = build_world()
    values = {"name": "x", "visibility": "public", "person": "bob", "grant": "read"}
    assert browser(world.bob).post(f"{PAGE}/{what}", values).status_code == 403
    assert browser(world.mallory).post(f"{PAGE}/{what}", values).status_code == 404
    assert browser().post(f"{PAGE}/{what}", values).status_code == 404
    world.project.refresh_from_db()
    assert (world.project.name, world.project.visibility, world.project.deleted_at) == ("digits", "team", None)


def test_viewers_do_not_get_in():
    world = build_world()
    assert browser(world.carol).get(PAGE).status_code == 403
    assert browser(world.dan).get("/northlight/secret/settings").status_code == 403


def test_what_another_project_of_the_name_is_cannot_be_taken():
    world = build_world()
    with pytest.raises(Conflict):
        update_project(world.project, name="shown", actor=principal(world.alice))
    assert Project.objects.get(pk=world.project.pk).name == "digits"
