"""The page of a workspace: whose it is, what stands there before its scripts run, links to saved views."""

import re

import pytest

from apps.core import json
from apps.panels.actions import create_workspace, save_own_workspace
from apps.panels.documents import new_document
from tests.build import build_world, principal
from tests.runs.pages.build import browser, build_logged_run

pytestmark = pytest.mark.django_db

PAGE = "/northlight/digits/workspace"


@pytest.fixture
def world():
    world = build_world()
    for number in range(12):
        build_logged_run(world.project, f"r{number}", display_name=f"heron-{number}", config={"lr": number})
    return world


def state_of(response):
    found = re.search(r'<script id="workspace-state" type="application/json">(.*?)</script>', response.content.decode())
    assert found
    return json.loads(found.group(1))


def rows_of(response):
    """The lines of the run list, newest first."""
    return re.findall(r'<li><span class="swatch".*?</li>', response.content.decode(), re.DOTALL)


def open_page(user, query="", page=PAGE):
    return browser(user).get(page + query)


def save_view(world, **settings):
    spec = new_document()
    spec["section"]["settings"] |= settings
    return create_workspace(world.project, "Herons", spec, actor=principal(world.alice))


def test_the_page_has_runs_and_sections_before_its_scripts_run(world):
    response = open_page(world.bob)
    text, rows = response.content.decode(), rows_of(response)
    assert len(rows) == 12
    assert "heron-11" in rows[0]
    assert "/northlight/digits/runs/r11" in rows[0]
    assert sum("data-off" in row for row in rows) == 2  # ten are drawn
    assert re.findall(r"<h2>(\w+)</h2>", text)[1:] == ["val", "train", "extra", "System"]
    assert "val/acc" in text


def test_the_page_brings_what_its_scripts_begin_with(world):
    state = state_of(open_page(world.bob))
    assert state["view"]["slug"] == "mine"
    assert state["view"]["may_edit"]
    assert state["view"]["spec"]["section"]["panelBankConfig"]["sections"][0]["name"] == "val"
    assert state["value"] == {"key": "val/acc", "kind": "best"}
    assert [each["mark"]["label"] for each in state["list"]["runs"]][:2] == ["heron-11", "heron-10"]
    assert state["live"] == f"project.{world.project.pk}.runs"
    assert state["addresses"]["data"] == "/api/v1/projects/northlight/digits/panel-data"


def test_a_link_to_a_saved_view_opens_it_for_a_colleague(world):
    view = save_view(world, maxRuns=3)
    for page in (PAGE, "/northlight/digits"):
        response = browser(world.carol).get(f"{page}?nw={view.slug}", follow=True)
        assert response.status_code == 200
        state = state_of(response)
        assert (state["view"]["name"], state["view"]["may_edit"]) == ("Herons", False)
        assert response.content.decode().count("data-off") == 9


def test_the_address_that_the_client_prints_for_ones_own_opens_ones_own(world):
    assert state_of(open_page(world.bob, "?nw=nwuserbob"))["view"]["is_personal"]


def test_an_unknown_view_is_not_found(world):
    assert open_page(world.bob, "?nw=nothing").status_code == 404


def test_somebody_elses_own_workspace_is_not_found(world):
    own = save_own_workspace(world.project, new_document(), actor=principal(world.alice))
    assert open_page(world.bob, f"?nw={own.slug}").status_code == 404


def test_strangers_do_not_see_the_page(world):
    assert open_page(world.mallory).status_code == 404
    assert open_page(None).status_code in {302, 404}


def test_readers_of_a_public_project_see_it_and_keep_nothing(world):
    build_logged_run(world.public, "a")
    response = open_page(None, page="/northlight/shown/workspace")
    assert response.status_code == 200
    state = state_of(response)
    assert not state["view"]["may_edit"]
    assert not state["may_save"]


def test_hidden_runs_are_marked_before_scripts_run(world):
    spec = new_document()
    spec["section"]["runSets"][0]["selections"] = {"root": 0, "bounds": [], "tree": ["r3"]}
    view = create_workspace(world.project, "One", spec, actor=principal(world.alice))
    rows = rows_of(open_page(world.bob, f"?nw={view.slug}"))
    assert ["data-off" in row for row in rows].index(False) == 8
    assert sum("data-off" not in row for row in rows) == 1


def test_a_filter_that_this_version_does_not_know_leaves_a_page(world):
    spec = new_document()
    spec["section"]["runSets"][0]["filters"] = {
        "filterFormat": "filterV2",
        "filters": [{"key": {"section": "config", "name": "lr"}, "op": "SOUNDS_LIKE", "value": 1}],
    }
    view = create_workspace(world.project, "Odd", spec, actor=principal(world.alice))
    assert open_page(world.bob, f"?nw={view.slug}").status_code == 200


def test_the_tab_is_there_for_all_who_see_the_project(world):
    page = browser(world.carol).get("/northlight/digits").content.decode()
    assert f'href="{PAGE}"' in page


def test_the_number_of_queries_does_not_grow_with_the_runs(world, django_assert_max_num_queries):
    client = browser(world.bob)
    client.get(PAGE)
    with django_assert_max_num_queries(24):
        client.get(PAGE)


def test_keys_of_configs_are_offered(world):
    answer = browser(world.bob).get("/api/v1/projects/northlight/digits/panel-keys?section=config&search=l").json()
    assert answer["items"] == [{"key": "lr", "types": [], "run_count": None}]
