"""The order of runs and the pages within it."""

import pytest

from apps.core.errors import InvalidInput
from apps.runs.filters import order_runs, run_page
from apps.runs.models import Run
from tests.build import build_project, build_run

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

SUMMARIES = {"a": {"loss": 3}, "b": {"loss": 1}, "c": {}, "d": {"loss": 1}, "e": {"loss": "text"}, "f": {"loss": 2.5}}


@pytest.fixture
def project():
    project = build_project()
    for name, summary in SUMMARIES.items():
        build_run(project, name, summary=summary, config={"lr": ord(name)}, group="x" if name in "ab" else "")
    return project


def names(runs):
    return "".join(run.name for run in runs)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (None, "fedcba"),
        ("+created_at", "abcdef"),
        ("createdAt", "abcdef"),
        ("-created_at", "fedcba"),
        ("+summary_metrics.loss", "bdfaec"),
        ("-summary_metrics.loss", "afbdec"),
        ("-config.lr.value", "fedcba"),
        ("+config.lr", "abcdef"),
        ("-group,-name", "bafedc"),
        ("+group,-summary_metrics.loss", "abfdec"),
        ("-duration", "abcdef"),
        ("name", "abcdef"),
        ("-summary_metrics.nothing", "abcdef"),
    ],
)
def test_runs_are_ordered(project, order, expected):
    found = names(order_runs(project.runs.all(), order))
    if order != "-duration":  # within milliseconds here: only that it works
        assert found == expected
    assert sorted(found) == list("abcdef")


@pytest.mark.parametrize(
    "order", [None, "+created_at", "+summary_metrics.loss", "-summary_metrics.loss", "-group", "-duration"]
)
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_join_to_the_whole_list(project, order, size):
    whole = names(order_runs(project.runs.all(), order))
    found, after = "", None
    for _ in range(10):
        page = run_page(project.runs.all(), order=order, after=after, first=size)
        found += names(page.runs)
        if not page.has_next:
            break
        after = page.cursor(page.runs[-1])
    assert found == whole


def test_runs_that_come_and_go_between_pages_shift_nothing(project):
    first = run_page(project.runs.live(), order="-created_at", first=2)
    assert names(first.runs) == "fe"
    build_run(project, "g")
    Run.objects.filter(name="e").update(deleted_at="2026-01-01T00:00:00Z")
    second = run_page(
        project.runs.live(), order="-created_at", after=first.cursor(first.runs[-1]), first=2, within=project.runs.all()
    )
    assert names(second.runs) == "dc"


@pytest.mark.parametrize(
    ("order", "told"),
    [("-", "not an order"), ("-colour", "“colour”"), ("tags", "by their tags"), ("a,b,c,d,e,f", "at most 5")],
)
def test_an_order_nobody_knows_is_refused(project, order, told):
    with pytest.raises(InvalidInput, match=told):
        run_page(project.runs.all(), order=order)


@pytest.mark.parametrize("first", [0, -1, 1001])
def test_a_page_has_a_sensible_size(project, first):
    with pytest.raises(InvalidInput, match="1 to 1000"):
        run_page(project.runs.all(), order=None, first=first)


def test_a_page_takes_one_query_however_long(project, django_assert_num_queries):
    with django_assert_num_queries(1):
        run_page(project.runs.all(), order="-summary_metrics.loss", first=5)
