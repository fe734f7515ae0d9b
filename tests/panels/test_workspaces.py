"""Workspaces: one's own state of the page, and views that are saved for all."""

import pytest

from apps.core.models import AuditEntry
from apps.panels.models import Workspace
from tests.build import build_run, build_token, build_world, sign_in
from tests.runs.streaming import append, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

BASE = "/api/v1/projects/northlight/digits/workspaces"


@pytest.fixture
def world():
    world = build_world()
    run = build_run(world.project, "a")
    row = {"_step": 0, "loss": 1.0, "val/acc": 0.5, "val/loss": 2.0, "pictures": {"_type": "image-file", "path": "a"}}
    append(run, history(row))
    return world


@pytest.fixture
def catalogued(world):
    from apps.runs.actions import digest_run

    digest_run(world.project.runs.get().pk)
    return world


def get(user, end="/mine"):
    return sign_in(user).get(BASE + end)


def put(user, body, end="/mine"):
    return sign_in(user).put(BASE + end, body, content_type="application/json")


def post(user, body):
    return sign_in(user).post(BASE, body, content_type="application/json")


def sections(answer):
    return {each["name"]: each["panels"] for each in answer.json()["spec"]["section"]["panelBankConfig"]["sections"]}


def test_a_new_workspace_has_a_panel_for_every_key_in_sections_by_prefix(catalogued):
    found = sections(get(catalogued.bob))
    assert [panel["config"]["metrics"] for panel in found["val"]] == [["val/acc"], ["val/loss"]]
    assert [panel["viewType"] for panel in found["Charts"]] == ["Run History Line Plot", "Media Browser"]


def test_a_panel_that_compares_keys_stands_beside_those_of_its_keys(catalogued):
    spec = get(catalogued.bob).json()["spec"]
    both = {"__id__": "both", "viewType": "Run History Line Plot", "config": {"metrics": ["val/acc", "val/loss"]}}
    spec["section"]["panelBankConfig"]["sections"][0]["panels"].insert(0, both)
    assert put(catalogued.bob, {"spec": spec}).status_code == 200
    found = [panel["config"].get("metrics") for panels in sections(get(catalogued.bob)).values() for panel in panels]
    assert ["val/acc", "val/loss"] in found
    assert ["val/acc"] in found
    assert ["val/loss"] in found


def test_automatic_panels_are_not_stored_and_come_again(catalogued):
    spec = get(catalogued.bob).json()["spec"]
    assert put(catalogued.bob, {"spec": spec}).status_code == 200
    assert all(not each["panels"] for each in Workspace.objects.get().spec["section"]["panelBankConfig"]["sections"])
    assert len(sections(get(catalogued.bob))["val"]) == 2


def test_a_removed_automatic_panel_stays_away(catalogued):
    spec = get(catalogued.bob).json()["spec"] | {"x": {"removed": ["val/acc"]}}
    put(catalogued.bob, {"spec": spec})
    assert [panel["config"]["metrics"] for panel in sections(get(catalogued.bob))["val"]] == [["val/loss"]]


def test_a_changed_panel_takes_the_place_of_the_automatic_one_and_of_no_other(catalogued):
    spec = get(catalogued.bob).json()["spec"]
    val = next(s for s in spec["section"]["panelBankConfig"]["sections"] if s["name"] == "val")
    val["panels"][0] |= {"isAuto": False, "config": {"metrics": ["val/acc", "val/loss"]}}
    put(catalogued.bob, {"spec": spec})
    found = [panel["config"]["metrics"] for panel in sections(get(catalogued.bob))["val"]]
    assert found == [["val/acc", "val/loss"], ["val/loss"]]


def test_ones_own_workspace_is_seen_by_nobody_else(world):
    put(world.bob, {"spec": {"section": {}, "x": {"note": "mine"}}})
    assert "x" not in get(world.alice).json()["spec"]
    assert get(world.alice, "").json()["items"] == []
    assert [each["is_personal"] for each in get(world.bob, "").json()["items"]] == [True]


def test_a_saved_view_is_opened_by_a_colleague(world):
    made = post(world.bob, {"name": "Temperature  sweep", "spec": {"section": {}}}).json()
    found = get(world.carol, f"/{made['slug']}").json()
    assert (found["name"], found["owner"], found["may_edit"]) == ("Temperature sweep", "bob", False)


def test_saving_over_a_newer_version_is_refused_and_loses_nothing(world):
    made = post(world.bob, {"name": "Shared", "spec": {"section": {}}}).json()
    at = f"/{made['slug']}"
    assert put(world.alice, {"spec": {"section": {"name": "a"}}, "version": 1}, at).json()["version"] == 2
    late = put(world.bob, {"spec": {"section": {"name": "b"}}, "version": 1}, at)
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    assert get(world.bob, at).json()["spec"]["section"]["name"] == "a"


def test_a_repeated_save_changes_nothing(world):
    made = post(world.bob, {"name": "Shared", "spec": {"section": {}}}).json()
    body = {"spec": {"section": {"name": "a"}}, "version": 1}
    assert [put(world.bob, body, f"/{made['slug']}").json()["version"] for _ in range(2)] == [2, 2]


def test_a_viewer_saves_no_shared_view_but_keeps_an_own_one(world):
    assert post(world.carol, {"name": "x", "spec": {"section": {}}}).status_code == 403
    assert put(world.carol, {"spec": {"section": {}}}).status_code == 200


def test_a_token_that_only_reads_keeps_nothing(world, client):
    headers = {"Authorization": f"Bearer {build_token(world.bob, scopes=['read'])}"}
    refused = client.put(f"{BASE}/mine", {"spec": {"section": {}}}, content_type="application/json", headers=headers)
    assert refused.status_code == 403


def test_a_deleted_view_is_absent(world):
    at = f"/{post(world.bob, {'name': 'x', 'spec': {'section': {}}}).json()['slug']}"
    assert sign_in(world.bob).delete(BASE + at).status_code == 204
    assert get(world.bob, at).status_code == 404


def test_making_and_deleting_shared_views_is_in_the_audit_trail(world):
    at = f"/{post(world.bob, {'name': 'x', 'spec': {'section': {}}}).json()['slug']}"
    sign_in(world.bob).delete(BASE + at)
    verbs = AuditEntry.objects.filter(verb__startswith="workspace.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["workspace.created", "workspace.deleted"]


@pytest.mark.parametrize(
    "spec",
    [
        [],
        "x",
        {"section": []},
        {"section": {"panelBankConfig": {"sections": ["x"]}}},
        {"section": {"panelBankConfig": {"sections": [{"panels": 5}]}}},
    ],
)
def test_what_is_no_workspace_is_refused_with_a_sentence(world, spec):
    refused = put(world.bob, {"spec": spec})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_workspace")


def test_unknown_keys_survive(world):
    spec = {"section": {"newer": {"deep": [1]}}, "x": {"ours": True}}
    put(world.bob, {"spec": spec})
    found = get(world.bob).json()["spec"]
    assert (found["section"]["newer"], found["x"]) == ({"deep": [1]}, {"ours": True})


def test_keys_are_offered_by_words(catalogued):
    address = "/api/v1/projects/northlight/digits/panel-keys?search=val+ac"
    found = sign_in(catalogued.carol).get(address).json()
    assert found == {"items": [{"key": "val/acc", "types": ["number"], "run_count": 1}], "total": 1}


def test_reading_takes_the_same_queries_for_any_number_of_runs(catalogued, django_assert_num_queries):
    from apps.panels.queries.workspaces import own_workspace
    from tests.build import principal

    for name in ("b", "c"):
        append(build_run(catalogued.project, name), history({"_step": 0, f"{name}/x": 1.0}))
    asker = principal(catalogued.bob)
    with django_assert_num_queries(4):
        own_workspace(asker, catalogued.project)
