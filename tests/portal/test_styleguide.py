"""The style guide answers as the endpoints that charts and logs ask, so that what it shows is what pages show."""

import json
from types import SimpleNamespace

import pytest

from apps.portal.styleguide import LOG_LINES, styleguide


@pytest.fixture
def ask(rf):
    def send(**query):
        request = rf.get("/styleguide", query)
        request.principal = SimpleNamespace(is_signed_in=False, is_operator=False)
        response = styleguide(request)
        return response.status_code, json.loads(response.content)

    return send


def test_columns_have_a_spike_that_the_mean_hides(ask):
    status, answer = ask(sample="columns", keys="train/loss,unknown")
    (series,) = answer["series"]
    assert status == 200
    assert max(series["max"]) > 2 * max(series["y"][300:])
    assert len(series["x"]) == len(series["y"]) == len(series["min"])


def test_columns_are_the_same_every_time(ask):
    assert ask(sample="columns", keys="val/acc1") == ask(sample="columns", keys="val/acc1")


def test_the_log_is_read_in_windows(ask):
    _, first = ask(sample="console")
    _, last = ask(sample="console", after=LOG_LINES - 3)
    assert [line["n"] for line in first["lines"]] == list(range(500))
    assert [line["n"] for line in last["lines"]] == [LOG_LINES - 2, LOG_LINES - 1]


def test_the_log_is_narrowed_by_level_and_words(ask):
    _, answer = ask(sample="console", level="error", q="RANK")
    assert answer["total"] == 2
    assert {line["level"] for line in answer["lines"]} == {"error"}
    assert answer["lines"][0]["n"] == answer["first_error"]


def test_what_fails_says_so_as_a_problem(ask):
    status, answer = ask(sample="broken")
    assert status == 500
    assert answer["code"] == "history_broken"


def test_the_palette_finds_by_words(ask):
    _, answer = ask(sample="search", q="WARM")
    assert [item["title"] for item in answer["groups"][0]["items"]] == ["long-warmup", "no-warmup-17"]
