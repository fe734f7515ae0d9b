"""What is around a panel: worked out as the page does, and written into it, so that it is drawn alike elsewhere."""

from dataclasses import replace

import pytest

from apps.core import json
from apps.panels.around import READ_AROUND, settings_around, with_settings
from apps.panels.kinds import KINDS
from apps.panels.merge import _SETTINGS as CLIENT_SETTINGS
from apps.panels.queries import panel_data, parse_panel, scene_of
from apps.panels.wire import plain_of, tree_of
from tests.build import build_world, principal
from tests.panels.values import build_valued_run
from tests.requires import ROOT

CASES = json.loads((ROOT / "tests/panels/around_cases.json").read_bytes())
ALL = [{"id": "runs", "grouping": []}]
CONFIGS = {
    "Run History Line Plot": {"metrics": ["loss"]},
    "Bar Chart": {"metrics": ["loss"]},
    "Scalar Chart": {"metrics": ["loss"]},
    "Scatter Plot": {"xAxis": "config:lr", "yAxis": "summary:loss"},
    "Parallel Coordinates Plot": {"columns": [{"accessor": "config:lr"}]},
    "Histogram": {"metrics": ["loss"]},
    "Media Browser": {"mediaKeys": ["loss"]},
    "Table": {"tableKey": "loss"},
}


@pytest.fixture
def world(db):
    world = build_world()
    for number, name in enumerate("abc"):
        build_valued_run(world.project, name, 1.0, 9.0, 2.0, 4.0, config={"lr": number / 10})
    return world


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_settings_around_a_panel_are_those_of_the_page(case):
    assert settings_around(case["spec"], case["section"]) == case["settings"]


def drawn(world, panel, settings):
    scene = scene_of(principal(world.bob), world.project, ALL, settings={"suppressLegends": True, **settings})
    return plain_of(tree_of(panel_data(parse_panel(panel), scene)))


SETTINGS = [
    {"xAxis": "_timestamp", "smoothingType": "gaussian", "smoothingWeight": 0.6, "maxRuns": 2, "ignoreOutliers": True},
    {"xAxis": "_step", "xAxisMin": 1, "xAxisMax": 2, "tooltipNumberOfRuns": "single", "smoothingWeight": 0},
    {"x": {"smoothingWeight": 0.25}, "smoothingWeight": 1, "smoothingType": "exponential"},
    {"useRunsTableGroupingInPanels": False},
    {},
]
ELSEWHERE = {
    "xAxis": "_runtime",
    "smoothingType": "average",
    "smoothingWeight": 3,
    "maxRuns": 1,
    "ignoreOutliers": True,
}


@pytest.mark.parametrize("settings", SETTINGS, ids=["many", "bounds", "fraction", "grouping", "none"])
@pytest.mark.parametrize("view_type", ["Run History Line Plot", "Bar Chart", "Scatter Plot", "Scalar Chart"])
def test_a_panel_with_its_settings_is_drawn_alike_wherever_it_lands(world, view_type, settings):
    panel = {"__id__": "p", "viewType": view_type, "config": CONFIGS[view_type]}
    assert drawn(world, with_settings(panel, settings), ELSEWHERE) == drawn(world, panel, settings)


def test_what_a_panel_says_itself_stays():
    panel = {"viewType": "Run History Line Plot", "config": {"xAxis": "epoch", "smoothingWeight": 0.1, "limit": 3}}
    config = with_settings(panel, {"xAxis": "_timestamp", "smoothingWeight": 0.9, "maxRuns": 50})["config"]
    assert config | panel["config"] == config


def test_a_kind_that_reads_nothing_around_it_is_left_alone():
    panel = {"viewType": "Markdown Panel", "config": {"value": "# Findings"}}
    assert with_settings(panel, ELSEWHERE) == panel


class Told(dict):
    """Settings that remember who asked for which."""

    def __init__(self):
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return default


@pytest.mark.parametrize("view_type", sorted(KINDS))
def test_all_that_a_kind_reads_around_it_is_known(world, view_type):
    told = Told()
    scene = replace(scene_of(principal(world.bob), world.project, ALL), settings=told)
    panel_data(parse_panel({"viewType": view_type, "config": CONFIGS.get(view_type, {})}), scene)
    read = {"limit" if name == "maxRuns" else name for name in told.names & CLIENT_SETTINGS.keys}
    assert read - {"suppressLegends"} <= READ_AROUND.get(view_type, {}).keys()
