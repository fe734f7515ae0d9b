"""The page everybody begins with: what runs, what ended, where to go on."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.queries import viewer
from apps.teams.actions import add_member
from apps.teams.models import Role
from tests.build import World, build_project, build_run, build_team, build_user, build_world, principal, sign_in

pytestmark = pytest.mark.django_db


def page(user: User, path: str = "/") -> str:
    client = sign_in(user)
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def world() -> World:
    return build_world()


def test_nobody_is_sent_to_sign_in() -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_t01_member_sees_projects_runs_and_teams(world: World) -> None:
    build_run(world.project, "abc", display_name="brisk-heron-1")
    build_run(world.project, "old", display_name="calm-crow-2", state="finished")
    home = page(world.bob)
    assert "brisk-heron-1" in home
    assert "calm-crow-2" in home
    assert "digits" in home
    assert "northlight" in home


def test_hidden_projects_and_their_runs_are_not_there(world: World) -> None:
    build_run(world.restricted, "abc", display_name="hidden-owl-1")
    assert "hidden-owl-1" not in page(world.bob)
    assert "secret" not in page(world.bob)
    assert "hidden-owl-1" in page(world.dan)
    assert "hidden-owl-1" in page(world.alice)


def test_z14_runs_of_another_team_are_not_there(world: World) -> None:
    build_run(world.project, "abc", display_name="brisk-heron-1")
    assert "brisk-heron-1" not in page(world.mallory)
    assert "brisk-heron-1" not in page(world.mallory, "/runs")


def test_an_empty_home_teaches_the_next_step() -> None:
    home = page(build_user())
    assert "No runs yet" in home
    assert "WANDB_BASE_URL=http" in home
    assert "Create a team" in home


def test_the_piece_that_is_kept_up_to_date_has_no_frame(world: World) -> None:
    piece = page(world.bob, "/?part=runs")
    assert "<html" not in piece
    assert "digits" in piece


def test_home_takes_as_many_queries_for_thirty_runs_as_for_three(django_assert_max_num_queries, world: World) -> None:
    client = sign_in(world.bob)
    for number in range(3):
        build_run(build_project(world.team, f"p{number}"), f"r{number}", summary={"loss": number})
    with django_assert_max_num_queries(60) as few:
        client.get("/")
    for number in range(3, 30):
        build_run(build_project(world.team, f"p{number}"), f"r{number}", summary={"loss": number}, state="finished")
    with django_assert_max_num_queries(len(few.captured_queries) + 2):
        client.get("/")


def test_names_are_text_and_not_markup(world: World) -> None:
    build_run(world.project, "abc", display_name="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in page(world.bob)


def test_a_new_project_is_told_to_those_who_reach_it(monkeypatch, django_capture_on_commit_callbacks) -> None:
    told: list[str] = []
    monkeypatch.setattr("apps.portal.listeners.notify", lambda group, payload: told.append(group))
    owner = build_user()
    team = build_team(owner=owner)
    with django_capture_on_commit_callbacks(execute=True):
        build_project(team)
    assert told == [f"user.{owner.pk}"]


def test_t16_who_was_added_to_a_team_chooses_once_where_runs_go() -> None:
    owner, lea = build_user(), build_user("lea")
    team = build_team("northlight", owner=owner)
    add_member(team, lea, role=Role.MEMBER, actor=principal(owner))
    assert "Send them to northlight" in page(lea)
    sign_in(lea).post("/settings/default-entity", {"entity": "northlight"})
    assert viewer(principal(lea)).default_entity == "northlight"
    assert "Send them to" not in page(User.objects.get(pk=lea.pk))


def test_who_leaves_it_so_is_not_asked_again() -> None:
    owner, lea = build_user(), build_user("lea")
    add_member(build_team("northlight", owner=owner), lea, role=Role.MEMBER, actor=principal(owner))
    sign_in(lea).post("/settings/default-entity", {"entity": "lea"})
    assert viewer(principal(lea)).default_entity == "lea"
    assert "Send them to" not in page(User.objects.get(pk=lea.pk))
