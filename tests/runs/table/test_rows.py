"""Rows of the run table: columns of every kind, orders, places, and what a question costs."""

import pytest

from apps.core.errors import InvalidInput
from apps.runs.models import HistoryKey, Run
from apps.runs.queries.table import select_runs, table_count, table_page
from tests.build import build_project, build_run
from tests.runs.table.build import add_fact, fill

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def project():
    project = build_project()
    fill(project)
    return project


def shown(project, *, columns=(), order=(), filters=None, words=None, **more):
    """Return names of rows, and the values of each column."""
    page = table_page(select_runs([project], filters, words), columns=columns, order=order, **more)
    return [row.name for row in page.rows], {str(each.key): each.values for each in page.columns}


def test_z19_a_metric_is_shown_by_its_last_least_or_greatest_value_with_the_step(project):
    facts = ("last", "min", "max", "min_step", "max_step", "last_step")
    names, columns = shown(project, columns=[f"metric:val/acc:{fact}" for fact in facts], order=["+metric:loss:min"])
    assert names == ["high", "mid", "low", "bare"]
    assert columns["metric:val/acc:last"] == pytest.approx([0.8, 0.4, 0.1, None], nan_ok=True)
    assert columns["metric:val/acc:min"] == pytest.approx([0.45, 0.25, 0.1, None])
    assert columns["metric:val/acc:max"] == pytest.approx([0.9, 0.5, 0.2, None])
    assert columns["metric:val/acc:max_step"] == [42, 42, 42, None]
    assert columns["metric:val/acc:min_step"] == [3, 3, 3, None]


def test_z13_best_is_the_maximum_of_a_score_and_the_minimum_of_an_error(project):
    page = table_page(select_runs([project]), columns=["metric:val/acc:best", "metric:loss:best"], order=["run:name"])
    accuracy, loss = page.columns
    assert (accuracy.key.goal, loss.key.goal) == ("max", "min")
    by_name = dict(zip((row.name for row in page.rows), zip(accuracy.values, loss.values, strict=True), strict=True))
    assert by_name["high"] == pytest.approx((0.9, 0.0))
    assert by_name["low"] == pytest.approx((0.2, 0.7))


def test_z13_what_the_script_defined_decides_what_best_is(project):
    Run.objects.filter(name="bare").update(client_config={"m": [{"1": "val/acc", "7": [1]}]})
    assert shown(project, columns=["metric:val/acc:best"], order=["metric:val/acc:best"])[0][:3] == [
        "low",
        "mid",
        "high",
    ]
    assert shown(project, filters={"metric:val/acc:best": {"$lt": 0.2}})[0] == ["low"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([], ["bare", "mid", "high", "low"]),
        (["-metric:val/acc:max"], ["high", "mid", "low", "bare"]),
        (["metric:val/acc:max"], ["low", "mid", "high", "bare"]),
        (["+metric:val/acc:last"], ["low", "mid", "high", "bare"]),
        (["-config:lr"], ["high", "mid", "low", "bare"]),
        (["-config:lr.value"], ["high", "low", "mid", "bare"]),
        (["+config:m"], ["mid", "low", "high", "bare"]),
        (["-config:m"], ["mid", "high", "low", "bare"]),
        (["run:name"], ["bare", "high", "low", "mid"]),
        (["-run:createdAt"], ["bare", "mid", "high", "low"]),
        (["+run:group", "-metric:val/acc:max"], ["high", "low", "mid", "bare"]),
    ],
)
def test_runs_without_the_value_come_last_either_way(project, order, expected):
    assert shown(project, order=order)[0] == expected


@pytest.mark.parametrize("order", [["-metric:val/acc:max"], ["+config:m"], ["-run:group"], []])
def test_t11_rows_are_found_by_place_and_join_without_gap_or_double(project, order):
    for number in range(7):
        run = build_run(project, f"more{number}", config={"m": "same"})
        if number % 2:
            add_fact(run, "val/acc", most=0.5)
    whole = shown(project, order=order)[0]
    assert len(set(whole)) == 11
    for limit in (1, 2, 3, 4):
        pieces = [shown(project, order=order, offset=start, limit=limit)[0] for start in range(0, 12, limit)]
        assert [name for piece in pieces for name in piece] == whole


def test_columns_of_runs_config_and_summary_stand_beside_each_other(project):
    Run.objects.filter(name="mid").update(notes="try again")
    _, columns = shown(
        project,
        columns=["run:state", "run:tags", "run:notes", "run:group", "config:lr.value", "config:m"],
        order=["run:name"],
    )
    assert columns["run:state"] == ["running", "failed", "finished", "running"]
    assert columns["run:tags"] == [[], [], [], ["best"]]
    assert columns["run:notes"] == [None, None, None, "try again"]
    assert columns["config:lr.value"] == [None, 10, 0.1, 0.1]
    assert columns["config:m"] == [None, "y", "x", 3]


def test_a_last_value_that_is_no_finite_number_is_shown_as_it_is(project):
    bare = Run.objects.get(name="bare")
    for key, value in (("nan", float("nan")), ("word", "up"), ("image", {"_type": "image-file", "path": "a.png"})):
        HistoryKey.objects.create(run=bare, project=project, key=key, last_value=value, last_step=1)
    _, columns = shown(project, columns=["metric:nan:last", "metric:word:last", "metric:image"], limit=1)
    assert str(columns["metric:nan:last"][0]) == "nan"
    assert columns["metric:word:last"] == ["up"]
    assert columns["metric:image:last"] == ["image-file"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"metric.val/acc.max": {"$gt": 0.4}}, ["mid", "high"]),
        ({"metric:val/acc:max": {"$gte": 0.5, "$lt": 0.9}}, ["mid"]),
        ({"metric:val/acc": 0.4}, ["mid"]),
        ({"metric:val/acc:max": {"$exists": False}}, ["bare"]),
        ({"metric:val/acc:max": None}, ["bare"]),
        ({"metric:val/acc:max": "high"}, []),
        ({"config:lr": 0.1, "run:state": "finished"}, ["low"]),
        ({"run:tags": "best"}, ["mid"]),
        ({"$or": [{"metric:val/acc:best": {"$gt": 0.8}}, {"tags": "best"}]}, ["mid", "high"]),
    ],
)
def test_metrics_filter_like_everything_else(project, filters, expected):
    assert shown(project, filters=filters)[0] == expected
    assert table_count(select_runs([project], filters)) == len(expected)


def test_words_narrow_together_with_filters(project):
    assert shown(project, words="best")[0] == ["mid"]
    assert shown(project, words="best", filters={"state": "failed"})[0] == []


def test_several_projects_make_one_table(project):
    other = build_project()
    for number, run in enumerate([build_run(other, "else1"), build_run(other, "else2")]):
        add_fact(run, "val/acc", most=0.3 + number)
    page = table_page(select_runs([project, other]), columns=["metric:val/acc:max"], order=["-metric:val/acc:max"])
    assert [row.name for row in page.rows] == ["else2", "high", "mid", "else1", "low", "bare"]
    assert page.rows[0].project == other.name


def test_deleted_runs_are_in_no_table(project):
    Run.objects.filter(name="high").update(deleted_at=Run.objects.get(name="high").created_at)
    assert shown(project, order=["-metric:val/acc:max"])[0] == ["mid", "low", "bare"]


@pytest.mark.parametrize(
    "key", ["a.b/c:d", "метрика", "max", "a:max", "x\\,y", "'; drop table runs_run; --", "%s", "{0}"]
)
def test_hostile_names_are_columns_like_others(project, key):
    run = Run.objects.get(name="bare")
    add_fact(run, key, most=7.5)
    names, columns = shown(project, columns=[f"metric:{key}:max"], order=[f"-metric:{key}:max"])
    assert names[0] == "bare"
    assert columns[f"metric:{key}:max"] == [7.5, None, None, None, None][: len(names)]
    assert shown(project, filters={f"metric:{key}:max": {"$gt": 7}})[0] == ["bare"]


@pytest.mark.parametrize("name", ["lr", "run:nothing", "config:", "metric:", "", "run", "tags"])
def test_an_unknown_column_is_refused_by_name(project, name):
    with pytest.raises(InvalidInput, match="There is no column"):
        shown(project, columns=[name])


@pytest.mark.parametrize(
    ("filters", "place"),
    [
        ('{"state": "finished"', "20"),
        ({"$and": [{"state": "a"}, {"config.lr": {"$grater": 1}}]}, "$and[1].config.lr.$grater"),
        ({"$or": [{"nothing": 1}]}, "$or[0].nothing"),
        ({"displayName": {"$regex": "("}}, "displayName.$regex"),
        ({"$and": [{"$or": [{"tags": "a"}, 3]}]}, "$and[0].$or[1]"),
        ({"$not": {"$nope": 1}}, "$not.$nope"),
        ({"tags": {"$in": "a"}}, "tags.$in"),
    ],
)
def test_the_place_of_an_error_in_a_filter_is_told(project, filters, place):
    with pytest.raises(InvalidInput) as refusal:
        shown(project, filters=filters)
    assert refusal.value.fields["place"] == place
    assert refusal.value.fields["filters"]


@pytest.mark.parametrize(("rows", "columns"), [(3, 1), (40, 12)])
def test_a_page_costs_four_queries_whatever_its_size(project, rows, columns, django_assert_num_queries):
    for number in range(rows):
        add_fact(build_run(project, f"r{number}", config={"lr": number}), "val/acc", most=number)
    keys = [f"config:key{number}" for number in range(columns)] + [f"metric:m{number}:max" for number in range(columns)]
    with django_assert_num_queries(4):
        table_page(select_runs([project]), columns=["run:username", *keys], order=["-metric:val/acc:max"], limit=rows)


def test_a_saved_span_moves_on_with_the_clock(project):
    assert shown(project, filters={"createdAt": {"$within": 7.5 * 3600}})[0] == ["bare"]
    assert len(shown(project, filters={"createdAt": {"$within": 86_400}})[0]) == 4
    for wrong in (-1, "1 d", True, None):
        with pytest.raises(InvalidInput, match="number of seconds"):
            shown(project, filters={"createdAt": {"$within": wrong}})
