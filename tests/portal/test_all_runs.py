"""All runs one may read, narrowed by project, state and name."""

import pytest

from tests.build import World, build_run, build_world, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = build_world()
    build_run(world.project, "a", display_name="brisk-heron-1")
    build_run(world.project, "b", display_name="calm-crow-2", state="failed")
    build_run(world.public, "c", display_name="wild.swan-3", state="finished")
    return world


def get(world: World, query: str = "", user: str = "bob") -> str:
    client = sign_in(getattr(world, user))
    answer = client.get(f"/runs{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_z14_one_list_over_all_projects(world: World) -> None:
    found = get(world)
    assert all(name in found for name in ("brisk-heron-1", "calm-crow-2", "wild.swan-3"))


def test_z15_projects_narrow_the_list_and_the_address_keeps_them(world: World) -> None:
    found = get(world, "?project=northlight/shown")
    assert "wild.swan-3" in found
    assert "brisk-heron-1" not in found
    both = get(world, "?project=northlight/shown&project=northlight/digits")
    assert "brisk-heron-1" in both


def test_a_project_one_may_not_see_narrows_to_nothing(world: World) -> None:
    assert "No run matches" in get(world, "?project=northlight/secret")


def test_state_narrows_the_list(world: World) -> None:
    found = get(world, "?state=failed")
    assert "calm-crow-2" in found
    assert "brisk-heron-1" not in found


def test_words_are_taken_as_they_are(world: World) -> None:
    assert "wild.swan-3" in get(world, "?q=WILD.S")
    assert "No run matches" in get(world, "?q=wild-s")


def test_an_unknown_state_is_refused(world: World) -> None:
    client = sign_in(world.bob)
    assert client.get("/runs?state=gone").status_code == 400


def test_pages_follow_one_another(world: World) -> None:
    for number in range(60):
        build_run(world.project, f"n{number}", display_name=f"many-{number}")
    found = get(world)
    assert 'rel="next"' in found
    address = found.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "brisk-heron-1" in get(world, address.removeprefix("/runs"))


def test_outsiders_see_public_runs_only(world: World) -> None:
    found = get(world, user="mallory")
    assert "wild.swan-3" in found
    assert "brisk-heron-1" not in found
