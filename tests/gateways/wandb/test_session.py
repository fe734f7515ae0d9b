"""Who asks, what the server can, and keys: what the client reads before anything else."""

import pytest

from apps.accounts import actions as accounts
from apps.core import json
from tests.build import build_service_account, build_service_token, build_team, build_token, build_user, build_world
from tests.build import principal as principal_of
from tests.gateways.wandb.asking import ask

pytestmark = pytest.mark.django_db

VIEWER = "{ viewer { id entity username email admin flags teams { edges { node { name isTeam } } } } }"
KEYS = "{ viewer { apiKeys { edges { node { id name description } } } } }"


def test_viewer_is_who_holds_the_key():
    viewer = ask(build_user("alice"), VIEWER)["viewer"]
    assert viewer["username"] == viewer["entity"] == "alice"
    assert viewer["email"] == "alice@example.org"
    assert json.loads(viewer["flags"]) == {"code_saving_enabled": True}
    assert viewer["teams"]["edges"] == [{"node": {"name": "alice", "isTeam": False}}]


def test_joining_a_team_changes_where_runs_land_and_it_can_be_changed_back():
    world = build_world()
    key = build_token(world.bob)
    viewer = ask(key, VIEWER)["viewer"]
    assert viewer["entity"] == "northlight"
    assert [edge["node"]["name"] for edge in viewer["teams"]["edges"]] == ["bob", "northlight"]
    change = "mutation S($entity: String!) { updateUser(input: {defaultEntity: $entity}) { user { id } } }"
    assert ask(key, change, entity="bob").status == 200
    assert ask(key, "{ viewer { entity } }")["viewer"]["entity"] == "bob"
    refused = ask(key, change, entity="elsewhere")
    assert refused.status == 404


def test_a_viewer_of_a_team_logs_at_home():
    assert ask(build_world().carol, "{ viewer { entity } }")["viewer"]["entity"] == "carol"


def test_a_service_account_lands_in_its_team_and_shows_its_name():
    team = build_team("northlight")
    viewer = ask(build_service_token(build_service_account(team, "nightly")), VIEWER)["viewer"]
    assert (viewer["entity"], viewer["username"]) == ("northlight", "nightly")
    assert [edge["node"]["name"] for edge in viewer["teams"]["edges"]] == ["northlight"]


def test_the_server_names_its_features():
    info = ask(build_user(), "{ serverInfo { features { name isEnabled } cliVersionInfo } }")["serverInfo"]
    features = {item["name"]: item["isEnabled"] for item in info["features"]}
    assert features["STRUCTURED_CONSOLE_LOGS"] is True
    assert features["ARTIFACT_DIGEST_ALGORITHM"] is False
    assert {"max_cli_version", "min_cli_version"} <= info["cliVersionInfo"].keys()


def test_a_key_is_made_shown_once_used_and_deleted():
    first = build_token(build_user("alice"), name="first")
    made = ask(first, 'mutation G { generateApiKey(input: {description: "ci"}) { apiKey { id name description } } }')
    key = made["generateApiKey"]["apiKey"]
    assert key["description"] == "ci"
    assert ask(key["name"], VIEWER)["viewer"]["username"] == "alice"
    shown = [edge["node"] for edge in ask(first, KEYS)["viewer"]["apiKeys"]["edges"]]
    assert {item["description"] for item in shown} == {"first", "ci"}
    assert all(item["name"] not in (first, key["name"]) and key["name"][:8] for item in shown)
    delete = "mutation D($id: String!) { deleteApiKey(input: {id: $id}) { success } }"
    assert ask(first, delete, id=key["id"])["deleteApiKey"]["success"] is True
    assert ask(key["name"], VIEWER).status == 401


def test_nobody_deletes_the_key_of_another():
    bob = build_user("bob")
    _, secret = accounts.create_token(bob, actor=principal_of(bob))
    node = ask(secret, KEYS)["viewer"]["apiKeys"]["edges"][0]["node"]
    delete = "mutation D($id: String!) { deleteApiKey(input: {id: $id}) { success } }"
    assert ask(build_user("mallory"), delete, id=node["id"]).status == 404
    assert ask(build_user("eve"), delete, id="nonsense").status == 404


def test_a_service_account_makes_no_keys():
    key = build_service_token(build_service_account(build_team()))
    answer = ask(key, "mutation { generateApiKey(input: {}) { apiKey { name } } }")
    assert answer.status == 403
    assert "may not manage tokens" in answer.errors[0]


def test_others_show_only_their_names():
    world = build_world()
    query = """{ project(name: "digits", entityName: "northlight") { user {
        username email apiKeys { edges { node { name } } } teams { edges { node { name } } } } } }"""
    user = ask(world.bob, query)["project"]["user"]
    assert user == {"username": "olive", "email": None, "apiKeys": {"edges": []}, "teams": {"edges": []}}


@pytest.mark.parametrize(
    "query",
    [
        '{ users(query: "a") { edges { node { username } } } }',
        'mutation { createUser(input: {email: "a@b.org"}) { user { id } } }',
    ],
)
def test_people_are_not_searched_or_made_with_a_key(query):
    assert ask(build_user("rita", is_superuser=True), query).status == 403


@pytest.mark.parametrize(
    "field", ["generateApiKey(input: {}) { apiKey { name } }", "updateUser(input: {}) { user { id } }"]
)
def test_nobody_writes_without_a_key(field):
    answer = ask(None, f"mutation {{ {field} }}")
    assert answer.status == 401
    assert answer.errors == ["Send an API key. Create one at /authorize."]
