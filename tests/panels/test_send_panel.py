"""A panel is sent to another view, with what it is drawn from (R30). The kind of target used here are views."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.errors import NotFound
from apps.core.models import AuditEntry
from apps.panels.actions import add_panel_to_own, create_workspace, save_own_workspace, save_workspace
from apps.panels.models import Workspace
from apps.panels.queries.workspaces import own_workspace
from apps.panels.target_kinds import _paths, add_target_kind
from apps.panels.targets import Landed, Target, open_target, sent_panel, target_groups
from apps.runs.actions import digest_run
from tests.build import build_project, build_run, build_token, build_world, principal, sign_in
from tests.runs.streaming import append, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

BASE = "/api/v1/projects/northlight/digits"
PANEL = {"__id__": "mine1", "viewType": "Run History Line Plot", "config": {"metrics": ["val/loss"]}, "isAuto": False}


def document(*panels, section="val", **parts):
    """A document with one section, as the page sends it."""
    here = {"name": section, "panels": list(panels or [PANEL])}
    return {"section": {"runSets": [{"id": "runs"}], "panelBankConfig": {"sections": [here]}, **parts}}


@pytest.fixture
def world():
    world = build_world()
    run = build_run(world.project, "a")
    append(run, history({"_step": 0, "val/acc": 0.5, "val/loss": 2.0, "loss": 1.0}))
    digest_run(run.pk)
    return world


@pytest.fixture
def view(world):
    """A saved view of Alice's."""
    return create_workspace(
        world.project, "Smooth herons", {"section": {}}, actor=principal(world.alice), slug="herons"
    )


def send(user, to="herons", *, kind="view", base=BASE, **more):
    body = {"panel": "mine1", "document": document(), "id": "new1", "target": {"kind": kind, "id": to}} | more
    return sign_in(user).post(f"{base}/panels.send", body, content_type="application/json")


def undo(user, version, to="herons", panel="new1"):
    body = {"target": {"kind": "view", "id": to}, "id": panel, "version": version}
    return sign_in(user).post(f"{BASE}/panels.send.undo", body, content_type="application/json")


def shown(user, slug="herons"):
    """The panels that somebody sees in a view: section → [(id, keys)]."""
    spec = sign_in(user).get(f"{BASE}/workspaces/{slug}").json()["spec"]
    return {
        section["name"]: [(panel["__id__"], panel["config"].get("metrics")) for panel in section["panels"]]
        for section in spec["section"]["panelBankConfig"]["sections"]
    }


def stored(slug="herons"):
    """The panels that are kept in a view, by id."""
    spec = Workspace.objects.get(slug=slug).spec
    return {
        panel["__id__"]: panel for each in spec["section"]["panelBankConfig"]["sections"] for panel in each["panels"]
    }


def targets(user, base=BASE):
    return sign_in(user).get(f"{base}/panel-targets")


def names(answer):
    return [item["name"] for kind in answer.json()["kinds"] for item in kind["items"]]


# ---- it lands


def test_r30_a_panel_is_added_to_a_saved_view_and_shown_there(world, view):
    answer = send(world.bob)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "name": "Smooth herons",
            "address": "/northlight/digits/workspace?nw=herons#panel=new1",
            "version": 2,
            "is_new": True,
        },
    )
    assert ("new1", ["val/loss"]) in shown(world.carol)["val"]


def test_r30_a_panel_is_added_to_ones_own_workspace_that_was_never_saved(world):
    answer = send(world.carol, "mine").json()
    assert (answer["address"], answer["version"]) == ("/northlight/digits/workspace#panel=new1", 1)
    assert ("new1", ["val/loss"]) in shown(world.carol, "mine")["val"]


def test_r30_a_panel_of_a_stored_view_is_sent_by_its_id_alone(world, view):
    save_workspace(view, actor=principal(world.alice), spec=document())
    assert send(world.carol, "mine", view="herons", document=None).status_code == 201
    assert ("new1", ["val/loss"]) in shown(world.carol, "mine")["val"]


def test_r30_an_automatic_panel_is_sent_and_the_one_of_its_key_stays_beside_it(world, view):
    page = own_workspace(principal(world.bob), world.project).spec
    auto = page["section"]["panelBankConfig"]["sections"][0]["panels"][1]
    before = shown(world.bob)["val"]
    assert send(world.bob, panel=auto["__id__"], document=None).status_code == 201
    (acc, loss), after = before, shown(world.bob)["val"]
    assert after == [acc, loss, ("new1", auto["config"]["metrics"])]
    assert stored()["new1"]["isAuto"] is False


def test_r30_a_section_of_its_name_is_made_where_there_is_none(world, view):
    send(world.bob, document=document(section="Figures"))
    found = shown(world.bob)
    assert list(found) == ["Figures", "val", "Charts"]
    assert found["Figures"] == [("new1", ["val/loss"])]
    assert ("mine1", ["val/loss"]) not in found["val"]


def test_r30_the_settings_around_a_panel_go_with_it(world, view):
    local = {"xAxis": "epoch", "xAxisActive": True}
    spec = document(settings={"xAxis": "_runtime", "smoothingType": "gaussian", "smoothingWeight": 4, "maxRuns": 25})
    spec["section"]["panelBankConfig"]["sections"][0]["localPanelSettings"] = local
    send(world.bob, document=spec | {"x": {"smoothingWeight": 4.5}})
    config = stored()["new1"]["config"]
    assert (
        config
        | {
            "metrics": ["val/loss"],
            "xAxis": "epoch",
            "smoothingType": "gaussian",
            "smoothingWeight": 4.5,
            "limit": 25,
            "ignoreOutliers": False,
        }
        == config
    )


def test_r30_what_is_on_screen_is_sent_not_what_is_stored(world, view):
    save_workspace(view, actor=principal(world.alice), spec=document())
    changed = PANEL | {
        "config": {"metrics": ["val/loss"], "yLogScale": True},
        "layout": {"x": 9, "y": 4, "w": 12, "h": 9},
    }
    send(world.bob, "mine", view="herons", document=document(changed))
    own = Workspace.objects.get(is_personal=True).slug
    assert stored(own)["new1"]["config"]["yLogScale"] is True
    assert stored(own)["new1"]["layout"] == {"x": 0, "y": 0, "w": 12, "h": 9}


def test_r30_a_panel_travels_with_the_run_sets_it_is_drawn_from(world):
    sets = [
        {"id": "a", "grouping": [{"section": "config", "name": "lr.value"}]},
        {"id": "off", "enabled": False},
        {"id": "b", "project": {"entityName": "elsewhere", "name": "birds"}},
    ]
    spec = document(runSets=sets, customRunColors={"a": "#ff0000"})
    sent = sent_panel(spec, "mine1", new_id="new1", project=world.project)
    assert [each["id"] for each in sent.run_sets] == ["a", "b"]
    assert sent.run_sets[0]["project"] == {"entityName": "northlight", "name": "digits"}
    assert (sent.run_sets[1]["project"]["name"], sent.colours, sent.section) == ("birds", {"a": "#ff0000"}, "val")


def test_r30_another_app_adds_its_kind_of_target(world, monkeypatch):
    got = []

    class Shelf:
        name, order = "shelf", 10

        def heading(self):
            return "Shelves"

        def note(self):
            return ""

        def targets(self, principal, project):
            return [Target("s1", "First shelf", "", "/shelf")]

        def open(self, principal, project, name):
            return name

        def add(self, opened, sent, *, actor):
            got.append((opened, sent.id, sent.run_sets[0]["project"]["name"]))
            return Landed("First shelf", "/shelf", 1, is_new=True)

        def take_back(self, opened, panel_id, *, version, actor): ...

    monkeypatch.setattr("tests.panels.test_send_panel.Shelf", Shelf, raising=False)
    monkeypatch.setattr("apps.panels.target_kinds._paths", list(_paths))
    add_target_kind("tests.panels.test_send_panel.Shelf")
    assert [kind["heading"] for kind in targets(world.bob).json()["kinds"]] == ["Shelves", "Views of this project"]
    assert send(world.bob, "s1", kind="shelf").json()["address"] == "/shelf"
    assert got == [("s1", "new1", "digits")]


# ---- who may


def test_r30_targets_are_ones_own_workspace_and_the_views_one_may_edit(world, view):
    assert names(targets(world.bob)) == ["My workspace", "Smooth herons"]
    assert targets(world.bob).json()["kinds"][0]["items"][1] == {
        "id": "herons",
        "name": "Smooth herons",
        "owner": "alice",
        "address": "/northlight/digits/workspace?nw=herons",
    }
    assert names(targets(world.carol)) == ["My workspace"]
    assert targets(world.mallory).status_code == 404


def test_r30_a_token_that_only_reads_has_no_targets(world, view, client):
    headers = {"Authorization": f"Bearer {build_token(world.bob, scopes=['read'])}"}
    assert names(client.get(f"{BASE}/panel-targets", headers=headers)) == []
    body = {"panel": "mine1", "document": document(), "id": "new1", "target": {"kind": "view", "id": "mine"}}
    refused = client.post(f"{BASE}/panels.send", body, content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "no_own_workspace")


def test_r30_a_reader_adds_to_no_shared_view(world, view):
    assert send(world.carol).status_code == 403
    assert undo(world.carol, 1).status_code == 403
    view.refresh_from_db()
    assert view.version == 1


def test_r30_a_stranger_finds_neither_the_source_nor_the_target(world, view):
    assert send(world.mallory).status_code == 404
    assert undo(world.mallory, 1).status_code == 404


def test_r30_a_view_of_another_project_is_no_target(world, view):
    other = build_project(world.team, "birds")
    base = f"/api/v1/projects/northlight/{other.name}"
    assert send(world.bob, base=base).json()["code"] == "unknown_workspace"
    assert names(targets(world.bob, base)) == ["My workspace"]


def test_r30_somebody_elses_own_workspace_is_neither_source_nor_target(world):
    send(world.carol, "mine")
    slug = Workspace.objects.get(owner=world.carol).slug
    assert send(world.bob, slug).status_code == 404
    assert send(world.bob, "mine", view=slug, document=None).status_code == 404
    assert send(world.bob, "mine", view=slug).status_code == 404


def test_r30_a_deleted_view_takes_no_panel(world, view):
    target = open_target(principal(world.bob), world.project, "view", "herons")
    sent = sent_panel(document(), "mine1", new_id="new1", project=world.project)
    sign_in(world.alice).delete(f"{BASE}/workspaces/herons")
    with pytest.raises(NotFound, match="no such workspace"):
        target.kind.add(target.opened, sent, actor=principal(world.bob))
    assert send(world.bob).status_code == 404


# ---- again, at the same time, and back


def test_r30_the_same_request_twice_leaves_one_panel(world, view):
    first, second = send(world.bob), send(world.bob)
    assert [first.status_code, second.status_code] == [201, 200]
    assert second.json() == first.json() | {"is_new": False}
    assert [name for name, _ in shown(world.bob)["val"]].count("new1") == 1
    mine = [send(world.bob, "mine").json()["is_new"] for _ in range(2)]
    assert mine == [True, False]


def test_r30_what_others_saved_meanwhile_stays(world, view):
    opened = open_target(principal(world.bob), world.project, "view", "herons")
    sent = sent_panel(document(), "mine1", new_id="new1", project=world.project)
    theirs = document(
        {"__id__": "theirs", "viewType": "Markdown Panel", "config": {"value": "# Mine"}}, section="Notes"
    )
    save_workspace(view, actor=principal(world.alice), spec=theirs, version=1)
    landed = opened.kind.add(opened.opened, sent, actor=principal(world.bob))
    assert landed.version == 3
    assert {"theirs", "new1"} <= stored().keys()


def test_r30_whoever_edits_the_target_is_told_and_overwrites_nothing(world, view):
    send(world.bob)
    late = {"spec": {"section": {"name": "late"}}, "version": 1}
    refused = sign_in(world.alice).put(f"{BASE}/workspaces/herons", late, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_version")
    assert "new1" in stored()


def test_r30_another_window_makes_ones_own_workspace_at_the_same_moment(world):
    bob = principal(world.bob)

    def fill(spec):
        if not Workspace.objects.filter(is_personal=True).exists():
            save_own_workspace(world.project, {"section": {"name": "first"}}, actor=bob)
        return dict(spec)

    sent = sent_panel(document(), "mine1", new_id="new1", project=world.project)
    held, is_new = add_panel_to_own(world.project, sent, fill, actor=bob)
    assert (is_new, held.version, held.spec["section"]["name"]) == (True, 2, "first")


def test_r30_undo_takes_the_panel_and_its_section_away(world, view):
    before = shown(world.bob)
    version = send(world.bob, document=document(section="Figures")).json()["version"]
    assert [undo(world.bob, version).status_code for _ in range(2)] == [204, 204]
    assert shown(world.bob) == before
    own = send(world.bob, "mine").json()["version"]
    assert undo(world.bob, own, "mine").status_code == 204
    assert "new1" not in dict(shown(world.bob, "mine")["val"])


def test_r30_undo_is_refused_where_somebody_saved_meanwhile(world, view):
    version = send(world.bob).json()["version"]
    view.refresh_from_db()
    save_workspace(view, actor=principal(world.alice), name="Other herons")
    refused = undo(world.bob, version)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_version")
    assert "new1" in stored()


def test_r30_browsers_are_told_of_the_target_as_of_every_save(
    world, view, django_capture_on_commit_callbacks, monkeypatch
):
    told = []
    monkeypatch.setattr("apps.panels.listeners.notify", lambda group, message: told.append((group, message)))
    with django_capture_on_commit_callbacks(execute=True):
        send(world.bob)
    group, message = told[0]
    assert (group, message["type"], message["version"]) == (f"project.{world.project.pk}.runs", "workspace.saved", 2)
    verbs = AuditEntry.objects.filter(verb__startswith="workspace.").values_list("verb", flat=True)
    assert list(verbs) == ["workspace.created"]  # saves are told, not audited


# ---- what cannot be


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"panel": "absent"}, 404, "unknown_panel"),
        ({"panel": "absent", "document": None}, 404, "unknown_panel"),
        ({"id": "auto123"}, 400, "bad_panel_id"),
        ({"id": "a b"}, 400, "bad_panel_id"),
        ({"target": {"kind": "shelf", "id": "x"}}, 404, "unknown_target"),
        ({"target": {"kind": "view", "id": "absent"}}, 404, "unknown_workspace"),
        ({"target": {"kind": "view"}}, 400, "invalid"),
        ({"target": "herons"}, 400, "invalid"),
        ({"view": "absent"}, 404, "unknown_workspace"),
        ({"document": [1]}, 400, "bad_workspace"),
        ({"document": document(PANEL | {"config": 5})}, 400, "bad_panel"),
        ({"document": document(runSets=[5])}, 400, "bad_run_set"),
        ({"document": document(runSets=[{"search": 5}])}, 400, "bad_run_set"),
        ({"document": document(runSets=[{}] * 21)}, 400, "too_many_run_sets"),
    ],
)
def test_r30_what_cannot_be_sent_is_refused_with_a_sentence(world, view, body, status, code):
    refused = send(world.bob, **body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert len(refused.json()["detail"]) > 10


@pytest.mark.parametrize(
    "odd",
    [
        {"section": {"settings": 5, "customRunColors": 5, "runSets": 5}},
        {"section": {"panelBankConfig": {"sections": [{"panels": [5, PANEL], "localPanelSettings": 5, "x": 5}]}}},
    ],
)
def test_r30_parts_of_odd_shapes_do_no_harm(world, view, odd):
    section = document()["section"] | odd["section"]
    assert send(world.bob, document={"section": section, "x": 5}).status_code == 201


def test_r30_targets_take_one_query_for_any_number_of_views(world, view, django_assert_num_queries):
    alice = principal(world.alice)
    for number in range(5):
        create_workspace(world.project, f"View {number}", document(), actor=alice)
    asker = principal(world.bob)
    asker.rights(world.project)
    with django_assert_num_queries(1):
        assert len(target_groups(asker, world.project)[0].items) == 7


def test_r30_sending_takes_the_same_queries_for_any_number_of_runs_and_panels(world, view):
    browser = sign_in(world.bob)

    def queries_of_sending(new_id):
        body = {"panel": "mine1", "document": document(), "id": new_id, "target": {"kind": "view", "id": "herons"}}
        with CaptureQueriesContext(connection) as told:
            assert browser.post(f"{BASE}/panels.send", body, content_type="application/json").status_code == 201
        return len(told)

    queries_of_sending("warm")
    few = queries_of_sending("few")
    for name in "bcd":
        run = build_run(world.project, name)
        append(run, history({"_step": 0, f"{name}/x": 1.0, f"{name}/y": 1.0}))
        digest_run(run.pk)
    assert queries_of_sending("many") == few
