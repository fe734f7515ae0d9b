"""Line panels equal a hand calculation."""

import math
from base64 import b64encode

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.errors import InvalidInput
from apps.panels.queries import panels_data, scene_of
from apps.runs.actions import compact_run, digest_run
from apps.runs.models import Run
from tests.build import build_project, build_run, build_world, principal
from tests.panels.line.build import digest_all, lines_of, log, note, resolve
from tests.runs.streaming import append, events

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return build_project(name="digits")


def test_several_metrics_are_lines_of_their_own(project):
    log(project, "a", loss=[3.0, 2.0], acc=[0.1, 0.2])
    data = resolve(project, {"metrics": ["loss", "acc"]})
    assert [(line.key, line.y.tolist()) for line in data.body.lines] == [("loss", [3, 2]), ("acc", [0.1, 0.2])]
    assert data.title == "loss, acc"


def test_ten_runs_are_drawn_unless_more_are_asked_for(project):
    for number in range(12):
        log(project, f"r{number:02}", loss=[float(number)])
    data = resolve(project, {"metrics": ["loss"]})
    assert len(data.marks) == 10
    assert note(data, "limited") == "10 of 12 runs drawn."
    assert len(resolve(project, {"metrics": ["loss"], "limit": 12}).marks) == 12
    assert len(resolve(project, {"metrics": ["loss"]}, settings={"maxRuns": 3}).marks) == 3


@pytest.mark.parametrize(
    ("rule", "expected", "said"),
    [
        ({"key": "loss", "value": "min", "count": 2}, ["b", "c"], "2 lowest by min of loss"),
        ({"key": "loss", "value": "max", "count": 1}, ["c"], "1 highest by max of loss"),
        ({"key": "loss", "value": "last", "order": "descending", "count": 2}, ["a", "b"], "2 highest by last of loss"),
        ({"key": "loss", "count": 1}, ["b"], "1 lowest by loss"),
        ({"key": "config:lr", "order": "ascending", "count": 1}, ["a"], "1 lowest by config:lr"),
    ],
)
def test_a_rule_chooses_the_first_by_a_metric(project, rule, expected, said):
    for name, lr, losses in (("a", 0.1, [5.0, 4.0]), ("b", 0.2, [1.0, 3.0]), ("c", 0.3, [9.0, 2.0]), ("d", 0.4, [])):
        log(project, name, config={"lr": lr}, loss=losses)
    digest_all(project)
    data = resolve(project, {"metrics": ["loss"]}, extras={"rule": rule})
    assert [mark.label for mark in data.marks] == expected
    assert said in data.treatment


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (None, ["high"]),
        ({"1": "speed", "7": [1]}, ["low"]),  # define_metric("speed", summary="min")
        ({"2": "spe*", "8": 1}, ["low"]),  # goal="minimize"
        ({"1": "speed", "7": [2]}, ["high"]),
    ],
)
def test_the_best_is_what_the_script_defined(project, definition, expected):
    for name, values in (("low", [5.0, 1.0]), ("high", [2.0, 9.0])):
        log(project, name, speed=values)
    digest_all(project)
    if definition:
        Run.objects.filter(name="low").update(client_config={"m": [definition]})
    data = resolve(project, {"metrics": ["speed"]}, extras={"rule": {"key": "speed", "value": "best", "count": 1}})
    assert [mark.label for mark in data.marks] == expected


def test_keys_are_chosen_by_a_pattern(project):
    log(project, "a", **{"val/loss": [1.0], "val/acc.top-1": [2.0], "train/loss": [3.0]})
    digest_all(project)
    data = resolve(project, {"metricRegex": "^val/", "useMetricRegex": True})
    assert [line.key for line in data.body.lines] == ["val/acc.top-1", "val/loss"]
    none = resolve(project, {"metricRegex": "^test", "useMetricRegex": True})
    assert note(none, "no_key_matches") == "None of the 3 keys of these runs matches “^test”."


def test_a_custom_x_comes_from_the_same_rows(project):
    log(project, "a", epoch=[3, 1, 2], loss=[30.0, 10.0, 20.0])
    data = resolve(project, {"metrics": ["loss"], "xAxis": "epoch"})
    assert lines_of(data) == {"a": ([1, 2, 3], [10, 20, 30])}
    assert data.body.x.key == "epoch"


def test_a_range_of_x_is_cut_with_a_neighbour_on_each_side(project):
    log(project, "a", loss=[float(value) for value in range(10)])
    data = resolve(project, {"metrics": ["loss"], "xAxisMin": 2, "xAxisMax": 6}, span=(4, 9))
    assert lines_of(data) == {"a": ([3, 4, 5, 6, 7], [3, 4, 5, 6, 7])}
    assert (data.body.x.low, data.body.x.high) == (2, 6)


def test_system_metrics_run_along_the_time_of_the_process(project):
    run = build_run(project, "a", display_name="a")
    append(run, events({"_runtime": 2.0, "system.cpu": 40.0}, {"_runtime": 4.0, "system.cpu": 60.0}))
    data = resolve(project, {"metrics": ["system/cpu"]})
    assert lines_of(data) == {"a": ([2, 4], [40, 60])}
    assert data.body.x.key == "_runtime"


def test_an_expression_is_worked_out_on_common_steps(project):
    log(project, "a", config={"scale": 10}, loss=[1.0, None, 3.0], acc=[0.0, 5.0, 2.0])
    data = resolve(project, {"metrics": ["loss"], "expressions": ["${loss} / acc", "loss * ${config:scale}"]})
    first, second = data.body.lines
    assert first.x.tolist() == [0, 2]
    assert math.isnan(first.y[0])
    assert first.y[1] == 1.5
    assert second.y.tolist() == [10, 30]
    assert note(data, "nonfinite") == "1 value is NaN or infinite, drawn as gaps."


def test_x_can_be_an_expression_too(project):
    log(project, "a", loss=[1.0, 2.0])
    data = resolve(project, {"metrics": ["loss"], "xExpression": "${_step} * 64 + 1"})
    assert lines_of(data) == {"a": ([1, 65], [1, 2])}


def test_time_since_the_start_counts_from_what_each_run_logged_first(project):
    log(project, "a", _timestamp=[1000.0, 1003.0, 1009.0], loss=[1.0, 2.0, 3.0])
    log(project, "b", _timestamp=[5000.0, 5001.0, 5004.0], loss=[4.0, 5.0, 6.0])
    digest_all(project)
    config = {"metrics": ["loss"], "xAxis": "_absolute_runtime"}
    assert lines_of(resolve(project, config)) == {"a": ([0, 3, 9], [1, 2, 3]), "b": ([0, 1, 4], [4, 5, 6])}
    assert lines_of(resolve(project, config, span=(4, 9)))["b"] == ([1, 4], [5, 6])


def test_an_expression_may_read_steps_but_needs_a_metric(project):
    log(project, "a", loss=[1.0, 2.0], _runtime=[10.0, 20.0])
    data = resolve(project, {"expressions": ["${loss} * (${_step} + 1)"], "xAxis": "_runtime"})
    assert lines_of(data) == {"a": ([10, 20], [1, 4])}
    with pytest.raises(InvalidInput, match="reads no metric"):
        resolve(project, {"expressions": ["${_step} * 2"]})


def test_a_smoothed_line_keeps_the_raw_one(project):
    log(project, "a", loss=[1.0, 2.0, 6.0])
    data = resolve(project, {"metrics": ["loss"], "smoothingType": "average", "smoothingWeight": 3})
    (line,) = data.body.lines
    assert line.y.tolist() == [1.5, 3, 4]
    assert line.original.tolist() == [1, 2, 6]
    assert data.treatment == ("smoothed 3 points, running average",)
    hidden = {"smoothingType": "average", "smoothingWeight": 3, "showOriginalAfterSmoothing": False}
    assert resolve(project, {"metrics": ["loss"], **hidden}).body.lines[0].original is None


def test_smoothing_around_the_panel_may_be_a_fraction_beside_the_whole_number(project):
    log(project, "a", loss=[1.0, 2.0])
    settings = {"smoothingType": "exponential", "smoothingWeight": 1, "x": {"smoothingWeight": 0.5}}
    data = resolve(project, {"metrics": ["loss"]}, settings=settings)
    assert data.treatment == ("smoothed 0.5 by points",)
    assert data.body.lines[0].y.tolist() == pytest.approx([1, 2.5 / 1.5])


def test_outliers_are_cut_from_the_axis_and_it_says_so(project):
    log(project, "a", loss=[1.0] * 50 + [2.0] * 49 + [1000.0])
    data = resolve(project, {"metrics": ["loss"], "ignoreOutliers": True}, extras={"outliers": 2})
    assert data.body.lines[0].y.max() == 1000
    assert data.body.y.high < 1000
    assert "top 2 % cut" in data.treatment


def test_a_range_of_y_says_what_it_leaves_out(project):
    log(project, "a", loss=[1.0, 5.0, 9.0])
    data = resolve(project, {"metrics": ["loss"], "yAxisMin": 0, "yAxisMax": 6})
    assert (data.body.y.low, data.body.y.high) == (0, 6)
    assert data.treatment == ("cut above 6",)


def test_what_a_log_axis_cannot_show_is_counted(project):
    log(project, "a", loss=[0.0, -1.0, 2.0])
    data = resolve(project, {"metrics": ["loss"], "yLogScale": True})
    assert note(data, "not_positive") == "2 points are zero or negative, not on a log axis."
    assert data.treatment == ("log",)


def test_a_run_without_the_key_is_counted(project):
    log(project, "a", loss=[1.0])
    log(project, "b", other=[1.0])
    assert note(resolve(project, {"metrics": ["loss"]}), "missing_key") == "1 of 2 runs does not log loss."


def test_r26_a_key_that_nobody_logs_names_the_run_set_that_has_it(project):
    log(project, "a", loss=[1.0])
    log(project, "b", **{"val/acc": [1.0]})
    digest_all(project)
    only = [
        {"id": "1", "name": "Mine", "selections": {"root": 0, "tree": ["a"]}},
        {"id": "2", "name": "Baselines", "enabled": True, "selections": {"root": 0, "tree": []}},
    ]
    data = resolve(project, {"metrics": ["val/acc"]}, run_sets=only)
    assert note(data, "missing_key") == "The run does not log val/acc. The run sets “Mine” and “Baselines” have it."


def test_labels_follow_a_template(project):
    log(project, "a", config={"dropout": 0.5}, loss=[1.0])
    legend = "${run:displayName} - ${config:dropout} [[ ${x}: ${y} ]]"
    data = resolve(project, {"metrics": ["loss"], "legendTemplate": legend})
    assert data.marks[0].label == "a - 0.5"
    assert data.body.lines[0].hint == "${x}: ${y}"


def test_a_template_with_the_metric_names_single_lines(project):
    log(project, "a", loss=[1.0], acc=[2.0])
    data = resolve(project, {"metrics": ["loss", "acc"], "legendTemplate": "${metric} of ${run:displayName}"})
    assert [line.label for line in data.body.lines] == ["loss of a", "acc of a"]


def test_single_lines_have_their_own_look(project):
    log(project, "a", loss=[1.0])
    chosen = {
        "overrideSeriesTitles": {"a:loss": "Mine"},
        "overrideColors": {"a:loss": {"color": "rgb(255, 0, 16)", "transparentColor": "rgba(255, 0, 16, .1)"}},
        "overrideLineWidths": {"a:loss": 3},
        "overrideMarks": {"a:loss": "dotted"},
    }
    (line,) = resolve(project, {"metrics": ["loss"], **chosen}).body.lines
    assert (line.label, line.colour, line.width, line.stroke) == ("Mine", "#ff0010", 3.0, "dotted")


def test_runs_have_a_persons_own_colours_and_bad_ones_are_left_out(project):
    log(project, "a", loss=[1.0])
    log(project, "b", loss=[1.0])
    colours = {"a": "#F00", "b": "url(javascript:alert(1))"}
    data = resolve(project, {"metrics": ["loss"]}, colours=colours)
    assert {mark.label: mark.colour for mark in data.marks} == {"a": "#ff0000", "b": None}


def test_pinned_runs_come_first_though_hidden(project):
    for name in ("a", "b", "c"):
        log(project, name, loss=[1.0])
    pinned = b64encode(b"Run:v1:a:digits:northlight").decode()
    run_set = {"id": "1", "selections": {"root": 1, "tree": ["a"]}, "pinnedRunIds": [pinned, "%%%"]}
    assert [mark.label for mark in resolve(project, {"metrics": ["loss"]}, run_sets=[run_set]).marks] == ["a", "c", "b"]


def test_a_run_set_of_a_hidden_project_reads_as_absent():
    world = build_world()
    hidden = {"id": "1", "project": {"entityName": "northlight", "name": "secret"}}
    scene = scene_of(principal(world.bob), world.project, [hidden])
    (data,) = panels_data([{"viewType": "Run History Line Plot", "config": {"metrics": ["loss"]}}], scene)
    assert data.kind == "error"
    assert [note.code for note in data.notes] == ["unknown_project"]


# ---- bad input


def test_keys_with_dots_slashes_and_dollars_are_drawn(project):
    names = ["val/loss.top-1", "a.b.c", "weird ${key}", "日本/損失"]
    log(project, "a", **{name: [1.0] for name in names})
    data = resolve(project, {"metrics": names})
    assert [line.key for line in data.body.lines] == names


def test_a_metric_that_becomes_a_text_keeps_its_numbers(project):
    log(project, "a", loss=[1.0, "diverged", 3.0])
    assert lines_of(resolve(project, {"metrics": ["loss"]})) == {"a": ([0, 2], [1, 3])}


def test_a_key_that_holds_texts_says_so(project):
    log(project, "a", note=["x", "y"])
    digest_all(project)
    assert note(resolve(project, {"metrics": ["note"]}), "no_numbers") == "note holds no numbers here."


def test_steps_that_jump_by_a_billion_are_drawn(project):
    log(project, "a", steps=[0, 10**9, 3 * 10**9], loss=[1.0, 2.0, 3.0])
    data = resolve(project, {"metrics": ["loss"], "smoothingWeight": 0.9})
    assert data.body.lines[0].x.tolist() == [0, 10**9, 3 * 10**9]
    assert data.step_last == 3 * 10**9


def test_empty_runs_draw_nothing_and_say_so(project):
    build_run(project, "a")
    data = resolve(project, {"metrics": ["loss"]})
    assert not data.body.lines
    assert note(data, "missing_key") == "The run does not log loss."


def test_no_run_at_all_is_an_empty_panel(project):
    data = resolve(project, {"metrics": ["loss"]})
    assert (data.run_count, data.drawn_count, data.body.lines) == (0, 0, ())


def test_no_metric_is_an_empty_panel(project):
    log(project, "a", loss=[1.0])
    assert resolve(project, {}).body.lines == ()


def test_a_panel_of_a_newer_version_is_drawn_as_far_as_it_is_known(project):
    log(project, "a", loss=[1.0, 3.0])
    config = {"metrics": ["loss"], "smoothingType": "wavelet", "hologram": {"depth": 3}, "plotType": 7, "limit": "all"}
    data = resolve(project, config)
    assert lines_of(data) == {"a": ([0, 1], [1, 3])}
    assert [one.sentence for one in data.notes if one.code == "unknown_value"] == [
        "This version of Carnet does not know smoothingType “wavelet”; “exponentialTimeWeighted” is drawn.",
        "This version of Carnet does not know plotType “7”; “line” is drawn.",
    ]


@pytest.mark.parametrize("pattern", ["(", "(?=x)", "a{1,9999}", "x" * 600])
def test_a_pattern_that_cannot_be_read_is_told(project, pattern):
    with pytest.raises(InvalidInput, match="pattern"):
        resolve(project, {"metricRegex": pattern, "useMetricRegex": True})


def test_a_pattern_that_explodes_elsewhere_ends_here(project):
    log(project, "a", **{"a" * 200 + "!": [1.0], "loss": [1.0]})
    digest_all(project)
    assert resolve(project, {"metricRegex": "^(a+)+$", "useMetricRegex": True}).body.lines == ()


def test_numbers_in_a_config_that_are_none_are_left_alone(project):
    log(project, "a", loss=[1.0])
    config = {"metrics": ["loss"], "xAxisMin": "left", "yAxisMax": None, "smoothingWeight": "much", "limit": -3}
    assert lines_of(resolve(project, config)) == {"a": ([0], [1])}


def test_the_number_of_queries_does_not_follow_the_runs(project):
    counts = []
    for _ in range(2):
        for _ in range(4):
            run = log(project, f"r{Run.objects.count()}", config={"lr": 0.1}, loss=[1.0, 2.0] * 50)
            digest_run(run.pk)
            compact_run(run.pk, everything=True)
        with CaptureQueriesContext(connection) as queries:
            data = resolve(project, {"metrics": ["loss"], "limit": 50, "legendTemplate": "${config:lr}"}, points=2)
        counts.append((len(queries), len(data.body.lines)))
    assert [lines for _, lines in counts] == [4, 8]
    assert counts[0][0] == counts[1][0]


def test_nan_and_infinity_are_gaps_that_are_counted(project):
    log(project, "a", loss=[1.0, math.nan, math.inf, 2.0])
    data = resolve(project, {"metrics": ["loss"]})
    assert note(data, "nonfinite") == "2 values are NaN or infinite, drawn as gaps."
    assert np.isfinite(data.body.lines[0].y).sum() == 2
