"""Panels resolve over the API; a broken one takes no neighbour along."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.panels.wire import MEDIA_TYPE
from tests.build import build_run, build_world, sign_in
from tests.panels.test_wire import decode
from tests.runs.streaming import append, history

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/projects/northlight/digits/panel-data"
LINE = {"viewType": "Run History Line Plot", "config": {"metrics": ["loss"]}}


@pytest.fixture
def world():
    world = build_world()
    for name in ("a", "b"):
        append(
            build_run(world.project, name, display_name=name),
            history({"_step": 0, "loss": 1.0}, {"_step": 1, "loss": 0.5}),
        )
    return world


def ask(user, **body):
    return sign_in(user).post(ADDRESS, body, content_type="application/json")


def test_a_line_panel_has_a_line_for_each_run(world):
    panel = ask(world.carol, panels=[LINE], form="json").json()["panels"][0]
    assert [mark["label"] for mark in panel["marks"]] == ["b", "a"]
    assert [line["y"] for line in panel["body"]["lines"]] == [[1.0, 0.5], [1.0, 0.5]]


def test_the_frame_says_the_same(world):
    response = ask(world.carol, panels=[LINE])
    assert response["Content-Type"] == MEDIA_TYPE
    assert decode(response.content)["panels"][0]["body"]["lines"][0]["y"].tolist() == [1.0, 0.5]


def test_a_broken_panel_tells_its_reason_and_leaves_the_others(world):
    panels = ask(world.carol, panels=["nonsense", {"viewType": "Hologram"}, LINE], form="json").json()["panels"]
    assert [panel["kind"] for panel in panels] == ["error", "unknown", "line"]
    assert "Hologram" in panels[1]["notes"][0]["sentence"]


def test_a_stranger_finds_nothing(world):
    assert ask(world.mallory, panels=[LINE]).status_code == 404


def test_panels_that_group_alike_read_the_groups_once(world):
    run_set = {"id": "runs", "grouping": [{"section": "config", "name": "model.value"}]}

    def reads_of_values(count):
        with CaptureQueriesContext(connection) as told:
            panels = ask(world.carol, panels=[LINE] * count, run_sets=[run_set], form="json").json()["panels"]
        assert [panel["marks"][0]["run_count"] for panel in panels] == [2] * count
        return sum("runs_runvalue" in query["sql"] for query in told)

    assert reads_of_values(1) == reads_of_values(3) == 1
