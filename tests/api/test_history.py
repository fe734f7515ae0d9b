"""What a run logged: keys, columns to draw, whole rows, the console."""

import pytest

from apps.runs.models import Run
from tests.api.asking import Caller, items
from tests.build import build_world
from tests.runs.streaming import append, console, events, history, summary

pytestmark = pytest.mark.django_db

RUN = "projects/northlight/digits/runs/r1"


def _run(*packs, **values) -> tuple[Caller, Run]:
    world = build_world()
    caller = Caller(world.bob)
    caller.send("POST", "projects/northlight/digits/runs", {"name": "r1"})
    run = Run.objects.get(name="r1")
    for pack in packs:
        append(run, pack, **values)
    return caller, run


def _losses(count: int) -> list[dict]:
    return [
        {"_step": step, "loss": 1 / (step + 1), "_timestamp": 1000.0 + step, "_runtime": step} for step in range(count)
    ]


def test_columns_are_what_a_chart_reads():
    caller, _ = _run(history(*_losses(3)))
    status, told = caller.get(f"{RUN}/history", keys="loss,absent")
    assert (status, told["step_last"], told["state"]) == (200, 2, "running")
    (series,) = told["series"]
    assert (series["key"], series["x"], series["count"]) == ("loss", [0, 1, 2], 3)
    assert series["y"] == [1.0, 0.5, pytest.approx(1 / 3)]
    assert series["last"] == pytest.approx(1 / 3)


def test_a_spike_of_one_step_is_in_the_columns():
    rows = [{"_step": step, "loss": 99.0 if step == 7777 else 0.1} for step in range(10_000)]
    caller, _ = _run(history(*rows))
    series = caller.get(f"{RUN}/history", keys="loss", points=200)[1]["series"][0]
    assert len(series["x"]) <= 400
    assert max(value for value in series["max"] if value is not None) == 99.0


def test_not_a_number_is_text_in_columns_and_rows():
    caller, _ = _run(history({"_step": 0, "loss": float("nan")}, {"_step": 1, "loss": float("-inf")}))
    assert caller.get(f"{RUN}/history", keys="loss")[1]["series"][0]["y"] == ["NaN", "-Infinity"]
    assert [row["loss"] for row in items(caller.get(f"{RUN}/history", format="rows"))] == ["NaN", "-Infinity"]


def test_a_key_with_a_comma_can_be_asked_for():
    caller, _ = _run(history({"_step": 0, "a,b": 1, "c": 2}))
    told = caller.get(f"{RUN}/history", keys=r"a\,b,c")[1]
    assert [series["key"] for series in told["series"]] == ["a,b", "c"]


def test_system_metrics_are_a_stream_of_their_own():
    caller, _ = _run(events({"system.cpu": 12.5, "_runtime": 1.0}, {"system.cpu": 50.0, "_runtime": 2.0}))
    told = caller.get(f"{RUN}/history", keys="system.cpu", stream="system")[1]
    assert told["series"][0]["y"] == [12.5, 50.0]
    assert len(items(caller.get(f"{RUN}/history", format="rows", stream="system"))) == 2
    assert len(items(caller.get(f"{RUN}/history", format="rows", stream="system", limit=1))) == 1


@pytest.mark.parametrize("query", [{}, {"keys": ","}, {"keys": "a", "points": 1}, {"keys": "a", "stream": "video"}])
def test_history_that_cannot_be_drawn_is_400(query: dict):
    caller, _ = _run()
    assert caller.get(f"{RUN}/history", **query)[0] == 400


@pytest.mark.parametrize("gap", [1, 1000])
def test_rows_are_walked_by_step_also_over_gaps(gap: int):
    caller, _ = _run(history(*[{"_step": step * gap, "loss": step} for step in range(25)]))
    address, found = f"{RUN}/history?format=rows&limit=10", []
    pages = 0
    while address:
        status, page = caller.get(address)
        assert status == 200
        found += page["items"]
        address, pages = page["next"], pages + 1
    assert ([row["_step"] for row in found], pages) == ([step * gap for step in range(25)], 3)


def test_rows_that_arrive_meanwhile_come_at_the_end():
    caller, run = _run(history(*_losses(4)))
    first = caller.get(f"{RUN}/history", format="rows", limit=2)[1]
    append(run, history({"_step": 4, "loss": 0.0}, offset=4))
    assert [row["_step"] for row in items(caller.get(first["next"]))] == [2, 3]


def test_a_run_without_history_has_no_rows():
    caller, _ = _run()
    assert caller.get(f"{RUN}/history", format="rows") == (200, {"items": [], "next": None})
    assert caller.get(f"{RUN}/keys") == (200, {"items": []})


def test_keys_tell_their_extremes():
    caller, _ = _run(history({"_step": 0, "acc": 0.1}, {"_step": 3, "acc": 0.9}, {"_step": 5, "acc": 0.5}))
    key = next(key for key in items(caller.get(f"{RUN}/keys")) if key["key"] == "acc")
    assert (key["count"], key["last"], key["last_step"], key["stream"]) == (3, 0.5, 5, "history")
    assert (key["min"], key["min_step"], key["max"], key["max_step"]) == (0.1, 0, 0.9, 3)
    assert key["types"] == {"number": 3}


def test_keys_of_one_stream_only():
    caller, _ = _run(history({"_step": 0, "acc": 0.1}), events({"system.cpu": 1.0, "_runtime": 1.0}))
    assert {key["key"] for key in items(caller.get(f"{RUN}/keys", stream="system"))} == {"system.cpu"}
    assert "acc" in {key["key"] for key in items(caller.get(f"{RUN}/keys"))}


def test_a_run_tells_how_far_it_is():
    caller, _ = _run(history(*_losses(5)))
    told = caller.get(RUN)[1]
    assert (told["row_count"], told["last_step"]) == (5, 4)


def test_the_summary_is_as_fresh_as_what_was_sent():
    caller, _ = _run(summary(loss=0.25, best={"max": 3}))
    assert caller.get(f"{RUN}/summary")[1] == {"loss": 0.25, "best": {"max": 3}}


def test_console_lines_come_after_a_line():
    caller, _ = _run(console("epoch 0", "epoch 1", "epoch 2"))
    status, told = caller.get(f"{RUN}/console", after=0, limit=1)
    assert (status, told["total"], told["has_next"]) == (200, 3, True)
    assert [(line["n"], line["text"], line["level"]) for line in told["lines"]] == [(1, "epoch 1", "info")]


def test_console_is_searched_and_cut_by_level():
    caller, _ = _run(console("epoch 0", "ValueError: nan loss", "UserWarning: slow", "epoch 1"))
    assert [line["n"] for line in caller.get(f"{RUN}/console", q="EPOCH")[1]["lines"]] == [0, 3]
    told = caller.get(f"{RUN}/console", level="error")[1]
    assert ([line["n"] for line in told["lines"]], told["first_error"]) == ([1], 1)
    assert (told["counts"]["error"], told["counts"]["warning"]) == (1, 1)
    assert caller.get(f"{RUN}/console", level="loud")[0] == 400
