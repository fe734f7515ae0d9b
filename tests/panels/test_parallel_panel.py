"""Parallel coordinates: a line for each run."""

import pytest

from apps.panels.kinds import parallel
from tests.build import build_world
from tests.panels.values import build_valued_run, draw, sentences

PARALLEL = "Parallel Coordinates Plot"
COLUMNS = {
    "columns": [
        {"accessor": "c::lr", "log": True},
        {"accessor": "config:optimizer.value", "displayName": "Optimiser"},
        {"accessor": "summary:acc", "inverted": True},
    ]
}


@pytest.fixture
def world(db):
    world = build_world()
    for name, lr, optimizer in (("a", 0.1, "sgd"), ("b", 1, "adam"), ("c", 10, None)):
        config = {"lr": lr} | ({"optimizer": optimizer} if optimizer else {})
        build_valued_run(world.project, name, config=config, said={"acc": lr * 2})
    return world


def test_each_column_is_an_axis_and_each_run_a_line(world):
    panel = draw(world.carol, PARALLEL, COLUMNS)
    lr, optimizer, acc = panel["body"]["dimensions"]
    assert panel["body"]["labels"] == ["c", "b", "a"]
    assert (lr["values"], lr["axis"]["is_log"], lr["axis"]["label"]) == ([10, 1, 0.1], True, "lr")
    assert (optimizer["names"], optimizer["values"][1:]) == (["adam", "sgd"], [0, 1])
    assert (optimizer["axis"]["label"], optimizer["axis"]["kind"], optimizer["key"]) == (
        "Optimiser",
        "category",
        ["config", "optimizer"],
    )
    assert (acc["is_inverted"], acc["column"]) == (True, {"accessor": "summary:acc", "inverted": True})
    assert sentences(panel) == ["1 of 3 runs has no optimizer."]
    assert panel["treatment"] == ["parallel coordinates", "3 runs"]


def test_a_run_with_one_value_is_no_line(world):
    build_valued_run(world.project, "lone", said={"acc": 1})
    assert "lone" not in draw(world.carol, PARALLEL, COLUMNS)["body"]["labels"]


def test_more_lines_than_can_be_told_apart_are_counted(world, monkeypatch):
    monkeypatch.setattr(parallel, "MOST_LINES", 2)
    panel = draw(world.carol, PARALLEL, COLUMNS)
    assert panel["body"]["labels"] == ["c", "b"]
    assert "The first 2 of 3 runs are drawn, in the order of the run set." in sentences(panel)


def test_without_columns_it_asks_for_them(world):
    panel = draw(world.carol, PARALLEL, {"columns": [{"accessor": "summary:acc"}]})
    assert (panel["body"], sentences(panel)) == (None, ["Choose two or more columns."])


def test_an_unknown_key_is_told_in_place(world):
    panel = draw(world.carol, PARALLEL, {"columns": [{"accessor": "nothing:x"}, {"accessor": "summary:acc"}]})
    assert "None of the 3 runs has a value of nothing:x." in sentences(panel)
