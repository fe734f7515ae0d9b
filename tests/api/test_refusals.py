"""Every refusal of the API has one shape, and says what to do."""

import pytest
from django.http import HttpRequest
from django.test import Client

from apps.core import refusals
from tests.api.asking import Caller
from tests.build import build_project, build_run, build_team, build_user, build_world, owner_of

pytestmark = pytest.mark.django_db


def test_a_hidden_and_an_absent_project_read_the_same():
    world = build_world()
    mallory = Caller(world.mallory)
    hidden, absent = mallory.get("projects/northlight/digits"), mallory.get("projects/northlight/absent")
    assert hidden[0] == absent[0] == 404
    assert str(hidden[1]).replace("digits", "absent") == str(absent[1])


def test_a_problem_has_type_title_status_code_and_detail():
    answer = Client().get("/api/v1/projects/no/such")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "code": "unknown_project",
        "detail": "There is no project “no/such”, or you may not see it.",
    }


def test_wrong_values_are_told_by_field():
    world = build_world()
    status, problem = Caller(world.alice).send("POST", "teams/northlight/members", {"user": 1, "role": "king"})
    assert (status, problem["code"]) == (400, "invalid")
    assert set(problem["fields"]) == {"role"}
    assert problem["detail"].startswith("role: ")


def test_a_field_nobody_knows_is_refused():
    status, problem = Caller(build_user()).send("PATCH", "me", {"nmae": "Alice"})
    assert (status, problem["fields"]) == (400, {"nmae": "There is no such field."})


@pytest.mark.parametrize("body", ["{", "[1", "\x00", "{'a': 1}"])
def test_broken_json_is_400(body: str):
    caller = Caller(build_user())
    answer = caller.client.generic("PATCH", "/api/v1/me", body.encode(), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null"])
def test_a_body_that_is_no_object_is_400(body: bytes):
    caller = Caller(build_user())
    answer = caller.client.generic("PATCH", "/api/v1/me", body, content_type="application/json")
    assert answer.status_code == 400


def test_another_content_type_is_415():
    answer = Caller(build_user()).client.generic("PATCH", "/api/v1/me", b"name=x", content_type="text/plain")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_method_the_address_does_not_answer_is_405():
    status, problem = Caller(build_user()).send("DELETE", "me")
    assert (status, problem["detail"]) == (405, "This address answers GET, PATCH.")


def test_an_address_that_leads_nowhere_is_a_problem_too():
    status, problem = Caller().get("no/such/address/at/all")
    assert (status, problem["code"]) == (404, "not_found")


@pytest.mark.parametrize("header", ["Bearer carnet-" + "x" * 40, "Bearer nonsense", "Basic %%%", "Digest a"])
def test_a_wrong_key_is_401_and_says_where_to_get_one(header: str):
    answer = Client(HTTP_AUTHORIZATION=header).get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_key")
    assert "/authorize" in answer.json()["detail"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_key_is_refused_where_nobody_would_be_welcome():
    build_project(visibility="public")
    assert Client().get("/api/v1/projects").status_code == 200
    assert Client(HTTP_AUTHORIZATION="Bearer nonsense").get("/api/v1/projects").status_code == 401


def test_an_action_that_does_not_fit_is_409():
    run = build_run(state="finished")
    owner = Caller(owner_of(run.project.tenant.team))
    address = f"projects/{run.project.tenant.name}/{run.project.name}/runs/{run.name}/stop"
    status, problem = owner.send("POST", address)
    assert (status, problem["code"]) == (409, "run_ended")


def test_a_write_by_session_needs_the_csrf_token():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(build_user())
    answer = browser.patch("/api/v1/me", {"theme": "dark"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_write_by_session_with_the_csrf_token_is_done():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(build_user())
    browser.get("/api/v1/docs/")  # sets the cookie
    token = browser.cookies["carnet_csrf"].value
    answer = browser.patch(
        "/api/v1/me", {"theme": "dark"}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert (answer.status_code, answer.json()["theme"]) == (200, "dark")


def test_too_many_requests_are_told_when_to_come_back(settings):
    settings.CARNET_RATE_LIMITS = settings.CARNET_RATE_LIMITS | {"api": 3}
    alice, bob = Caller(build_user()), Caller(build_user())
    statuses = [alice.get("me")[0] for _ in range(4)]
    assert statuses.count(429) >= 1
    refused = alice.client.get("/api/v1/me")
    if refused.status_code == 429:  # unless the minute just began anew
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert bob.get("me")[0] == 200, "the limit is for each token"


def test_what_nobody_expected_says_so_without_details():
    request = HttpRequest()
    request.path_info = "/api/v1/me"
    answer = refusals.server_error(request)
    assert (answer.status_code, b"Traceback" in answer.content) == (500, False)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("hidden", "absent"),
    [
        ("projects/northlight/secret", "projects/northlight/absent"),
        ("projects/northlight/secret/runs/r1", "projects/nobody/secret/runs/r1"),
        ("projects/northlight/secret/runs", "projects/northlight/absent/runs"),
        ("teams/northlight", "teams/nobody"),
        ("teams/northlight/audit", "teams/nobody/audit"),
        ("entities/closed", "entities/nobody"),
        ("projects?entity=closed", "projects?entity=nobody"),
    ],
)
def test_nothing_tells_what_is_hidden_from_what_is_absent(hidden: str, absent: str):
    world = build_world()
    build_run(world.restricted, "r1")
    build_team("closed", owner=world.owner)
    mallory = Caller(world.mallory)
    told, known = mallory.get(hidden), mallory.get(absent)
    assert told[0] == known[0] == 404
    names = ("northlight", "nobody", "closed", "secret", "absent")
    assert _without(told[1], names) == _without(known[1], names)


def _without(problem: dict, names: tuple[str, ...]) -> str:
    text = str(problem)
    for name in names:
        text = text.replace(name, "…")
    return text


def test_nobody_on_the_way_keeps_an_answer():
    caller = Caller(build_user())
    for address in ("/api/v1/me", "/api/v1/no/such", "/api/v1/tokens", "/api/v1/projects/a/b"):
        cached = caller.client.get(address).headers.get("Cache-Control", "")
        assert "no-store" in cached or address == "/api/v1/no/such", address


@pytest.mark.parametrize("accept", ["text/plain", "image/*", "application/xml", "text/html"])
def test_what_a_client_accepts_does_not_change_the_answer(accept: str):
    caller = Caller(build_user())
    assert caller.client.get("/api/v1/me", headers={"Accept": accept}).json()["kind"] == "person"
    refused = caller.client.get("/api/v1/projects/a/b", headers={"Accept": accept})
    assert (refused.status_code, refused.headers["Content-Type"]) == (404, "application/problem+json")
