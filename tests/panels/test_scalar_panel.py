"""One number, or one per group."""

import pytest

from tests.build import build_world
from tests.panels.values import build_valued_run, draw, sentences

SCALAR = "Scalar Chart"
LOSS = {"metrics": ["loss"]}


@pytest.fixture
def world(db):
    world = build_world()
    for name, t, loss in (("a", 1, 4), ("b", 1, 2), ("c", 2, 8)):
        build_valued_run(world.project, name, loss, config={"t": t})
    return world


def numbers(panel):
    return [number["value"] for number in panel["body"]["numbers"]]


def test_the_latest_value_of_the_first_run_that_has_one(world):
    build_valued_run(world.project, "empty")
    panel = draw(world.carol, SCALAR, LOSS)
    assert numbers(panel) == [8]
    assert [mark["label"] for mark in panel["marks"]] == ["c"]
    assert sentences(panel) == []


def test_an_aggregate_of_all_runs(world):
    panel = draw(world.carol, SCALAR, LOSS | {"groupAgg": "mean"})
    number = panel["body"]["numbers"][0]  # 4, 2 and 8: variance 56 / 9
    assert (number["value"], number["count"], number["mark"]) == (pytest.approx(14 / 3), 3, None)
    assert number["spread"] == pytest.approx(56**0.5 / 3)
    assert panel["treatment"] == ["mean of 3 runs"]


def test_an_extreme_names_its_run(world):
    number = draw(world.carol, SCALAR, LOSS | {"groupAgg": "min"})["body"]["numbers"][0]
    assert (number["value"], number["holder"]["label"]) == (2, "b")


def test_a_number_for_each_group(world):
    panel = draw(world.carol, SCALAR, LOSS | {"groupBy": "t"})
    found = [(panel["marks"][n["mark"]]["label"], n["value"], n["spread"]) for n in panel["body"]["numbers"]]
    assert found == [("t: 2", 8, 0), ("t: 1", 3, 1)]
    assert panel["treatment"] == ["mean per t"]


def test_without_a_value_there_is_no_number(world):
    panel = draw(world.carol, SCALAR, {"metrics": ["gone"]})
    assert numbers(panel) == []
    assert sentences(panel) == ["None of the 3 runs has a value of gone."]


def test_expressions_and_several_metrics(world):
    panel = draw(world.carol, SCALAR, {"metrics": ["loss"], "expressions": ["${loss} / 2", "loss + 1"]})
    assert numbers(panel) == [4, 9]
    assert panel["body"]["has_keys"]
