"""Scatter plots over all runs of one or several projects."""

import pytest

from apps.panels.kinds.scatter import scatter_panel
from apps.panels.queries import parse_panel, scene_of
from apps.runs.models import Run
from tests.build import build_project, build_world, principal
from tests.panels.values import build_valued_run, draw, sentences

SCATTER = "Scatter Plot"
AXES = {"xAxis": "config:lr.value", "yAxis": "summary:acc"}


@pytest.fixture
def world(db):
    """lr 0.1, 1, 10 with acc 1, 2, 3."""
    world = build_world()
    for name, lr, acc in (("a", 0.1, 1), ("b", 1, 2), ("c", 10, 3)):
        said = {"acc": acc, "note": "good" if acc > 1 else "bad"}
        build_valued_run(world.project, name, acc, config={"lr": lr, "t": acc % 2}, said=said)
    return world


def points(panel):
    body = panel["body"]
    return dict(zip(body["labels"], zip(body["xs"], body["ys"], strict=True), strict=True))


def test_each_run_is_a_dot(world):
    panel = draw(world.carol, SCATTER, AXES)
    assert points(panel) == {"a": (0.1, 1), "b": (1, 2), "c": (10, 3)}
    body = panel["body"]
    assert (panel["title"], body["x"]["label"], body["x"]["kind"]) == ("acc against lr", "lr", "number")
    assert body["slots"] == [3, 2, 1]
    assert body["addresses"][0] == "/northlight/digits/runs/c"


def test_r27_two_projects_appear_together_and_runs_without_the_key_are_counted(world):
    other = build_project(world.team, "letters")
    build_valued_run(other, "x", config={"lr": 5}, said={"acc": 9})
    build_valued_run(other, "y", config={}, said={"acc": 7})
    sets = [{"id": "1"}, {"id": "2", "project": {"entityName": "northlight", "name": "letters"}}]
    panel = draw(world.carol, SCATTER, AXES, run_sets=sets)
    assert points(panel) == {"a": (0.1, 1), "b": (1, 2), "c": (10, 3), "x": (5, 9)}
    assert sentences(panel) == ["1 of 5 runs has no lr."]
    assert (panel["run_count"], panel["drawn_count"]) == (5, 4)


@pytest.mark.parametrize("text", ["c::lr", "config:lr", "config:lr.value", "config.lr"])
def test_config_keys_in_all_their_forms(world, text):
    assert points(draw(world.carol, SCATTER, AXES | {"xAxis": text}))["c"] == (10, 3)


def test_a_fit_in_the_scale_that_is_drawn(world):
    panel = draw(world.carol, SCATTER, AXES | {"xAxisLogScale": True, "showLinearRegression": True})
    fit = panel["body"]["fit"]  # acc = 2 + log10(lr)
    assert (fit["slope"], fit["intercept"], fit["r2"]) == (pytest.approx(1), pytest.approx(2), pytest.approx(1))
    assert panel["treatment"] == ["lr log", "linear fit, r² 1.00"]


def test_what_a_log_axis_cannot_show_is_counted(world):
    build_valued_run(world.project, "zero", config={"lr": 0}, said={"acc": 1})
    panel = draw(world.carol, SCATTER, AXES | {"xAxisLogScale": True})
    assert "zero" not in points(panel)
    assert sentences(panel) == ["1 point is zero or negative, not on a log axis."]


def test_ranges_cut_and_say_so(world):
    panel = draw(world.carol, SCATTER, AXES | {"yAxisMin": 1.5, "yAxisMax": 2.5})
    assert list(points(panel)) == ["b"]
    assert (panel["body"]["y"]["low"], panel["body"]["y"]["high"]) == (1.5, 2.5)
    assert sentences(panel) == ["2 points lie outside the ranges of the axes."]


def test_lines_of_what_was_highest_lowest_and_mean_so_far(world):
    shows = {"showMaxYAxisLine": True, "showMinYAxisLine": True, "showAvgYAxisLine": True}
    tracks = {track["how"]: track for track in draw(world.carol, SCATTER, AXES | shows)["body"]["tracks"]}
    assert tracks["max"]["x"] == [0.1, 1, 10]
    assert (tracks["max"]["y"], tracks["min"]["y"], tracks["mean"]["y"]) == ([1, 2, 3], [1, 1, 1], [1, 1.5, 2])


def test_a_third_value_colours(world):
    gradient = [{"color": "#ff0000", "offset": 100}, {"color": "rgb(0, 0, 0)", "offset": 0}, {"color": "?"}]
    panel = draw(world.carol, SCATTER, AXES | {"zAxis": "metric:loss:min", "customGradient": gradient})
    assert panel["body"]["zs"] == [3, 2, 1]
    assert panel["body"]["gradient"] == [{"at": 0, "colour": "#000000"}, {"at": 1, "colour": "#ff0000"}]
    assert panel["treatment"] == ["coloured by loss"]


def test_groups_colour(world):
    panel = draw(world.carol, SCATTER, AXES | {"groupBy": "t"})
    labels = [panel["marks"][int(place)]["label"] for place in panel["body"]["groups"]]
    assert dict(zip(panel["body"]["labels"], labels, strict=True)) == {"a": "t: 1", "b": "t: 0", "c": "t: 1"}


def test_texts_and_times_have_axes_of_their_own(world):
    panel = draw(world.carol, SCATTER, {"xAxis": "run:createdAt", "yAxis": "summary:note"})
    body = panel["body"]
    assert (body["x"]["kind"], body["y"]["kind"], body["y_names"]) == ("time", "category", ["bad", "good"])
    assert {label: y for label, (_, y) in points(panel).items()} == {"a": 0, "b": 1, "c": 1}


def test_durations_and_other_fields_of_a_run(world):
    body = draw(world.carol, SCATTER, {"xAxis": "run:duration", "yAxis": "run:username"})["body"]
    assert (body["x"]["kind"], body["y_names"]) == ("duration", ["olive"])
    assert all(0 <= seconds < 3600 for seconds in body["xs"])


def test_axes_must_be_chosen(world):
    panel = draw(world.carol, SCATTER, {"xAxis": "summary:acc"})
    assert (panel["body"], sentences(panel)) == (None, ["Choose an x and a y axis."])


def test_hidden_runs_are_not_drawn(world):
    hidden = [{"id": "1", "selections": {"root": 1, "tree": ["a"]}}]
    assert sorted(points(draw(world.carol, SCATTER, AXES, run_sets=hidden))) == ["b", "c"]


def test_a_legend_names_the_dots(world):
    panel = draw(world.carol, SCATTER, AXES | {"legendTemplate": "lr ${config:lr}"})
    assert panel["body"]["labels"] == ["lr 10", "lr 1", "lr 0.1"]


@pytest.mark.parametrize("count", [3, 700])
def test_the_number_of_queries_does_not_grow(world, django_assert_max_num_queries, count):
    first = Run.objects.get(name="a")
    fields = {"tenant": first.tenant, "project": first.project, "created_at": first.created_at}
    more = [Run(name=f"m{number}", **fields) for number in range(count)]
    Run.objects.bulk_create(more)
    panel = parse_panel({"viewType": SCATTER, "config": AXES | {"zAxis": "metric:loss:best"}})
    scene = scene_of(principal(world.carol), world.project, [{"id": "1"}])
    with django_assert_max_num_queries(6):
        data = scatter_panel(panel, scene)
    assert data.run_count == count + 3
