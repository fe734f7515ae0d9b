"""Teams, members and service accounts through the client (section 6)."""

import pytest

from apps.teams.models import Membership, ServiceAccount
from tests.build import build_token, build_user, build_world
from tests.gateways.wandb.asking import ask, upsert

pytestmark = pytest.mark.django_db

TEAM = """
query GetTeamEntity($name: String!) {
  entity(name: $name) {
    id name available photoUrl readOnly readOnlyAdmin isTeam entityType privateOnly storageBytes codeSavingEnabled
    defaultAccess isPaid members { id admin pending email username name photoUrl accountType apiKey }
  }
}
"""
CREATE = """mutation T($name: String!, $admin: String) {
  result: createTeam(input: {teamName: $name, teamAdminUserName: $admin}) { entity { id name available limits } } }"""
INVITE = """mutation I($entity: String!, $email: String, $username: String, $admin: Boolean) {
  result: createInvite(input: {entityName: $entity, email: $email, username: $username, admin: $admin}) {
    invite { id name email createdAt toUser { name } } } }"""
REMOVE = """mutation D($id: String, $entity: String) {
  result: deleteInvite(input: {id: $id, entityName: $entity}) { success } }"""
SERVICE = """mutation S($entity: String!, $description: String!) {
  result: createServiceAccount(input: {description: $description, entityName: $entity}) { user { id } } }"""


@pytest.fixture
def world():
    return build_world()


def test_a_team_shows_its_members_in_order(world):
    entity = ask(world.carol, TEAM, name="northlight")["entity"]
    assert (entity["isTeam"], entity["entityType"], entity["readOnlyAdmin"]) == (True, "team", False)
    people = [(member["name"], member["admin"], member["accountType"]) for member in entity["members"]]
    assert people == [
        ("olive", True, "ADMIN"),
        ("alice", True, "ADMIN"),
        ("bob", False, "MEMBER"),
        ("carol", False, "MEMBER"),
    ]


def test_a_person_is_alone_in_their_own_place(world):
    entity = ask(world.bob, TEAM, name="bob")["entity"]
    assert entity["isTeam"] is False
    assert [(member["name"], member["accountType"]) for member in entity["members"]] == [("bob", "USER")]


@pytest.mark.parametrize(("person", "sees"), [("mallory", True), ("dan", True), (None, True)])
def test_outsiders_see_no_members(world, person, sees):
    entity = ask(world.people.get(person or ""), TEAM, name="northlight")["entity"]
    assert entity is None or entity["members"] == []
    assert ask(world.mallory, TEAM, name="nowhere")["entity"] is None


def test_a_team_is_made_with_its_maker_as_owner_and_another_admin(world):
    key = build_token(world.bob)
    assert ask(key, CREATE, name="lab", admin="carol")["result"]["entity"]["name"] == "lab"
    members = ask(key, TEAM, name="lab")["entity"]["members"]
    assert [(member["name"], member["admin"]) for member in members] == [("bob", True), ("carol", True)]
    again = ask(key, CREATE, name="lab")
    assert again.status == 409
    assert ask(key, CREATE, name="login").status == 400
    assert ask(key, CREATE, name="lab2", admin="nobody").status == 404
    assert ask(key, TEAM, name="lab2")["entity"] is None


def test_people_are_added_by_name_or_mail(world):
    key = build_token(world.alice)
    invite = ask(key, INVITE, entity="northlight", username="dan")["result"]["invite"]
    assert (invite["name"], invite["toUser"]["name"]) == ("dan", "dan")
    assert ask(key, INVITE, entity="northlight", email="mallory@example.org", admin=True).status == 200
    assert Membership.objects.get(user=world.mallory, team=world.team).role == "admin"
    repeat = ask(key, INVITE, entity="northlight", username="dan")
    assert repeat.status == 409
    unknown = ask(key, INVITE, entity="northlight", email="ghost@example.org")
    assert unknown.status == 400
    assert "“ghost@example.org”" in unknown.errors[0]


@pytest.mark.parametrize(("person", "status"), [("bob", 403), ("mallory", 404), (None, 401)])
def test_who_may_not_manage_members(world, person, status):
    who = world.people.get(person or "")
    build_user("newcomer")
    assert ask(who, INVITE, entity="northlight", username="newcomer").status == status
    assert ask(who, SERVICE, entity="northlight", description="bot").status == status


def test_members_are_removed_but_not_the_last_owner(world):
    key = build_token(world.owner)
    members = {item["name"]: item["id"] for item in ask(key, TEAM, name="northlight")["entity"]["members"]}
    assert ask(key, REMOVE, id=members["bob"], entity="northlight")["result"]["success"] is True
    assert not Membership.objects.filter(user=world.bob, team=world.team).exists()
    assert ask(key, REMOVE, id=members["olive"], entity="northlight").status == 409
    assert ask(key, REMOVE, id=members["bob"], entity="northlight").status == 404


def test_a_service_account_shows_its_key_once_to_who_made_it(world):
    key, other = build_token(world.alice), build_token(world.alice)
    assert ask(key, SERVICE, entity="northlight", description="nightly").status == 200
    last = ask(key, TEAM, name="northlight")["entity"]["members"][-1]
    assert (last["name"], last["accountType"]) == ("nightly", "SERVICE")
    assert upsert(last["apiKey"], project="digits", name="a").status == 200
    assert ask(other, TEAM, name="northlight")["entity"]["members"][-1]["apiKey"] is None
    assert ask(key, SERVICE, entity="northlight", description="nightly").status == 409
    assert ask(key, REMOVE, id=last["id"], entity="northlight")["result"]["success"] is True
    assert ServiceAccount.objects.get().removed_at is not None
    assert upsert(last["apiKey"], project="digits", name="b").status == 401


def test_a_team_takes_few_queries_whatever_its_size(world, django_assert_max_num_queries):
    key = build_token(world.alice)
    with django_assert_max_num_queries(16):
        ask(key, TEAM, name="northlight")
