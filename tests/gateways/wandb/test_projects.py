"""Projects through the client."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.projects.models import Project
from tests.build import build_project, build_token, build_world
from tests.gateways.wandb.asking import ask

pytestmark = pytest.mark.django_db

PROJECTS = """
query GetProjects($entity: String, $cursor: String, $perPage: Int = 50) {
  models(entityName: $entity, after: $cursor, first: $perPage) {
    pageInfo { endCursor hasNextPage }
    edges { node { __typename id name entityName createdAt isBenchmark user { id name username email admin flags entity
      deletedAt apiKeys { edges { node { id name description } } } teams { edges { node { name } } } } } }
  }
}
"""
UPSERT = """
mutation CreateProject($input: UpsertModelInput!) {
  result: upsertModel(input: $input) {
    project { id name entityName description access views } model { name } inserted
  }
}
"""


@pytest.fixture
def world():
    return build_world()


def names(answer):
    return sorted(edge["node"]["name"] for edge in answer["models"]["edges"])


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("alice", ["digits", "secret", "shown"]),
        ("bob", ["digits", "shown"]),
        ("dan", ["secret", "shown"]),
        ("mallory", ["shown"]),
        (None, ["shown"]),
    ],
)
def test_a_list_of_projects_is_of_those_one_may_see(world, person, expected):
    assert names(ask(world.people.get(person or ""), PROJECTS, entity="northlight")) == expected


def test_projects_come_by_page(world):
    found, cursor = [], None
    for _ in range(3):
        page = ask(world.alice, PROJECTS, entity="northlight", perPage=1, cursor=cursor)
        found += names(page)
        cursor = page["models"]["pageInfo"]["endCursor"]
    assert sorted(found) == ["digits", "secret", "shown"]
    assert page["models"]["pageInfo"]["hasNextPage"] is False
    assert ask(world.alice, PROJECTS, entity="nowhere")["models"] is None


def test_a_page_of_projects_costs_the_same_whatever_its_length(world):
    key = build_token(world.alice)
    for number in range(4):
        build_project(world.team, f"p{number}")
    costs = []
    ask(key, PROJECTS, entity="northlight", perPage=1)  # the first use of a token is written down
    for size in (1, 7):
        with CaptureQueriesContext(connection) as queries:
            ask(key, PROJECTS, entity="northlight", perPage=size)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_project_tells_its_facts(world):
    query = """{ project(name: "shown", entityName: "northlight") {
        id internalId name entity { id name } access readOnly updatedAt isPublished views } }"""
    project = ask(world.mallory, query)["project"]
    assert project["internalId"] == str(world.public.pk)
    assert (project["access"], project["readOnly"], project["isPublished"]) == ("USER_READ", True, True)
    assert ask(world.bob, query)["project"]["readOnly"] is False


def test_a_project_is_made_once(world):
    given = {"name": "fresh", "entityName": "northlight", "description": "new"}
    made = ask(world.bob, UPSERT, input=given)["result"]
    assert made["inserted"] is True
    assert made["project"]["description"] == "new"
    again = ask(world.bob, UPSERT, input={"name": "fresh", "entityName": "northlight"})["result"]
    assert (again["inserted"], again["project"]["description"]) == (False, "new")


def test_a_project_is_described_opened_and_renamed(world):
    key = build_token(world.alice)
    place = {"name": "digits", "entityName": "northlight"}
    assert ask(key, UPSERT, input=place | {"access": "USER_READ", "description": "d"}).status == 200
    project = Project.objects.get(pk=world.project.pk)
    assert (project.visibility, project.description) == ("public", "d")
    made = ask(key, UPSERT, input=place)["result"]["project"]
    assert ask(key, UPSERT, input={"id": made["id"], "name": "renamed"})["result"]["project"]["name"] == "renamed"
    assert ask(key, UPSERT, input=place | {"access": "NONSENSE"}).status == 400


@pytest.mark.parametrize(
    ("person", "given", "status"),
    [
        ("bob", {"name": "digits", "description": "x"}, 200),
        ("bob", {"name": "digits", "access": "USER_READ"}, 403),
        ("carol", {"name": "digits", "description": "x"}, 403),
        ("carol", {"name": "fresh"}, 403),
        ("bob", {"name": "secret"}, 400),
        ("mallory", {"name": "fresh"}, 404),
        ("mallory", {"name": "digits", "description": "x"}, 404),
        ("bob", {"name": "a/b"}, 400),
        ("bob", {"name": ""}, 400),
        (None, {"name": "fresh"}, 401),
    ],
)
def test_who_may_make_or_change_a_project(world, person, given, status):
    answer = ask(world.people.get(person or ""), UPSERT, input={"entityName": "northlight"} | given)
    assert answer.status == status
