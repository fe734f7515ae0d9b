"""Bars: values of runs and groups, counted by hand."""

import pytest

from tests.build import build_world
from tests.panels.values import build_valued_run, draw, sentences

BAR = "Bar Chart"
LOSS = {"metrics": ["loss"]}


@pytest.fixture
def world(db):
    """Four runs; `t` is 1 of the first two. Losses end at 4, 2, 8, 6 and were lowest at 3, 1, 8, 5."""
    world = build_world()
    for name, t, losses in (("a", 1, (3, 4)), ("b", 1, (1, 2)), ("c", 2, (9, 8)), ("d", 2, (5, 6))):
        build_valued_run(world.project, name, *losses, config={"t": t, "lr": t / 10}, said={"acc": 10 * t})
    return world


def bars(panel):
    return [(panel["marks"][bar["mark"]]["label"], bar["value"]) for bar in panel["body"]["bars"]]


def test_each_run_has_a_bar_the_longest_first(world):
    panel = draw(world.carol, BAR, LOSS)
    assert bars(panel) == [("c", 8), ("d", 6), ("a", 4), ("b", 2)]
    assert (panel["title"], panel["body"]["plot"], panel["run_count"]) == ("loss", "bar", 4)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("min", {"a": 3, "b": 1, "c": 8, "d": 5}), ("max", {"a": 4, "b": 2, "c": 9, "d": 6}), ("best", {"b": 1, "c": 8})],
)
def test_the_fact_of_a_metric_is_chosen(world, value, expected):
    found = dict(bars(draw(world.carol, BAR, LOSS, value=value)))
    assert found | expected == found


def test_z20_the_largest_value_of_each_group_over_the_chosen_runs(world):
    chosen = [{"id": "1", "selections": {"root": 0, "tree": ["a", "c", "d"]}}]
    config = LOSS | {"groupBy": "t", "groupAgg": "max"}
    panel = draw(world.carol, BAR, config, value="max", run_sets=chosen)
    assert bars(panel) == [("t: 2", 9), ("t: 1", 4)]
    assert panel["treatment"][0] == "highest per t of each run's max"


@pytest.mark.parametrize(("how", "values"), [("mean", [7, 3]), ("min", [6, 2]), ("median", [7, 3]), ("sum", [14, 6])])
def test_groups_are_aggregated(world, how, values):
    panel = draw(world.carol, BAR, LOSS | {"groupBy": "t", "groupAgg": how})
    assert [value for _, value in bars(panel)] == values


def test_whiskers_of_a_group_are_one_deviation_of_the_population(world):
    panel = draw(world.carol, BAR, LOSS | {"groupBy": "t"})
    first = panel["body"]["bars"][0]  # 8 and 6
    assert (first["value"], first["low"], first["high"], first["spread"], first["count"]) == (7, 6, 8, 1, 2)
    assert "Whiskers are one standard deviation." in sentences(panel)


def test_whiskers_may_be_errors_extremes_or_none(world):
    def ends(area):
        bar = draw(world.carol, BAR, LOSS | {"groupBy": "t", "groupArea": area})["body"]["bars"][0]
        return bar["low"], bar["high"]

    assert ends("stderr") == pytest.approx((7 - 0.5**0.5, 7 + 0.5**0.5))
    assert ends("minmax") == (6, 8)
    assert ends("none") == (None, None)


def test_run_sets_group_too_unless_the_panel_says_none(world):
    grouped = [{"id": "1", "grouping": [{"section": "config", "name": "t.value"}]}]
    assert bars(draw(world.carol, BAR, LOSS, run_sets=grouped)) == [("t: 2", 7), ("t: 1", 3)]
    assert len(bars(draw(world.carol, BAR, LOSS | {"groupBy": "None"}, run_sets=grouped))) == 4


def test_a_group_takes_the_colour_of_its_oldest_run(world):
    panel = draw(world.carol, BAR, LOSS | {"groupBy": "t"})
    assert {mark["label"]: mark["slot"] for mark in panel["marks"]} == {"t: 1": 1, "t: 2": 3}


def test_several_metrics_stand_beside_each_other(world):
    panel = draw(world.carol, BAR, {"metrics": ["loss", "summary_metrics.acc", "config.lr.value"], "limit": 1})
    assert [(bar["key"], bar["value"]) for bar in panel["body"]["bars"]] == [("loss", 8), ("acc", 20), ("lr", 0.2)]
    assert panel["body"]["has_keys"]


def test_an_expression_is_drawn_in_place_of_the_metric(world):
    panel = draw(world.carol, BAR, LOSS | {"expressions": ["${loss} * 2 + acc"]})
    assert bars(panel) == [("c", 36), ("d", 32), ("a", 18), ("b", 14)]


def test_runs_without_the_metric_are_counted(world):
    build_valued_run(world.project, "empty")
    assert sentences(draw(world.carol, BAR, LOSS)) == ["1 of 5 runs has no loss."]
    nobody = draw(world.carol, BAR, {"metrics": ["gone"]})
    assert nobody["body"]["bars"] == []
    assert sentences(nobody) == ["None of the 5 runs has a value of gone."]


def test_nan_is_no_value(world):
    build_valued_run(world.project, "diverged", 1.0, "NaN")
    assert "diverged" not in dict(bars(draw(world.carol, BAR, LOSS)))


def test_more_bars_than_the_limit_are_counted(world):
    panel = draw(world.carol, BAR, LOSS | {"barLimit": 2})
    assert [name for name, _ in bars(panel)] == ["c", "d"]
    assert sentences(panel) == ["2 of 4 runs drawn."]


def test_bars_that_barely_differ_become_dots(world):
    config = {"metrics": ["summary_metrics.acc"], "expressions": ["${acc} / 100 + 80"]}  # 80.1 and 80.2
    panel = draw(world.carol, BAR, config)
    assert panel["body"]["plot"] == "dots"
    assert "dots, axis not from zero" in panel["treatment"]
    assert draw(world.carol, BAR, config, plot="bar")["body"]["plot"] == "bar"


def test_a_box_plot_of_groups(world):
    panel = draw(world.carol, BAR, LOSS | {"groupBy": "t", "plotStyle": "boxplot"})
    box = panel["body"]["bars"][0]["box"]
    assert (box["low"], box["lower"], box["median"], box["upper"], box["high"]) == (6, 6.5, 7, 7.5, 8)
    assert panel["body"]["bars"][0]["density"] is None


def test_a_violin_without_groups_is_that_of_all_runs(world):
    panel = draw(world.carol, BAR, LOSS, plot="violin")
    bar = panel["body"]["bars"][0]
    assert (panel["marks"][0]["label"], panel["marks"][0]["run_count"], bar["box"]["median"]) == ("All runs", 4, 5)
    assert len(bar["density"]) == len(bar["density_at"]) > 10


def test_bars_can_be_sorted_otherwise(world):
    assert [name for name, _ in bars(draw(world.carol, BAR, LOSS, sort="rising"))] == ["b", "a", "d", "c"]
    assert [name for name, _ in bars(draw(world.carol, BAR, LOSS, sort="name"))] == ["a", "b", "c", "d"]
    assert [name for name, _ in bars(draw(world.carol, BAR, LOSS, sort="none"))] == ["d", "c", "b", "a"]


def test_a_setting_from_a_newer_version_is_told_and_the_default_drawn(world):
    panel = draw(world.carol, BAR, LOSS | {"groupBy": "t", "groupAgg": "harmonic"})
    assert [value for _, value in bars(panel)] == [7, 3]
    assert "does not know groupAgg “harmonic”; “mean” is drawn." in sentences(panel)[0]


def test_a_broken_expression_names_its_place(world):
    panel = draw(world.carol, BAR, LOSS | {"expressions": ["${loss} *"]})
    assert panel["kind"] == "error"
    assert "character" in sentences(panel)[0]
