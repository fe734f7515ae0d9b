"""Histograms over steps: common bins, no value lost, broken ones counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.panels.kinds.histogram import BIN_COUNT, MOST_HISTOGRAMS, Histogram, columns_over_steps, read_histogram, rebin
from apps.runs.actions.compact import compact_run
from apps.runs.actions.digest import digest_run
from tests.build import build_run, build_world, sign_in
from tests.runs.streaming import append, history

ADDRESS = "/api/v1/projects/northlight/digits/panel-data"
PANEL = {"viewType": "Histogram", "config": {"metrics": ["weights"]}}


def logged(counts, bins):
    return {"_type": "histogram", "values": counts, "bins": bins}


@pytest.fixture
def world(db):
    return build_world()


def draw(world, panel=PANEL, **body):
    asked = {"panels": [panel], "form": "json", **body}
    return sign_in(world.carol).post(ADDRESS, asked, content_type="application/json").json()["panels"][0]


def test_counts_are_split_in_proportion():
    halves = rebin(Histogram(np.array([0.0, 1.0, 3.0]), np.array([4.0, 2.0])), np.array([0.0, 0.5, 2.0, 4.0]))
    assert halves.tolist() == [2, 3, 1]


def test_packed_bins_say_the_same():
    packed = {"_type": "histogram", "values": [4, 2], "packedBins": {"min": -1, "size": 0.5, "count": 2}}
    read = read_histogram(packed)
    assert read is not None
    assert read.edges.tolist() == [-1, -0.5, 0]


@pytest.mark.parametrize(
    "value",
    [
        "text",
        {"_type": "image-file"},
        logged([1, 2], [0, 1]),
        logged([], [0]),
        logged([1], [1, 1]),
        logged([1], [2, 1]),
        logged([-1], [0, 1]),
        logged(["many"], [0, 1]),
        logged([1, "NaN"], [0, 1, 2]),
        logged([[1]], [0, 1]),
        logged(None, None),
        {"_type": "histogram", "values": [1], "packedBins": {"min": 0}},
        {"_type": "histogram", "values": [1], "packedBins": {"min": 0, "size": 1, "count": 9}},
    ],
)
def test_a_broken_histogram_is_none(value):
    assert read_histogram(value) is None


def test_a_run_is_drawn_step_by_step(world):
    run = build_run(world.project, "a", display_name="long-warmup")
    append(
        run,
        history({"_step": 0, "weights": logged([2, 6], [-1, 0, 1])}, {"_step": 5, "weights": logged([8], [-1, 1])}),
    )
    panel = draw(world)
    assert (panel["kind"], panel["treatment"]) == ("histogram", ["histogram over steps", "long-warmup"])
    body = panel["body"]
    assert (body["steps"], body["step_ends"], body["merged"]) == ([0, 5], [0, 5], [1, 1])
    assert (body["edges"][0], body["edges"][-1], len(body["edges"])) == (-1, 1, BIN_COUNT + 1)
    counts = np.array(body["counts"]).reshape(2, BIN_COUNT)
    assert counts[0, : BIN_COUNT // 2].sum() == pytest.approx(2)
    assert counts[1] == pytest.approx(8 / BIN_COUNT)


def test_empty_outer_bins_take_no_room(world):
    append(build_run(world.project, "a"), history({"_step": 0, "weights": logged([0, 1, 0], [-9, 0, 1, 9])}))
    body = draw(world)["body"]
    assert (body["edges"][0], body["edges"][-1]) == (0, 1)


def test_broken_ones_and_numbers_are_left_out_and_counted(world):
    append(
        build_run(world.project, "a"),
        history(
            {"_step": 0, "weights": logged([1], [0, 1])},
            {"_step": 1, "weights": logged([1], [0])},
            {"_step": 2, "weights": "gone"},
            {"_step": 3, "weights": 0.5},
        ),
    )
    panel = draw(world)
    assert panel["body"]["steps"] == [0]
    assert [note["sentence"] for note in panel["notes"]] == ["2 values are left out: no histograms."]


def test_the_first_shown_run_that_logs_it_is_drawn_or_the_one_asked_for(world):
    first = build_run(world.project, "a", display_name="a")
    second = build_run(world.project, "b", display_name="b")
    build_run(world.project, "c", display_name="c")
    for run in (first, second):
        append(run, history({"_step": 0, "weights": logged([1], [0, 1])}))
        digest_run(run.pk)
    assert draw(world)["marks"][0]["label"] == "b"
    assert draw(world, {**PANEL, "x": {"run": "a"}})["marks"][0]["label"] == "a"


def test_a_run_without_histograms_says_so(world):
    append(build_run(world.project, "a"), history({"_step": 0, "weights": 1.0}))
    panel = draw(world)
    assert panel["body"] is None
    assert panel["notes"][0]["sentence"] == "This run logs numbers under weights, no histograms."


def test_a_range_of_steps_reads_what_lies_in_it(world):
    run = build_run(world.project, "a")
    append(run, history(*({"_step": step, "weights": logged([1], [0, 1])} for step in range(100))))
    assert draw(world, low=9.5, high=20)["body"]["steps"] == list(range(9, 21))


def test_compacted_histograms_are_read_too(world):
    run = build_run(world.project, "a")
    rows = [{"_step": step, "weights": logged([step, 1], [0, 1, 2])} for step in range(300)]
    append(run, history(*rows))
    before = draw(world)["body"]
    digest_run(run.pk)
    compact_run(run.pk)
    assert draw(world)["body"] == before
    assert sum(before["counts"]) == pytest.approx(sum(range(300)) + 300)
    assert sum(before["merged"]) == 300


def test_of_very_many_some_are_read_and_the_note_says_so(world):
    run = build_run(world.project, "a")
    count = MOST_HISTOGRAMS + 1
    append(run, history(*({"_step": step, "weights": logged([1], [0, 1])} for step in range(count))))
    panel = draw(world)
    assert f"of {count} histograms are read" in panel["notes"][0]["sentence"]
    assert sum(panel["body"]["merged"]) == MOST_HISTOGRAMS // 2 + 1


histograms = st.lists(st.floats(0, 1e6), min_size=1, max_size=12).flatmap(
    lambda counts: st.tuples(
        st.just(np.array(counts)),
        st.floats(-1e3, 1e3),
        st.lists(st.floats(0.001, 1e3), min_size=len(counts), max_size=len(counts)),
    ).map(lambda found: Histogram(found[1] + np.concatenate(([0], np.cumsum(found[2]))), found[0]))
)


@given(st.lists(histograms, min_size=1, max_size=30), st.integers(1, 40))
def test_no_value_is_lost_however_bins_and_steps_are_joined(given_histograms, columns):
    found = columns_over_steps(np.arange(len(given_histograms)), given_histograms, columns)
    total = sum(each.counts.sum() for each in given_histograms)
    assert found.counts.sum() == pytest.approx(total)
    assert (found.counts >= -1e-6).all()
    assert found.counts.shape == (len(found.steps), BIN_COUNT)
    assert found.merged.sum() == len(given_histograms)
    assert len(found.steps) <= columns
