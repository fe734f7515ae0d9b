"""The palette finds projects, runs and teams, and nothing one may not see."""

import pytest

from tests.build import World, build_run, build_world, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = build_world()
    build_run(world.project, "a1", display_name="brisk-heron-1")
    build_run(world.restricted, "b2", display_name="brisk-secret-2")
    return world


def find(world: World, words: str, user: str = "bob") -> dict[str, list[str]]:
    client = sign_in(getattr(world, user))
    groups = client.get("/search", {"q": words}).json()["groups"]
    return {group["label"]: [item["title"] for item in group["items"]] for group in groups}


def test_runs_projects_and_teams_are_found_by_a_part_of_their_names(world: World) -> None:
    assert find(world, "HERON") == {"Runs": ["brisk-heron-1"]}
    assert find(world, "digi") == {"Projects": ["digits"]}
    assert find(world, "light") == {"Teams": ["northlight"]}


def test_hidden_things_are_not_found(world: World) -> None:
    assert find(world, "brisk") == {"Runs": ["brisk-heron-1"]}
    assert find(world, "secret") == {}
    assert find(world, "brisk", user="mallory") == {}
    assert set(find(world, "secret", user="dan")) == {"Runs", "Projects"}


def test_without_words_it_shows_what_was_active_last(world: World) -> None:
    assert find(world, "")["Runs"] == ["brisk-heron-1"]


def test_addresses_are_escaped(world: World) -> None:
    build_run(world.project, "odd name", display_name="odd one")
    client = sign_in(world.bob)
    groups = client.get("/search", {"q": "odd"}).json()["groups"]
    assert groups[0]["items"][0]["url"] == "/northlight/digits/runs/odd%20name"
