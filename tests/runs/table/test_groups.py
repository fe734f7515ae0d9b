"""Groups of the run table: counts, states, aggregates, and the way down."""

import pytest

from apps.core.errors import InvalidInput
from apps.runs.models import Run
from apps.runs.queries.table import select_runs, table_groups, table_page
from tests.build import build_project, build_run
from tests.runs.table.build import add_fact, fill

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def project():
    project = build_project()
    fill(project)
    return project


def groups(project, by, **more):
    return table_groups(select_runs([project], more.pop("filters", None)), by=by, **more)


def test_z07_runs_are_children_of_their_group_and_job_type_and_totals_roll_up(project):
    page = groups(project, "run:group", columns=["metric:val/acc:max", "run:duration"])
    assert [(each.value, each.count, each.states) for each in page.groups] == [
        ("a", 2, {"finished": 1, "failed": 1}),
        ("b", 1, {"running": 1}),
        (None, 1, {"running": 1}),
    ]
    acc = page.groups[0].aggregates["metric:val/acc:max"]
    assert (acc.count, acc.distinct, acc.min, acc.max) == (2, 2, 0.2, 0.9)
    assert acc.mean == pytest.approx(0.55)

    below = groups(project, "run:jobType", filters=page.groups[0].filters)
    assert {each.value: each.count for each in below.groups} == {"train": 1, "eval": 1}
    assert sum(each.count for each in below.groups) == page.groups[0].count

    inside = select_runs([project], {"$and": [page.groups[0].filters, below.groups[0].filters]})
    assert [row.name for row in table_page(inside).rows] == ["high"]


def test_every_group_opens_to_as_many_runs_as_it_counts(project):
    build_run(project, "yes", config={"m": True, "lr": None})
    build_run(project, "word", config={"m": "true"})
    for by in ("config:m", "config:lr", "run:state", "run:group", "run:username", "summary:nothing"):
        page = groups(project, by)
        assert sum(each.count for each in page.groups) == 6
        for each in page.groups:
            rows = table_page(select_runs([project], each.filters)).rows
            assert len(rows) == each.count, (by, each.value)


def test_values_of_different_types_are_different_groups(project):
    build_run(project, "yes", config={"m": True})
    build_run(project, "word", config={"m": "true"})
    found = [each.value for each in groups(project, "config:m", order=["+config:m"]).groups]
    assert found == [3, True, "true", "x", "y", None]


def test_groups_are_ordered_by_the_best_of_a_column(project):
    best = groups(project, "config:lr", columns=[], order=["-metric:val/acc:max"])
    assert [each.value for each in best.groups] == [10, 0.1, None]
    least = groups(project, "config:lr", columns=["metric:loss:min"], order=["+metric:loss:min"])
    assert [each.value for each in least.groups] == [10, 0.1, None]


def test_config_columns_tell_range_and_how_many_values_there_are(project):
    (group, *_) = groups(project, "run:group", columns=["config:lr", "config:m"]).groups
    lr, model = group.aggregates["config:lr"], group.aggregates["config:m"]
    assert (lr.min, lr.max, lr.distinct) == (0.1, 10, 2)
    assert (model.count, model.distinct, model.min) == (2, 2, None)


def test_groups_come_by_the_page(project):
    for number in range(5):
        build_run(project, config={"seed": number})
    page = groups(project, "config:seed", order=["-config:seed"], offset=1, limit=2)
    assert [each.value for each in page.groups] == [3, 2]
    assert page.total == 6


def test_deleted_runs_count_in_no_group(project):
    high = Run.objects.get(name="high")
    Run.objects.filter(pk=high.pk).update(deleted_at=high.created_at)
    (group, *_) = groups(project, "run:group", columns=["metric:val/acc:max"], order=["run:group"]).groups
    assert (group.count, group.aggregates["metric:val/acc:max"].max) == (1, 0.2)


@pytest.mark.parametrize("by", ["run:tags", "run:createdAt", "metric:val/acc:max", "nothing"])
def test_what_makes_no_groups_is_refused(project, by):
    with pytest.raises(InvalidInput):
        groups(project, by)


@pytest.mark.parametrize("count", [2, 30])
def test_groups_cost_the_same_queries_however_many_there_are(project, count, django_assert_num_queries):
    for number in range(count):
        add_fact(build_run(project, config={"seed": number}), "val/acc", most=number)
    columns = ["run:duration", "run:username", "config:lr", "config:m", "metric:val/acc:max", "metric:loss:min"]
    with django_assert_num_queries(4):
        groups(project, "config:seed", columns=columns, order=["-metric:val/acc:max"])
