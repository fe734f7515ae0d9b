"""Saved workspaces through the client's GraphQL."""

from typing import Any

import pytest

from apps.core import json
from apps.panels.actions import save_own_workspace
from apps.panels.models import Workspace
from tests.build import build_project, build_world, principal
from tests.gateways.wandb.asking import ask

pytestmark = pytest.mark.django_db

UPSERT = """
mutation UpsertView2($id: ID, $entityName: String, $projectName: String, $type: String, $name: String,
    $displayName: String, $description: String, $spec: String) {
  upsertView(input: {id: $id, entityName: $entityName, projectName: $projectName, name: $name, type: $type,
      displayName: $displayName, description: $description, spec: $spec, createdUsing: WANDB_SDK}) {
    view { id name } inserted
  }
}
"""
VIEWS = """
query View($entityName: String, $name: String, $viewType: String = "runs", $userName: String, $viewName: String) {
  project(name: $name, entityName: $entityName) {
    allViews(viewType: $viewType, viewName: $viewName, userName: $userName) { edges { node { id displayName spec } } }
  }
}
"""
ONE = "query V($id: ID!) { view(id: $id) { id type name displayName description project { name entityName } spec } }"
DELETE = "mutation D($id: ID!) { deleteView(input: {id: $id, deleteDrafts: true}) { success } }"


@pytest.fixture
def world():
    return build_world()


def save(who, **changes):
    spec = changes.pop("spec", {"section": {"name": "first"}})
    given: dict[str, Any] = {"entityName": "northlight", "projectName": "digits", "type": "project-view"}
    given |= {
        "displayName": "Sweep",
        "name": "nw-abc123-v",
        "description": "",
        "spec": json.dumps_text(spec),
        "locked": False,
    }
    return ask(who, UPSERT, **given | changes)


def views(who, name=None, kind="project-view"):
    answer = ask(who, VIEWS, entityName="northlight", name="digits", viewType=kind, viewName=name, projectName="x")
    return [edge["node"] for edge in answer["project"]["allViews"]["edges"]]


def test_a_view_is_saved_and_found_by_its_name(world):
    made = save(world.bob)["upsertView"]
    assert (made["inserted"], made["view"]["name"]) == (True, "nw-abc123-v")
    (found,) = views(world.carol, "nw-abc123-v")
    assert found["displayName"] == "Sweep"
    assert json.loads(found["spec"])["section"]["name"] == "first"


def test_saving_again_by_name_or_id_changes_the_one_view(world):
    wire = save(world.bob)["upsertView"]["view"]["id"]
    assert save(world.bob)["upsertView"] == {"view": {"id": wire, "name": "nw-abc123-v"}, "inserted": False}
    save(world.bob, id=wire, name="nw-other-v", spec={"section": {"name": "second"}})
    assert Workspace.objects.get().spec["section"]["name"] == "second"


def test_an_id_is_letters_and_digits_as_the_client_needs(world):
    assert save(world.bob)["upsertView"]["view"]["id"].isalnum()


def test_what_the_client_does_not_know_survives_its_save(world):
    wire = save(world.bob)["upsertView"]["view"]["id"]
    row = Workspace.objects.get()
    row.spec = {"section": {"name": "a", "x": {"ours": 1}}, "x": {"note": "kept"}}
    row.save()
    save(world.bob, id=wire, spec={"section": {"name": "b"}})
    row.refresh_from_db()
    assert row.spec["section"]["name"] == "b"
    assert (row.spec["section"]["x"], row.spec["x"]) == ({"ours": 1}, {"note": "kept"})


def test_a_view_is_read_by_its_id(world):
    wire = save(world.bob)["upsertView"]["view"]["id"]
    found = ask(world.carol, ONE, id=wire)["view"]
    assert found["project"] == {"name": "digits", "entityName": "northlight"}
    assert (found["type"], found["description"]) == ("project-view", "")


def test_reports_are_not_among_workspaces(world):
    save(world.bob)
    assert views(world.bob, kind="runs") == []
    refused = save(world.bob, type="runs")
    assert refused.errors == ["Reports are not kept by this version of Carnet. Workspaces are."]


def test_a_viewer_saves_nothing(world):
    assert save(world.carol).errors
    assert not Workspace.objects.exists()


def test_unknown_and_hidden_views_read_alike(world):
    wire = save(world.bob)["upsertView"]["view"]["id"]
    hidden, unknown = ask(world.mallory, ONE, id=wire), ask(world.mallory, ONE, id="Vmlldzo3MDAwMDAxMjM0NTY3")
    assert hidden.errors == unknown.errors != []


def test_an_update_that_names_another_project_is_refused(world):
    wire = save(world.bob)["upsertView"]["view"]["id"]
    build_project(world.team, "other")
    assert "another project" in save(world.bob, id=wire, projectName="other").errors[0]


def test_nobody_reads_or_deletes_anothers_own_workspace(world):
    own = save_own_workspace(world.project, {"section": {}}, actor=principal(world.bob))
    assert views(world.alice, own.slug) == []
    assert views(world.alice) == []


def test_a_view_is_deleted(world):
    wire = save(world.bob)["upsertView"]["view"]["id"]
    assert ask(world.mallory, DELETE, id=wire).errors
    assert ask(world.bob, DELETE, id=wire)["deleteView"]["success"]
    assert views(world.bob) == []


@pytest.mark.parametrize("spec", ["{", "[]", '{"section": 1}', '"x"'])
def test_what_is_no_document_is_refused_with_a_sentence(world, spec):
    given = {"entityName": "northlight", "projectName": "digits", "type": "project-view", "spec": spec}
    assert ask(world.bob, UPSERT, **given).errors
    assert not Workspace.objects.exists()
