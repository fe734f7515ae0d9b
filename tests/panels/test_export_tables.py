"""CSV of panels: every number in full, under names that readers find, and no formula."""

import csv
from io import StringIO

import numpy as np
import pytest

from apps.core.errors import InvalidInput
from apps.panels.figures import csv_of
from apps.panels.kinds.bar import Bar
from apps.panels.kinds.scalar import Scalar
from apps.panels.kinds.table import MOST_CELL, MOST_WINDOW
from apps.panels.queries import panel_data, parse_panel, scene_of
from apps.panels.terms import Axis, Line, Mark, Note, PanelData
from tests.build import build_run, build_world, principal
from tests.panels.drawn import BOX, EVERY, GROUP, A, bars, coordinates, floats, heat, lines, points, scalars, table
from tests.panels.test_boards import give_file
from tests.panels.values import build_valued_run
from tests.runs.streaming import append, history


def rows(data):
    return list(csv.reader(StringIO(csv_of(data).decode(), newline="")))


def dicts(data):
    return list(csv.DictReader(StringIO(csv_of(data).decode(), newline="")))


def test_lines_have_a_row_for_each_point_with_all_digits():
    third = Line(0, "loss", np.array([7]), floats(1 / 3), floats(0.1), floats(np.inf), floats(-1e-300))
    gap = Line(1, "acc", np.array([7]), floats(np.nan))
    assert rows(lines(third, gap)) == [
        ["run", "key", "_step", "value", "low", "high", "original"],
        ["a", "loss", "7", "0.3333333333333333", "0.1", "Infinity", "-1e-300"],
        ["'=b", "acc", "7", "", "", "", ""],
    ]


def test_runs_behind_a_group_are_named_by_themselves():
    behind = Line(0, "loss", np.array([0]), floats(1), is_behind=True, run="a", label="mine")
    band = Line(0, "loss", np.array([0]), floats(2), floats(1), floats(3), is_band=True)
    assert rows(lines(behind, band, marks=(GROUP,))) == [
        ["group", "run", "label", "key", "_step", "value", "low", "high", "original"],
        ["t: 1", "a", "mine", "loss", "0", "1.0", "", "", ""],
        ["t: 1", "", "", "loss", "0", "2.0", "1.0", "3.0", ""],
    ]


def test_bars_tell_their_whiskers_and_how_many_runs_they_are_of():
    bar = Bar(0, "loss", 7.0, low=6.0, high=8.0, spread=1.0, count=2)
    assert rows(bars(bar, area="stddev", marks=(GROUP,))) == [
        ["name", "key", "value", "count", "low", "high", "spread"],
        ["t: 1", "loss", "7.0", "2", "6.0", "8.0", "1.0"],
    ]
    assert rows(EVERY["bar"]) == [
        ["name", "key", "value", "count"],
        ["a", "loss", "4.0", "1"],
        ["'=b", "loss", "2.0", "1"],
    ]


def test_boxes_and_violins_leave_with_outliers_and_densities():
    bar = Bar(0, "loss", 3.0, count=9, box=BOX, density_at=floats(0, 6), density=floats(0.25, 0.75))
    box, outlier, first, second = dicts(bars(bar, plot="violin", marks=(GROUP,)))
    five = ("lowest", "lower_quartile", "median", "upper_quartile", "highest", "outlier_count")
    assert [box[name] for name in five] == ["1.0", "2.0", "3.0", "4.0", "5.0", "1"]
    assert (box["what"], box["value"], box["count"]) == ("violin", "3.0", "9")
    assert (outlier["what"], outlier["value"]) == ("outlier", "9.0")
    assert [(row["what"], row["value"], row["density"]) for row in (first, second)] == [
        ("density", "0.0", "0.25"),
        ("density", "6.0", "0.75"),
    ]


def test_dots_leave_with_group_colour_value_tracks_and_fit():
    assert rows(EVERY["scatter"]) == [
        ["run", "kind", "lr", "acc", "slope", "intercept", "r2", "count"],
        ["a", "point", "1.0", "0.5", "", "", "", ""],
        ["b", "point", "10.0", "0.25", "", "", "", ""],
        ["c", "point", "100.0", "0.75", "", "", "", ""],
        ["", "lowest so far", "1.0", "0.5", "", "", "", ""],
        ["", "lowest so far", "10.0", "0.25", "", "", "", ""],
        ["", "fit", "", "", "0.5", "1.0", "0.25", "3"],
    ]
    coloured = points(z=floats(16, np.nan, 32), groups=(0, -1, 0), marks=(GROUP,))
    assert rows(coloured) == [
        ["run", "group", "lr", "acc", "depth"],
        ["a", "t: 1", "1.0", "0.5", "16.0"],
        ["b", "", "10.0", "0.25", ""],
        ["c", "t: 1", "100.0", "0.75", "32.0"],
    ]


def test_histograms_have_a_row_for_each_step_and_bin():
    found = dicts(heat())
    assert len(found) == 6
    assert list(found[0].items())[:5] == [
        ("run", "a"),
        ("key", "weights"),
        ("step", "0"),
        ("step_end", "0"),
        ("histograms", "1"),
    ]
    assert (found[0]["from"], found[0]["to"]) == ("0.0", "1.0")
    assert [row["count"] for row in found] == ["4.0", "0.0", "1.0", "0.0", "98.0", "98.0"]
    assert (found[5]["step"], found[5]["step_end"], found[5]["from"]) == ("10", "20", "2.0")


def test_coordinates_have_a_column_for_each_axis_and_keep_texts():
    assert rows(coordinates()) == [
        ["run", "lr", "opt", "made", "acc"],
        ["a", "0.1", "adam", "1970-01-01T00:00:00Z", "1.0"],
        ["b", "1.0", "'-sgd", "1970-01-02T00:00:00.500000Z", "2.0"],
        ["c", "10.0", "'-sgd", "", "3.0"],
    ]


def test_numbers_leave_with_name_unit_spread_and_holder():
    all_runs = Scalar(None, "acc", 81.5, spread=0.7, count=12, holder=A)
    assert rows(scalars(all_runs, Scalar(1, "acc", 80.0), unit="%")) == [
        ["name", "key", "value", "unit", "spread", "count", "holder"],
        ["All runs", "acc", "81.5", "%", "0.7", "12", "a"],
        ["'=b", "acc", "80.0", "%", "", "1", ""],
    ]


def test_compared_runs_have_a_column_each():
    assert rows(EVERY["comparer"]) == [
        ["section", "key", "differs", "a", "'=b"],
        ["Config", "lr", "true", "0.1", ""],
        ["Config", "amp", "true", "true", "'+x"],
    ]


def test_columns_of_one_name_are_told_apart():
    data = EVERY["comparer"]
    both = PanelData("comparer", "", marks=(A, A), body=data.body)
    assert rows(both)[0] == ["section", "key", "differs", "a", "a (2)"]


def test_a_table_keeps_its_columns_and_guards_its_cells():
    assert rows(EVERY["table"]) == [
        ["id", "'=name", "picture"],
        ["1", "'=cmd()", "media/images/x.png"],
        ["2.5", "", "true"],
    ]
    assert rows(table(columns=("id",))) == [["id"]]


def test_code_media_and_text_are_rows_too():
    assert rows(EVERY["code"]) == [
        ["path", "kind", "left", "right", "count", "line"],
        ["code/train.py", "folded", "1", "1", "40", ""],
        ["code/train.py", "equal", "41", "41", "1", "import os"],
        ["code/train.py", "removed", "42", "", "1", "'-x"],
        ["code/train.py", "added", "", "42", "1", "lr = 1"],
    ]
    assert rows(EVERY["media"])[1] == [
        "a",
        "pictures",
        "5",
        "image",
        "x.png",
        "media/images/x.png",
        "'@caption",
        "28",
        "",
    ]
    assert rows(EVERY["markdown"]) == [["text"], ["'=1 < 2 bold"]]


@pytest.mark.parametrize("kind", EVERY)
def test_no_cell_of_any_kind_becomes_a_formula(kind):
    for row in rows(EVERY[kind]):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r"))
            assert not cell.startswith("-") or float(cell) < 0


def test_hostile_names_are_guarded_in_lines():
    mark = Mark("run:1", "=HYPERLINK(1)", 1)
    data = lines(Line(0, "@key", np.array([0]), floats(-1)), marks=(mark,), x=Axis("=x", ""))
    assert rows(data) == [
        ["run", "key", "'=x", "value", "low", "high", "original"],
        ["'=HYPERLINK(1)", "'@key", "0", "-1.0", "", "", ""],
    ]


def test_a_panel_that_resolved_to_nothing_says_why():
    with pytest.raises(InvalidInput, match="Choose an x and a y axis"):
        csv_of(PanelData("scatter", "", notes=(Note("no_axes", "Choose an x and a y axis."),)))
    with pytest.raises(InvalidInput, match="holds no values"):
        csv_of(PanelData("unknown", ""))


# From what runs logged


def resolved(world, view_type, config, *, is_whole=True):
    scene = scene_of(principal(world.carol), world.project, [{"id": "all"}], is_whole=is_whole)
    return panel_data(parse_panel({"viewType": view_type, "config": config}), scene)


def test_samples_of_groups_are_told_by_run(db):
    world = build_world()
    for name, losses in (("a", (3.0, 4.0)), ("b", (1.0, 2.0))):
        build_valued_run(world.project, name, *losses, config={"t": 1})
    config = {"metrics": ["loss"], "groupBy": "t", "aggregate": True, "groupArea": "samples"}
    found = dicts(resolved(world, "Run History Line Plot", config))
    assert {(row["group"], row["run"], row["_step"], row["value"]) for row in found} == {
        ("t: 1", "a", "0", "3.0"),
        ("t: 1", "a", "1", "4.0"),
        ("t: 1", "b", "0", "1.0"),
        ("t: 1", "b", "1", "2.0"),
        ("t: 1", "", "0", "2.0"),
        ("t: 1", "", "1", "3.0"),
    }


def test_a_logged_table_leaves_whole(db):
    world = build_world()
    run = build_run(world.project, "r")
    value = {"_type": "table-file", "path": "media/table/p.json", "ncols": 2, "nrows": 900}
    append(run, history({"_step": 0, "predictions": value}))
    row_count, long = MOST_WINDOW + 400, "x" * (MOST_CELL + 1)
    cells = ",".join(f'[{n},"{long}"]' for n in range(row_count))
    give_file(run, "media/table/p.json", f'{{"columns":["id","text"],"data":[{cells}]}}'.encode(), "application/json")
    found = dicts(resolved(world, "Table", {"tableKey": "predictions"}))
    assert [row["id"] for row in found] == [str(n) for n in range(row_count)]
    assert {row["text"] for row in found} == {long}
    assert len(dicts(resolved(world, "Table", {"tableKey": "predictions"}, is_whole=False))) == 50
