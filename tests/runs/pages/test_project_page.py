"""The page of a project: figures, runs to find and order, and how to begin."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import json
from apps.projects.actions import update_project
from tests.build import World, build_run, build_world, principal
from tests.runs.pages.build import browser, build_file, build_logged_run

PAGE = "/northlight/digits"


@pytest.fixture
def world(db) -> World:
    return build_world()


@pytest.fixture
def bob(world: World) -> Client:
    return browser(world.bob)


def text_of(client: Client, address: str = PAGE, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_z16_project_shows_its_runs_with_the_metrics_that_say_most(world: World, bob: Client):
    build_logged_run(world.project, "r1", display_name="brisk-heron-1", tags=["paper"])
    page = text_of(bob)
    assert "brisk-heron-1" in page
    assert "val/acc" in page
    assert "paper" in page
    assert f"{PAGE}/runs/r1/logs" in page


def test_figures_count_states_and_bytes(world: World, bob: Client):
    build_run(world.project, state="failed")
    build_file(build_run(world.project), "model.pt", b"x" * 2048)
    page = text_of(bob, f"{PAGE}/_part/figures")
    assert "2.05 kB" in page
    assert "50 % of" in page


def test_without_runs_the_page_says_how_to_begin(bob: Client):
    page = text_of(bob)
    assert "pip install wandb" in page
    assert "WANDB_BASE_URL" in page
    assert "http://testserver" in page
    assert "northlight" in page


def test_waiting_page_is_sent_to_the_first_run(world: World, bob: Client):
    assert bob.get(f"{PAGE}/_part/waiting").headers.get("HX-Redirect") is None
    build_run(world.project, "r1")
    assert bob.get(f"{PAGE}/_part/waiting").headers["HX-Redirect"] == f"{PAGE}/runs/r1"


def test_description_is_markdown_without_scripts(world: World, bob: Client):
    build_run(world.project)
    update_project(world.project, description="**Bold** <script>alert(1)</script>", actor=principal(world.alice))
    page = text_of(bob)
    assert "<strong>Bold</strong>" in page
    assert "<script>alert" not in page


def test_z01_console_capture_that_is_off_is_said(world: World, bob: Client):
    run = build_run(world.project)
    assert "Console capture is off" not in text_of(bob)
    update_project(world.project, console_capture=False, actor=principal(world.alice))
    assert "Console capture is off" in text_of(bob)
    assert "Console capture is off" in text_of(bob, f"{PAGE}/runs/{run.name}")
    assert "Console capture is off" in text_of(bob, f"{PAGE}/runs/{run.name}/logs")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "heron"}, ["brisk-heron"]),
        ({"q": "BEST"}, ["slow-smew"]),
        ({"q": "bob slow"}, ["slow-smew"]),
        ({"q": "c0ffee"}, ["brisk-heron"]),
        ({"state": "failed"}, ["brisk-heron"]),
        ({"filters": '{"config.lr": {"$gt": 0.05}}'}, ["slow-smew"]),
        ({"q": "nothing"}, []),
        ({"order": "+display_name"}, ["brisk-heron", "slow-smew"]),
        ({"order": "-display_name"}, ["slow-smew", "brisk-heron"]),
    ],
)
def test_runs_are_found_and_ordered(world: World, bob: Client, query: dict[str, str], expected: list[str]):
    owner: dict[str, Any] = {"owner": world.bob}
    build_run(world.project, display_name="brisk-heron", state="failed", config={"lr": 0.01}, commit="c0ffee1", **owner)
    build_run(world.project, display_name="slow-smew", tags=["best"], config={"lr": 0.1}, **owner)
    rows = text_of(bob, f"{PAGE}/_part/rows", **query)
    found = [name for name in ("brisk-heron", "slow-smew") if f">{name}</a>" in rows]
    assert sorted(found, key=rows.index) == expected


def test_a_filter_that_matches_nothing_offers_the_way_back(world: World, bob: Client):
    build_run(world.project)
    page = text_of(bob, filters='{"config.lr": 3}')
    assert "No run matches this condition" in page
    assert "1 run is there without them." in page


def test_the_filter_form_leads_to_an_address_that_carries_its_condition(world: World, bob: Client):
    build_run(world.project, config={"lr": 0.1})
    answer = bob.get(PAGE, {"q": "r", "field": "config.lr", "op": ">", "value": "0.01"})
    assert answer.status_code == 302
    page = text_of(bob, answer.headers["Location"])
    assert "config.lr &gt; 0.01" in page
    assert "No run matches" not in page


def test_fields_to_filter_by_are_offered(world: World, bob: Client):
    build_logged_run(world.project)
    fields = text_of(bob, f"{PAGE}/_fields")
    for field in ("config.optimizer.name", "summary_metrics.val/acc", "state"):
        assert f'value="{field}"' in fields


def test_an_unknown_filter_is_refused_in_a_sentence(world: World, bob: Client):
    build_run(world.project)
    assert bob.get(PAGE, {"filters": "{"}).status_code == 400
    assert bob.get(PAGE, {"order": "nonsense"}).status_code == 400


def test_pages_follow_each_other(world: World, bob: Client):
    for number in range(33):
        build_run(world.project, f"r{number:02}")
    first = text_of(bob, f"{PAGE}/_part/rows")
    assert first.count("row-link") == 30
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert text_of(bob, address.replace(PAGE, f"{PAGE}/_part/rows")).count("row-link") == 3


def test_charts_draw_the_newest_runs_under_their_names(world: World, bob: Client):
    run = build_logged_run(world.project, display_name="brisk-heron")
    page = text_of(bob)
    assert f"{run.pk}:val/acc" in page
    columns = json.loads(text_of(bob, f"{PAGE}/_series", keys=f"{run.pk}:val/acc"))["series"]
    assert [(column["label"], column["key"]) for column in columns] == [("brisk-heron", f"{run.pk}:val/acc")]


def test_charts_never_draw_runs_of_another_project(world: World):
    run = build_logged_run(world.restricted)
    told = json.loads(text_of(browser(world.bob), f"{PAGE}/_series", keys=f"{run.pk}:val/acc"))
    assert told["series"] == []
    assert browser(world.bob).get(f"{PAGE}/_series", {"keys": "x"}).status_code == 400


def test_other_addresses_of_a_project_lead_to_its_page(world: World, bob: Client):
    answer = bob.get(f"{PAGE}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


def test_a_former_name_leads_on(world: World, bob: Client):
    update_project(world.project, name="handwriting", actor=principal(world.alice))
    assert bob.get(f"{PAGE}?q=a").headers["Location"] == "/northlight/handwriting?q=a"


def test_names_with_blanks_and_letters_of_all_kinds_have_addresses(world: World, bob: Client):
    update_project(world.project, name="Wälder & Seen 2.0", actor=principal(world.alice))
    world.project.refresh_from_db()
    run = build_run(world.project, "läuft gut.1")
    answer = bob.get("/northlight/Wälder & Seen 2.0")
    assert answer.status_code == 200
    link = answer.content.decode().split('row-link cut" href="')[1].split('"')[0]
    assert run.display_name in text_of(bob, link.replace("&amp;", "&"))


def test_hidden_projects_read_like_missing_ones(world: World):
    build_run(world.project)
    mallory = browser(world.mallory)
    hidden, missing = mallory.get(PAGE), mallory.get("/northlight/absent")
    assert hidden.status_code == missing.status_code == 404
    told = re.findall(r"<h1>.*?</h1>|<p.*?</p>", hidden.content.decode().replace("digits", "absent"))
    assert told == re.findall(r"<h1>.*?</h1>|<p.*?</p>", missing.content.decode())


def test_a_viewer_is_offered_nothing_they_may_not_do(world: World):
    build_run(world.project)
    page = text_of(browser(world.carol))
    assert f"{PAGE}/settings" not in page
    assert "WANDB_BASE_URL" not in page
    assert f"{PAGE}/settings" in text_of(browser(world.bob))


@pytest.mark.parametrize("part", ["rows", "figures", "running", "people", "charts"])
def test_parts_are_fetched_anew(world: World, bob: Client, part: str):
    build_logged_run(world.project)
    assert "<html" not in text_of(bob, f"{PAGE}/_part/{part}")
    assert bob.get(f"{PAGE}/_part/nonsense").status_code == 404


def test_queries_do_not_grow_with_runs_and_metrics(world: World):
    def count() -> int:
        client = browser(world.bob)
        with CaptureQueriesContext(connection) as counted:
            text_of(client)
        return len(counted)

    for number in range(3):
        build_logged_run(world.project, f"a{number}", owner=world.bob)
    few = count()
    for number in range(27):
        build_logged_run(world.project, f"b{number}", keys=9, owner=world.alice)
    assert count() <= few <= 26
