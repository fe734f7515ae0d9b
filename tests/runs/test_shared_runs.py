"""Several writers for one run: each numbers its lines from 0, the server gives numbers, repetitions change nothing."""

import pytest

from apps.core import json
from apps.runs import actions as runs
from apps.runs.actions.digest import digest_run
from apps.runs.models import Run
from apps.runs.queries.console import console_page
from apps.runs.queries.history import event_rows, history_rows, row_count, sampled_history
from tests.build import build_run
from tests.runs.streaming import append, console, events, history, summary

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def run(db):
    return build_run()


def test_rows_of_two_writers_get_steps_of_their_own(run):
    append(run, history({"_step": 0, "a": 1}, {"_step": 1, "a": 2}), writer="one")
    append(run, history({"_step": 0, "b": 3}), writer="two")
    append(run, history({"_step": 2, "a": 4}, offset=2), writer="one")
    assert [json.loads(text) for text in history_rows(run)] == [
        {"_step": 0, "a": 1},
        {"_step": 1, "a": 2},
        {"_step": 2, "b": 3},
        {"_step": 3, "a": 4},
    ]
    assert sampled_history(run, ["_step", "a"]) == [{"_step": 0, "a": 1}, {"_step": 1, "a": 2}, {"_step": 3, "a": 4}]
    digest_run(run.pk)
    assert row_count(run) == 4


def test_a_repeated_request_adds_nothing_and_an_overlapping_one_its_end(run):
    for _ in range(2):
        append(run, history({"_step": 0, "a": 1}, {"_step": 1, "a": 2}), writer="one")
    append(run, history({"_step": 1, "a": 2}, {"_step": 2, "a": 3}, offset=1), writer="one")
    assert [json.loads(text)["a"] for text in history_rows(run)] == [1, 2, 3]


def test_console_and_system_metrics_are_numbered_too(run):
    append(run, console("a0", "a1"), events({"system.cpu/l:rank0": 1}), writer="one")
    append(run, console("b0"), events({"system.cpu/l:rank1": 2}), writer="two")
    assert [(line.number, line.text) for line in console_page(run).lines] == [(0, "a0"), (1, "a1"), (2, "b0")]
    assert len(event_rows(run)) == 2


def test_a_shared_run_goes_on_after_what_one_writer_wrote_alone(run):
    append(run, history({"_step": 7, "a": 1}), console("x"))
    append(run, history({"_step": 0, "b": 1}), console("y"), writer="two")
    assert [json.loads(text)["_step"] for text in history_rows(run)] == [7, 8]
    assert [line.text for line in console_page(run).lines] == ["x", "y"]


def test_summaries_of_writers_are_merged(run):
    append(run, summary(a=1), writer="one")
    append(run, summary(b=2), writer="two")
    digest_run(run.pk)
    run.refresh_from_db()
    assert run.summary == {"a": 1, "b": 2}


def test_the_run_ends_when_its_first_writer_says_so(run):
    append(run, writer="one", is_complete=True)
    assert Run.objects.get(pk=run.pk).state == "finished"
    assert runs.digest_run(run.pk)
