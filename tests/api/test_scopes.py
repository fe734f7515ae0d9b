"""The scopes of a token cut what its owner may do, and a service account stays in its team."""

import pytest

from tests.api.asking import Caller, items
from tests.build import (
    build_project,
    build_run,
    build_service_account,
    build_service_token,
    build_team,
    build_token,
    build_user,
    build_world,
)

pytestmark = pytest.mark.django_db

RUN = "projects/northlight/digits/runs/r1"
WRITES = [  # method, address, body, the least scope that covers it
    ("POST", "projects/northlight/digits/runs", {"name": "r9"}, "log"),
    ("PUT", "projects/northlight/fresh", {}, "log"),
    ("PATCH", RUN, {"notes": "x"}, "edit"),
    ("PUT", f"{RUN}/config", {"lr": 1}, "edit"),
    ("POST", f"{RUN}/stop", None, "edit"),
    ("DELETE", RUN, None, "edit"),
    ("PATCH", "projects/northlight/digits", {"description": "x"}, "edit"),
    ("PATCH", "projects/northlight/digits", {"visibility": "public"}, "admin"),
    ("DELETE", "projects/northlight/digits", None, "admin"),
    ("POST", "teams/northlight/members", {"user": "dan", "role": "viewer"}, "admin"),
    ("POST", "teams/northlight/service-accounts", {"name": "n"}, "admin"),
    ("PATCH", "me", {"theme": "dark"}, "admin"),
    ("POST", "tokens", {}, "admin"),
    ("POST", "teams", {"name": "fresh-team"}, "admin"),
]
ORDER = ["read", "log", "edit", "admin"]


@pytest.mark.parametrize(("method", "address", "body", "least"), WRITES)
def test_a_write_needs_its_scope(method, address, body, least):
    world = build_world()
    build_run(world.project, "r1")
    smaller = ORDER[: ORDER.index(least)]
    status, problem = Caller(world.alice, scopes=smaller).send(method, address, body)
    assert (status, problem["code"]) == (403, "forbidden")
    status, answer = Caller(world.alice, scopes=[least]).send(method, address, body)
    assert status in {200, 201, 204}, answer


def test_a_token_to_read_reads_everything_its_owner_sees():
    world = build_world()
    build_run(world.project, "r1")
    reader = Caller(world.alice, scopes=["read"])
    for address in ("me", "teams", "teams/northlight", "projects", "runs", RUN, "alerts", "entities/northlight"):
        assert reader.get(address)[0] == 200, address


def test_a_token_cannot_make_one_that_may_more():
    user = build_user()
    status, problem = Caller(user, scopes=["read", "log", "edit"]).send("POST", "tokens", {"scopes": ["admin"]})
    assert (status, problem["code"]) == (403, "forbidden")


def test_a_service_account_sees_its_team_only():
    world = build_world()
    open_project = build_project(build_team(), visibility="public")
    build_run(open_project)
    service = Caller(key=build_service_token(build_service_account(world.team)))
    assert {project["entity"] for project in items(service.get("projects"))} == {"northlight"}
    assert items(service.get("runs")) == []
    assert service.get(f"projects/{open_project.tenant.name}/{open_project.name}")[0] == 404
    assert service.get("projects/elsewhere/anything")[0] == 404


def test_a_revoked_token_stops_at_once():
    user = build_user()
    caller = Caller(user)
    uid = items(caller.get("tokens"))[0]["uid"]
    assert caller.send("DELETE", f"tokens/{uid}")[0] == 204
    assert caller.get("me")[0] == 401


def test_no_answer_shows_a_key_a_second_time():
    user = build_user()
    caller = Caller(user)
    status, made = caller.send("POST", "tokens", {"name": "laptop", "scopes": ["read"]})
    assert (status, made["key"][:7]) == (201, "carnet-")
    assert Caller(key=made["key"]).get("me")[0] == 200
    shown = str(caller.get("tokens")[1]) + str(caller.get(f"tokens/{made['uid']}")[1])
    assert made["key"] not in shown


def test_a_key_in_an_address_is_not_read():
    key = build_token(build_user())
    assert Caller().get("me", token=key)[0] == 401
    assert Caller().get("me", api_key=key)[0] == 401


def test_basic_with_the_name_api_works():
    import base64

    from django.test import Client

    user = build_user("basil")
    header = base64.b64encode(f"api:{build_token(user)}".encode()).decode()
    assert Client(HTTP_AUTHORIZATION=f"Basic {header}").get("/api/v1/me").json()["username"] == "basil"
