"""Oneself, tokens, teams, members, service accounts, audit."""

import pytest
from django.utils.timezone import now

from tests.api.asking import Caller, items
from tests.build import build_team, build_user, build_world

pytestmark = pytest.mark.django_db


def test_me_tells_who_asks_and_where_runs_land():
    world = build_world()
    _status, me = Caller(world.bob).get("me")
    assert (me["username"], me["entity"], me["default_entity"]) == ("bob", "bob", "northlight")


def test_the_default_entity_is_chosen_among_ones_own():
    world = build_world()
    bob = Caller(world.bob)
    assert bob.send("PATCH", "me", {"default_entity": "bob"})[1]["default_entity"] == "bob"
    assert bob.send("PATCH", "me", {"default_entity": "elsewhere"})[0] == 404
    assert bob.send("PATCH", "me", {"default_entity": "no-such"})[0] == 404


def test_a_viewers_runs_cannot_land_in_the_team():
    world = build_world()
    assert Caller(world.carol).send("PATCH", "me", {"default_entity": "northlight"})[0] == 403


def test_a_rotated_token_keeps_working_for_a_day():
    user = build_user()
    first = Caller(user)
    uid = items(first.get("tokens"))[0]["uid"]
    status, fresh = first.send("POST", f"tokens/{uid}/rotate")
    assert status == 201
    assert Caller(key=fresh["key"]).get("me")[0] == first.get("me")[0] == 200
    old = next(token for token in items(first.get("tokens")) if token["uid"] == uid)
    assert old["expires_at"] > now().isoformat()[:10]


def test_a_token_with_unknown_scopes_is_refused():
    status, problem = Caller(build_user()).send("POST", "tokens", {"scopes": ["fly"]})
    assert (status, set(problem["fields"])) == (400, {"scopes"})


def test_a_token_that_would_have_expired_is_refused():
    status, problem = Caller(build_user()).send("POST", "tokens", {"expires_at": "2020-01-01T00:00:00Z"})
    assert (status, set(problem["fields"])) == (400, {"expires_at"})


def test_a_team_is_made_with_its_maker_as_owner():
    user = build_user()
    status, team = Caller(user).send("POST", "teams", {"name": "night-owls", "description": "late"})
    assert (status, team["role"], team["member_count"]) == (201, "owner", 1)


@pytest.mark.parametrize("name", ["api", "a/b", "", ".x", "x" * 129, "ä"])
def test_a_team_with_a_bad_name_is_refused(name: str):
    status, problem = Caller(build_user()).send("POST", "teams", {"name": name})
    assert (status, set(problem["fields"])) == (400, {"name"})


def test_a_taken_name_is_a_conflict():
    build_team("taken")
    status, problem = Caller(build_user()).send("POST", "teams", {"name": "Taken"})
    assert (status, problem["code"]) == (409, "name_taken")


def test_only_an_owner_renames_and_the_old_address_still_answers():
    world = build_world()
    assert Caller(world.alice).send("PATCH", "teams/northlight", {"name": "south"})[0] == 403
    assert Caller(world.owner).send("PATCH", "teams/northlight", {"name": "south"})[1]["name"] == "south"
    assert Caller(world.owner).get("teams/northlight")[1]["name"] == "south"


def test_code_saving_is_switched():
    world = build_world()
    assert Caller(world.alice).send("PATCH", "teams/northlight", {"code_saving": False})[1]["code_saving"] is False


def test_a_member_is_added_once_and_gets_another_role():
    world = build_world()
    alice, body = Caller(world.alice), {"user": "dan@example.org", "role": "viewer"}
    status, member = alice.send("POST", "teams/northlight/members", body)
    assert (status, member["username"]) == (201, "dan")
    assert alice.send("POST", "teams/northlight/members", body)[0] == 201
    assert alice.send("POST", "teams/northlight/members", body | {"role": "member"})[0] == 409
    address = f"teams/northlight/members/{member['uid']}"
    assert alice.send("PATCH", address, {"role": "member"})[1]["role"] == "member"
    assert alice.send("DELETE", address)[0] == 204
    assert alice.send("DELETE", address)[0] == 404


def test_only_owners_make_owners_and_the_last_one_stays():
    world = build_world()
    alice, owner = Caller(world.alice), Caller(world.owner)
    members = {member["username"]: member for member in items(owner.get("teams/northlight/members"))}
    of = "teams/northlight/members/{}".format
    assert alice.send("PATCH", of(members["bob"]["uid"]), {"role": "owner"})[0] == 403
    status, problem = owner.send("DELETE", of(members["olive"]["uid"]))
    assert (status, problem["code"]) == (409, "last_owner")


def test_a_member_of_another_team_is_not_reached_through_ones_own():
    world = build_world()
    mallory = Caller(world.mallory)
    carol = next(m for m in items(Caller(world.alice).get("teams/northlight/members")) if m["username"] == "carol")
    assert mallory.send("DELETE", f"teams/elsewhere/members/{carol['uid']}")[0] == 404


def test_a_service_account_gets_a_key_works_and_ends():
    world = build_world()
    alice, base = Caller(world.alice), "teams/northlight/service-accounts"
    assert alice.send("POST", base, {"name": "ci"})[0] == 201
    _status, made = alice.send("POST", f"{base}/ci/tokens", {"name": "nightly", "scopes": ["read", "log"]})
    service = Caller(key=made["key"])
    assert service.get("me")[1]["kind"] == "service"
    assert service.send("POST", "projects/northlight/digits/runs", {"name": "r7"})[1]["service"] == "ci"
    _status, fresh = alice.send("POST", f"{base}/ci/tokens/{made['uid']}/rotate")
    assert Caller(key=fresh["key"]).get("me")[0] == service.get("me")[0] == 200
    assert alice.send("DELETE", f"{base}/ci")[0] == 204
    assert service.get("me")[0] == Caller(key=fresh["key"]).get("me")[0] == 401


def test_a_service_key_cannot_administer():
    world = build_world()
    alice, base = Caller(world.alice), "teams/northlight/service-accounts"
    alice.send("POST", base, {"name": "ci"})
    status, problem = alice.send("POST", f"{base}/ci/tokens", {"scopes": ["admin"]})
    assert (status, set(problem["fields"])) == (400, {"scopes"})


def test_the_audit_trail_tells_who_did_what():
    world = build_world()
    alice = Caller(world.alice)
    alice.send("POST", "teams/northlight/members", {"user": "dan", "role": "viewer"})
    entry = items(alice.get("teams/northlight/audit", verb="member"))[0]
    assert (entry["actor"], entry["verb"], entry["target"]) == ("alice", "member.added", "dan")
    assert all(
        line["verb"].startswith("project.") for line in items(alice.get("teams/northlight/audit", verb="project"))
    )
