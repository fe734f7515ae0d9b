"""The pages of a run say what is known of it, to whoever may know."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.alerts.models import Alert
from apps.core import json
from apps.runs.actions import delete_run
from apps.runs.actions.digest import digest_run
from apps.runs.models import Run
from apps.runs.queries.run_pages import commit_url, hardware, said_by
from tests.build import World, build_run, build_world, principal
from tests.runs.pages.build import TRACEBACK, browser, build_file, build_logged_run
from tests.runs.streaming import append, console

TABS = ("", "/overview", "/charts", "/system", "/logs", "/files", "/code")
PARTS = ("losses", "life", "times", "tabs", "lines", "summary", "trouble", "live")


@pytest.fixture
def world(db) -> World:
    return build_world()


@pytest.fixture
def bob(world: World) -> Client:
    return browser(world.bob)


def page_of(run: Run, client: Client, place: str = "") -> str:
    answer = client.get(f"/northlight/{run.project.name}/runs/{run.name}{place}")
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_every_tab_opens(world: World, bob: Client):
    run = build_logged_run(world.project)
    build_file(run, "code/train.py", b"print(1)\n")
    for tab in TABS:
        assert run.display_name in page_of(run, bob, tab), tab


@pytest.mark.parametrize("state", ["pending", "running", "finished", "failed", "crashed", "killed", "preempted"])
def test_every_state_opens_and_is_said_in_a_word(world: World, bob: Client, state: str):
    run = build_run(world.project, state=state)
    for tab in TABS:
        assert f'data-state="{state}">{state.capitalize()}' in page_of(run, bob, tab)


def test_j03_overview_shows_metrics_config_and_facts(world: World, bob: Client):
    run = build_logged_run(
        world.project,
        host="gpu-a07",
        metadata={"args": ["--lr", "0.1"], "program": "train.py", "python": "CPython 3.11.9", "cpu_count": 8},
    )
    page = page_of(run, bob)
    for told in ("val/acc", "0.95", "optimizer.name", "&quot;adam&quot;", "gpu-a07", "8 cores", "train.py --lr 0.1"):
        assert told in page, told
    assert "optimizer:" in page  # the YAML to copy


def test_config_and_notes_cannot_break_out_of_the_page(world: World, bob: Client):
    evil = '</pre><script>alert("x")</script>'
    run = build_run(world.project, display_name=evil, config={evil: evil}, notes=evil, tags=[evil[:60]])
    page = page_of(run, bob)
    assert "<script>alert" not in page


def test_z02_a_failed_run_says_its_error_and_links_to_the_line(world: World, bob: Client):
    run = build_logged_run(world.project, state="failed")
    append(run, console(*TRACEBACK, offset=3))
    Run.objects.filter(pk=run.pk).update(state="failed", exit_code=1)
    digest_run(run.pk)
    page = page_of(run, bob)
    assert "failed with exit code 1" in page
    assert "ValueError: shapes (64,) and (10,) do not match" in page
    assert "/logs#L4" in page


def test_alerts_of_a_run_stand_on_its_overview(world: World, bob: Client):
    run = build_run(world.project)
    Alert.objects.create(tenant_id=run.tenant_id, run=run, title="Loss is rising", text="12.5", severity="warn")
    page = page_of(run, bob)
    assert "Loss is rising" in page
    assert "12.5" in page


def test_charts_are_listed_for_metrics_that_come_later(world: World, bob: Client):
    run = build_logged_run(world.project)
    charts = json.loads(page_of(run, bob, "/_panels/charts"))["panels"]
    assert [panel["keys"] for panel in charts] == [["extra/m0"], ["train/loss"], ["val/acc"]]
    system = json.loads(page_of(run, bob, "/_panels/system"))["panels"]
    assert [(panel["heading"], panel["unit"]) for panel in system] == [("CPU utilisation", "%")]
    assert bob.get(f"/northlight/digits/runs/{run.name}/_panels/nonsense").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_parts_are_fetched_anew(world: World, bob: Client, part: str):
    run = build_logged_run(world.project)
    assert "<html" not in page_of(run, bob, f"/_part/{part}")
    assert bob.get(f"/northlight/digits/runs/{run.name}/_part/nonsense").status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_hidden_deleted_and_missing_runs_read_alike(world: World, tab: str):
    run, deleted = build_run(world.restricted), build_run(world.project)
    delete_run(deleted, actor=principal(world.alice))
    for client, address in (
        (browser(world.mallory), f"/northlight/secret/runs/{run.name}"),
        (browser(world.bob), f"/northlight/secret/runs/{run.name}"),
        (browser(world.bob), f"/northlight/digits/runs/{deleted.name}"),
        (browser(world.bob), "/northlight/digits/runs/absent"),
        (browser(world.bob), "/northlight/digits/runs/%00"),
    ):
        assert client.get(address + tab).status_code == 404


def test_a_grant_and_a_public_project_open_the_page(world: World):
    assert page_of(build_run(world.restricted), browser(world.dan))
    assert page_of(build_run(world.public), browser(None))


@pytest.mark.parametrize("tab", TABS)
def test_queries_do_not_grow_with_metrics(world: World, tab: str):
    def count(run: Run) -> int:
        client = browser(world.bob)
        with CaptureQueriesContext(connection) as counted:
            page_of(run, client, tab)
        return len(counted)

    few = count(build_logged_run(world.project, keys=3))
    many = build_logged_run(world.project, keys=30, tags=["a", "b", "c"])
    for number in range(20):
        build_file(many, f"media/{number}.txt", b"x")
    assert count(many) <= few + 2  # a file to open beside the tree
    assert few <= 30


def test_facts_of_a_machine_are_said_in_one_line():
    told = {
        "gpu_nvidia": [{"name": "NVIDIA H100", "memoryTotal": "85899345920"}] * 8,
        "gpu_count": 8,
        "cpu_count": 96,
        "memory": {"total": "1081101176832"},
    }
    assert hardware(told) == "8 × NVIDIA H100 85.9 GB, 96 cores, 1.08 TB memory"
    assert hardware({"gpu": "Apple M3", "memory": {"total": "?"}}) == "Apple M3"
    assert hardware({}) == ""


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://git.example.org/a/b.git", "https://git.example.org/a/b/commit/9f3c1ae4"),
        ("https://user:secret@git.example.org:8443/a/b", "https://git.example.org:8443/a/b/commit/9f3c1ae4"),
        ("git@git.example.org:a/b.git", "https://git.example.org/a/b/commit/9f3c1ae4"),
        ("ssh://git@git.example.org/a/b.git", "https://git.example.org/a/b/commit/9f3c1ae4"),
        ("javascript:alert(1)", ""),
        ("/home/bob/repo", ""),
        ("", ""),
    ],
)
def test_commits_link_to_where_they_can_be_read(remote: str, expected: str):
    assert commit_url(remote, "9f3c1ae4") == expected
    assert commit_url(remote, "not a commit") == ""


def test_the_last_line_of_a_traceback_says_most():
    lines = ["Traceback (most recent call last):", '  File "a.py"', "    x()", "\x1b[31mKeyError: 3\x1b[0m", "later"]
    assert said_by(lines) == "KeyError: 3"
    assert said_by(["ERROR: disk full", "more"]) == "ERROR: disk full"
    assert said_by(["Traceback (most recent call last):"]) == "Traceback (most recent call last):"
