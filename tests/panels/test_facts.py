"""Facts of runs: the same whether they are asked for by run or by project."""

import pytest

from apps.panels import facts
from apps.panels.keys import Key
from tests.build import build_run, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

KEYS = [Key("config", "lr"), Key("run", "host"), Key("tags", "")]


@pytest.mark.parametrize("most", [500, 1])
def test_values_are_those_of_the_given_runs_however_many_there_are(monkeypatch, django_assert_num_queries, most):
    monkeypatch.setattr(facts, "_IN_ONE_QUERY", most)
    project = build_world().project
    runs = [build_run(project, f"r{n}", config={"lr": n}, host=f"h{n}", tags=[f"t{n}"]) for n in range(3)]
    with django_assert_num_queries(3):
        found = facts.facts_of(runs[:2], KEYS)
    ids = [run.pk for run in runs[:2]]
    assert found == {
        KEYS[0]: {ids[0]: 0, ids[1]: 1},
        KEYS[1]: {ids[0]: "h0", ids[1]: "h1"},
        KEYS[2]: {ids[0]: ["t0"], ids[1]: ["t1"]},
    }
