"""Runs of a project: filters, order, pages, and few queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.runs.models import HistoryKey, Run
from tests.build import build_project, build_run, build_world
from tests.gateways.wandb.asking import ask
from tests.runs.streaming import append, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

RUNS = """
query Runs($cursor: String, $perPage: Int = 50, $order: String, $filters: JSONString) {
  project(name: "digits", entityName: "northlight") {
    internalId runCount(filters: $filters) readOnly
    runs(filters: $filters, after: $cursor, first: $perPage, order: $order) {
      edges { node { projectId ...RunFragment } cursor } pageInfo { endCursor hasNextPage }
    }
  }
}
fragment RunFragment on Run {
  id tags name displayName sweepName state config group jobType commit readOnly createdAt heartbeatAt description notes
  systemMetrics summaryMetrics historyLineCount user { name username } historyKeys
}
"""
LIGHT = RUNS.replace("config ", "").replace("systemMetrics summaryMetrics", "").replace("historyKeys", "")


@pytest.fixture
def world():
    world = build_world()
    for number in range(5):
        run = build_run(world.project, f"run{number}", config={"lr": number}, summary={"loss": -number}, tags=["t"])
        HistoryKey.objects.create(run=run, project=world.project, key="loss", type_counts={"number": 1}, last_value=1)
    return world


def names(answer):
    return [edge["node"]["name"] for edge in answer["project"]["runs"]["edges"]]


def test_runs_are_filtered_counted_and_ordered(world):
    filters = '{"config.lr.value": {"$gte": 2}, "tags": "t"}'
    answer = ask(world.bob, RUNS, filters=filters, order="+summary_metrics.loss")
    assert names(answer) == ["run4", "run3", "run2"]
    assert answer["project"]["runCount"] == 3
    assert answer["project"]["internalId"] == str(world.project.pk)
    node = answer["project"]["runs"]["edges"][0]["node"]
    assert node["config"] == '{"lr":{"value":4}}'
    assert node["summaryMetrics"] == '{"loss":-4}'
    assert node["historyKeys"]["keys"]["loss"]["previousValue"] == 1


def test_pages_follow_the_cursor_of_the_last_edge(world):
    found, cursor = [], None
    for _ in range(3):
        page = ask(world.bob, LIGHT, perPage=2, order="+created_at", cursor=cursor)["project"]["runs"]
        found += [edge["node"]["name"] for edge in page["edges"]]
        cursor = page["edges"][-1]["cursor"]
        assert page["pageInfo"]["endCursor"] == cursor
    assert found == [f"run{number}" for number in range(5)]
    assert page["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize("query", [RUNS, LIGHT], ids=["full", "light"])
def test_a_page_costs_the_same_whatever_its_length(
    world, query, django_assert_num_queries, django_assert_max_num_queries
):
    with CaptureQueriesContext(connection) as few:
        ask(world.bob, query, perPage=1)
    with CaptureQueriesContext(connection) as many:
        ask(world.bob, query, perPage=5)
    assert len(many) == len(few) <= 16


def test_a_missing_or_hidden_project_is_null(world):
    assert ask(world.mallory, RUNS)["project"] is None


def test_other_projects_and_deleted_runs_do_not_show(world):
    build_run(build_project(world.team, "elsewhere"), "foreign")
    Run.objects.filter(name="run0").update(deleted_at="2026-01-01T00:00:00Z")
    assert names(ask(world.bob, RUNS, order="name")) == ["run1", "run2", "run3", "run4"]


def test_a_large_page_is_cut_and_says_that_more_follows(world, monkeypatch):
    monkeypatch.setattr("apps.gateways.wandb.context.MAX_PAGE", 3)
    page = ask(world.bob, LIGHT, perPage=100_000)["project"]["runs"]
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (3, True)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"filters": "{"}, "not JSON"),
        ({"filters": '{"state": {"$like": 1}}'}, "“$like”"),
        ({"filters": '{"colour": 1}'}, "“colour”"),
        ({"filters": '{"state": {"$regex": "(a)\\\\1"}}'}, "cannot be used"),
        ({"order": "-colour"}, "“colour”"),
        ({"cursor": "x"}, "belongs to another list"),
        ({"perPage": 0}, "at least 1"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(world, variables, told):
    answer = ask(world.bob, LIGHT, **variables)
    assert answer.status in {400, 404}
    assert told in answer.errors[0]


def test_a_line_count_in_a_list_agrees_with_the_digest(world):
    run = Run.objects.get(name="run1")
    append(run, history({"_step": 0, "loss": 1}))
    run.digest.row_count = 1
    run.digest.save()
    answer = ask(world.bob, RUNS, filters='{"name": "run1"}')
    assert answer["project"]["runs"]["edges"][0]["node"]["historyLineCount"] == 1
