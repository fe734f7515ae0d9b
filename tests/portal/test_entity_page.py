"""The page of a team or of a person."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.teams.actions import rename_team
from tests.build import World, build_run, build_world, principal, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def get(user: User | None, path: str):
    client = sign_in(user) if user else Client()
    return client.get(path)


def test_t01_members_see_projects_runs_members(world: World) -> None:
    build_run(world.project, "a", display_name="brisk-heron-1")
    found = get(world.carol, "/northlight").content.decode()
    assert all(text in found for text in ("digits", "brisk-heron-1", "carol", "Viewer"))


def test_outsiders_see_public_projects_and_no_members(world: World) -> None:
    answer = get(world.mallory, "/northlight")
    assert answer.status_code == 200
    found = answer.content.decode()
    assert "shown" in found
    assert "digits" not in found
    assert "Viewer" not in found


def test_nobody_sees_what_is_public(world: World) -> None:
    assert "shown" in get(None, "/northlight").content.decode()


def test_a_team_without_anything_public_is_hidden(world: World) -> None:
    assert get(world.bob, "/elsewhere").status_code == 404
    assert get(None, "/elsewhere").status_code == 404
    assert get(world.bob, "/no-such-team").status_code == 404


def test_only_admins_find_the_settings(world: World) -> None:
    assert "/northlight/settings/" in get(world.alice, "/northlight").content.decode()
    assert "/northlight/settings/" not in get(world.bob, "/northlight").content.decode()


def test_t10_a_former_name_redirects(world: World) -> None:
    rename_team(world.team, name="southlight", actor=principal(world.owner))
    answer = get(world.bob, "/northlight?x=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/southlight?x=1"


def test_ones_own_page(world: World) -> None:
    assert get(world.bob, "/bob").status_code == 200
