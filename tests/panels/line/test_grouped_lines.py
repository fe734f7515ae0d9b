"""Groups of runs: exact statistics over every run that matches, whether it is shown one by one or not."""

import math
from urllib.parse import quote

import numpy as np
import pytest

from apps.core import json
from apps.panels.kinds.line import resolve as resolve_module
from apps.runs.models import Run
from tests.build import build_project
from tests.panels.line.build import digest_all, lines_of, log, note, resolve

pytestmark = pytest.mark.django_db

GROUPED = {"metrics": ["loss"], "groupBy": "lr.value"}


@pytest.fixture
def project():
    """Three runs of lr 0.1, one of 0.2, one without; the newest first."""
    project = build_project(name="digits")
    log(project, "none", loss=[9.0, 9.0])
    log(project, "a", config={"lr": 0.1, "net": {"kind": "vit"}}, loss=[1.0, 5.0])
    log(project, "b", config={"lr": 0.2, "net": {"kind": "vit"}}, loss=[7.0, 8.0])
    log(project, "c", config={"lr": 0.1, "net": {"kind": "mlp"}}, loss=[2.0, 1.0])
    log(project, "d", config={"lr": 0.1, "net": {"kind": "mlp"}}, loss=[6.0, 0.0])
    return project


def test_j08_a_group_is_a_mean_with_its_range(project):
    data = resolve(project, GROUPED)
    assert lines_of(data) == {
        "lr: 0.1": ([0, 1], [3, 2]),
        "lr: 0.2": ([0, 1], [7, 8]),
        "lr: –": ([0, 1], [9, 9]),
    }
    first = data.body.lines[0]
    assert (first.low.tolist(), first.high.tolist(), first.is_band) == ([1, 0], [6, 5], True)
    assert data.treatment == ("mean per lr", "range")
    assert [mark.run_count for mark in data.marks] == [3, 1, 1]
    assert data.body.legend == "south"


def test_j08_without_grouping_they_are_single_lines_again(project):
    run_sets = [{"id": "1", "grouping": [{"section": "config", "name": "lr.value"}]}]
    assert len(resolve(project, {"metrics": ["loss"]}, run_sets=run_sets).marks) == 3
    assert len(resolve(project, {"metrics": ["loss"], "groupBy": "None"}, run_sets=run_sets).marks) == 5
    settings = {"useRunsTableGroupingInPanels": False}
    assert len(resolve(project, {"metrics": ["loss"]}, run_sets=run_sets, settings=settings).marks) == 5


@pytest.mark.parametrize(
    ("how", "expected"),
    [("mean", [3, 2]), ("min", [1, 0]), ("max", [6, 5]), ("median", [2, 1]), ("sum", [9, 6])],
)
def test_each_aggregate(project, how, expected):
    assert lines_of(resolve(project, {**GROUPED, "groupAgg": how}))["lr: 0.1"][1] == expected


@pytest.mark.parametrize(("area", "width"), [("stddev", math.sqrt(14 / 3)), ("stderr", math.sqrt(14 / 9))])
def test_deviation_and_error(project, area, width):
    line = resolve(project, {**GROUPED, "groupArea": area}).body.lines[0]
    assert line.low[0] == pytest.approx(3 - width)
    assert line.high[0] == pytest.approx(3 + width)


def test_no_band(project):
    line = resolve(project, {**GROUPED, "groupArea": "none"}).body.lines[0]
    assert (line.low, line.high, line.is_band) == (None, None, False)


def test_samples_are_the_runs_in_the_colour_of_their_group(project):
    data = resolve(project, {**GROUPED, "groupAgg": "samples"})
    assert sorted(line.y.tolist() for line in data.body.lines if line.mark == 0) == [[1, 5], [2, 1], [6, 0]]
    behind = resolve(project, {**GROUPED, "groupArea": "samples"})
    assert [line.is_behind for line in behind.body.lines if line.mark == 0] == [True, True, True, False]


def test_hidden_runs_count_in_their_group(project):
    run_sets = [{"id": "1", "selections": {"root": 1, "tree": ["c", "d"]}}]
    assert lines_of(resolve(project, GROUPED, run_sets=run_sets))["lr: 0.1"][1] == [3, 2]


def test_a_hidden_group_is_not_drawn(project):
    run_set = {"id": "1", "grouping": [{"section": "config", "name": "lr"}]}
    hidden = [run_set | {"selections": {"root": 1, "tree": [{"value": "0.1", "children": []}]}}]
    assert [mark.label for mark in resolve(project, {"metrics": ["loss"]}, run_sets=hidden).marks] == [
        "lr: 0.2",
        "lr: –",
    ]
    single = resolve(project, {"metrics": ["loss"], "groupBy": "None"}, run_sets=hidden)
    assert [mark.label for mark in single.marks] == ["b", "none"]


def test_runs_beyond_the_limit_are_counted_in_groups(project):
    data = resolve(project, {**GROUPED, "limit": 1})
    assert lines_of(data) == {"lr: 0.1": ([0, 1], [3, 2])}
    assert data.drawn_count == 3
    assert note(data, "limited") == "1 of 3 groups drawn."


def test_several_keys_and_fields_of_runs_group(project):
    data = resolve(project, {"metrics": ["loss"]}, extras={"groupBy": ["net.value.kind", "config:lr"]})
    assert [mark.label for mark in data.marks] == [
        "net.kind: mlp, lr: 0.1",
        "net.kind: vit, lr: 0.2",
        "net.kind: vit, lr: 0.1",
        "net.kind: –, lr: –",
    ]
    Run.objects.filter(name__in=["a", "b"]).update(group="first")
    by_field = resolve(project, {"metrics": ["loss"], "groupBy": "group"})
    assert [(mark.label, mark.run_count) for mark in by_field.marks] == [("group: –", 3), ("group: first", 2)]


def test_a_group_has_the_colour_of_its_oldest_run(project):
    oldest = Run.objects.get(project=project, name="a")
    assert resolve(project, GROUPED).marks[0].slot == oldest.slot


def test_a_group_has_a_persons_own_colour_in_either_form(project):
    told = [{"kind": "group", "key": "config:lr.value", "value": 0.1}]
    encoded = f"run-color-group:{quote(json.dumps_text('all'), safe='')}:{quote(json.dumps_text(told), safe='')}"
    assert resolve(project, GROUPED, colours={encoded: "#112233"}).marks[0].colour == "#112233"
    assert (
        resolve(project, GROUPED, colours={"all-config:lr.value:0.2": {"color": "#445566"}}).marks[1].colour
        == "#445566"
    )


def test_a_run_that_ends_early_is_told(project):
    log(project, "long", config={"lr": 0.2}, loss=[1.0] * 9)
    data = resolve(project, GROUPED)
    assert note(data, "ended_early") == "b ended earlier and counts up to there."


def test_cells_that_wait_for_all_are_left_out(project):
    log(project, "long", config={"lr": 0.2}, loss=[1.0] * 9)
    data = resolve(project, GROUPED, extras={"missing": "all"})
    assert lines_of(data)["lr: 0.2"] == ([0, 1], [4, 4.5])


def test_an_expression_is_grouped_too(project):
    data = resolve(project, {**GROUPED, "expressions": ["${loss} * ${config:lr}"]})
    assert lines_of(data)["lr: 0.1"][1] == pytest.approx([0.3, 0.2])


def test_a_group_without_the_key_is_counted(project):
    log(project, "e", config={"lr": 0.3}, other=[1.0])
    data = resolve(project, GROUPED)
    assert note(data, "missing_key") == "1 of 4 groups does not log loss."


def test_a_smoothed_group_keeps_its_band(project):
    data = resolve(project, {**GROUPED, "smoothingType": "average", "smoothingWeight": 3})
    line = data.body.lines[0]
    assert (line.y.tolist(), line.original.tolist(), line.low.tolist()) == ([2.5, 2.5], [3, 2], [1, 0])
    assert data.treatment == ("mean per lr", "range", "smoothed 3 points, running average")


def test_what_is_so_for_several_keys_is_said_once(project, monkeypatch):
    monkeypatch.setattr(resolve_module, "MOST_SAMPLES", 1)
    data = resolve(project, {**GROUPED, "metrics": ["loss", "acc"], "groupAgg": "samples"})
    codes = [each.code for each in data.notes]
    assert codes.count("samples_limited") == 1


def test_a_legend_names_groups_by_what_they_share(project):
    data = resolve(project, {**GROUPED, "legendTemplate": "lr = ${config.lr}, ${count} runs"})
    assert data.marks[0].label == "lr = 0.1, 3 runs"


def test_groups_are_ranked_by_their_best_run(project):
    digest_all(project)
    data = resolve(project, GROUPED, extras={"rule": {"key": "loss", "value": "max", "count": 1}})
    assert [mark.label for mark in data.marks] == ["lr: –"]


def test_values_of_a_group_equal_the_naive_formula_at_every_step():
    random = np.random.default_rng(7)
    project = build_project(name="many")
    values = random.normal(size=(7, 40))
    for number, row in enumerate(values):
        log(project, f"r{number}", config={"half": number % 2}, loss=row.tolist())
    data = resolve(project, {"metrics": ["loss"], "groupBy": "half", "groupArea": "stderr"})
    for line, mark in zip(data.body.lines, data.marks, strict=True):
        mine = values[int(mark.values["config:half"]) :: 2]
        assert line.y == pytest.approx(mine.mean(axis=0))
        assert line.high - line.y == pytest.approx(mine.std(axis=0) / math.sqrt(len(mine)))
