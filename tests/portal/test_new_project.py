"""Making a project by hand."""

import pytest

from apps.projects.models import Project
from tests.build import World, build_world, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def post(world: World, user: str, **fields: str):
    client = sign_in(getattr(world, user))
    return client.post("/projects/new", {"visibility": "team", "description": "", **fields})


def test_a_member_makes_a_project(world: World) -> None:
    answer = post(world, "bob", entity="northlight", name="new one")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/northlight/new%20one"
    assert Project.objects.get(name="new one").visibility == "team"


def test_t14_a_viewer_is_offered_only_the_own_entity(world: World) -> None:
    answer = post(world, "carol", entity="northlight", name="new")
    assert answer.status_code == 400
    assert not Project.objects.filter(name="new").exists()


def test_a_taken_name_is_told_at_its_field_and_nothing_typed_is_lost(world: World) -> None:
    answer = post(world, "bob", entity="northlight", name="digits", description="kept text")
    found = answer.content.decode()
    assert answer.status_code == 400
    assert "has a project “digits” already" in found
    assert "kept text" in found


def test_a_name_that_breaks_the_rules_is_refused(world: World) -> None:
    assert post(world, "bob", entity="northlight", name="a/b").status_code == 400


def test_a_repeated_form_does_not_make_a_second_project(world: World) -> None:
    post(world, "bob", entity="northlight", name="once")
    post(world, "bob", entity="northlight", name="once")
    assert Project.objects.filter(name="once").count() == 1
