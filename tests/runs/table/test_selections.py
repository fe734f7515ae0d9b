"""A bulk action chooses exactly the runs that the table shows for the same filter and words."""

import pytest

from apps.runs.queries.selections import RunSelection, chosen_ids
from apps.runs.queries.table import select_runs
from tests.build import build_project
from tests.runs.table.build import fill

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.mark.parametrize(
    ("filters", "search", "names"),
    [
        ({}, "", ["low", "high", "mid", "bare"]),
        ({"metric:val/acc:best": {"$gt": 0.4}}, "", ["high", "mid"]),
        ({"metric:loss:best": {"$lt": 0.5}}, "", ["high", "mid"]),
        ({"metric:val/acc:best": {"$exists": False}}, "", ["bare"]),
        ({"$not": {"metric:val/acc:best": {"$gt": 0.4}}}, "", ["low", "bare"]),
        ({"config:lr": 0.1}, " mid ", ["mid"]),
    ],
)
def test_all_that_match_are_those_of_the_table(filters, search, names):
    project = build_project()
    runs = fill(project)
    wanted = sorted(runs[name].pk for name in names)
    assert sorted(run.pk for run in select_runs([project], filters, search).runs()) == wanted
    assert chosen_ids(RunSelection(project, filters=filters, words=search)) == wanted
