"""Benchmarks tell what they do, and their page has a place for what they measured."""

import json

import pytest

from benchmarks.__main__ import FOLDER, names
from benchmarks._figures import BEGIN, END, KEPT, README, Figure, draw, label, table


@pytest.mark.parametrize("name", names())
def test_every_benchmark_says_how_it_measures(name: str):
    assert f"- **{name}** — " in README.read_text(encoding="utf-8")
    assert (FOLDER / f"{name}.py").read_text(encoding="utf-8").startswith('"""')


def test_the_page_shows_what_was_kept():
    kept = list(json.loads(KEPT.read_text(encoding="utf-8")).values())
    text = README.read_text(encoding="utf-8")
    assert text.split(BEGIN)[1].split(END)[0].strip() == table(kept)
    assert (FOLDER / "figures.svg").read_text(encoding="utf-8") == draw(kept)


def test_a_figure_knows_whether_it_reaches_its_bar_and_how_it_stands_beside_a_peer():
    fast = Figure("chart", 20, "ms", 25, True, 1500, "SQLite")
    assert (fast.reaches, fast.ratio, label(fast)) == (True, 75, "chart (SQLite)")
    slow = Figure("ingest", 150, "points/s", 300, False, 50)
    assert (slow.reaches, slow.share, slow.ratio) == (False, 0.5, 3)
    assert Figure("only told", 3, "s").reaches is None
