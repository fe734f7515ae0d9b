"""The run table over the API: columns of values, files, and whose runs one gets."""

import csv
import io

import pandas
import pytest
from asgiref.sync import async_to_sync

from apps.core import json
from apps.runs.models import Run
from tests.api.asking import Caller
from tests.build import build_project, build_run, build_world, owner_of
from tests.runs.table.build import add_fact, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    project = build_project()
    fill(project)
    return project


@pytest.fixture
def caller(project):
    return Caller(owner_of(project.tenant.team))


def below(project, ending=""):
    return f"projects/{project.tenant.name}/{project.name}/table{ending}"


@async_to_sync
async def body(response):
    return b"".join([piece async for piece in response])


def test_a_table_answers_in_columns(project, caller):
    asked = {"columns": "metric:val/acc:max,config:lr", "order": "-metric:val/acc:max", "limit": 2}
    status, table = caller.get(below(project), **asked)
    assert status == 200
    assert (table["total"], table["offset"], table["rows"]["name"]) == (4, 0, ["high", "mid"])
    assert [(each["key"], each["values"]) for each in table["columns"]] == [
        ("metric:val/acc:max", [0.9, 0.5]),
        ("config:lr", [10, 0.1]),
    ]
    assert caller.get(below(project), count="false")[1]["total"] is None


def test_a_key_with_commas_is_escaped(project, caller):
    add_fact(Run.objects.get(name="bare"), "a,b", most=3)
    _, table = caller.get(below(project), columns="metric:a\\,b:max,run:name", order="-metric:a\\,b:max", limit=1)
    assert [each["values"] for each in table["columns"]] == [[3], ["bare"]]


def test_the_place_of_trouble_in_a_filter_is_told(project, caller):
    status, problem = caller.get(below(project), filters='{"$and": [{"config.lr": {"$over": 1}}]}')
    assert (status, problem["fields"]["place"]) == (400, "$and[0].config.lr.$over")
    status, problem = caller.get(below(project), filters='{"a": }')
    assert (status, problem["fields"]["place"]) == (400, "6")


def test_groups_say_how_to_go_on(project, caller):
    _, page = caller.get(below(project, "/groups"), group="run:group", columns="metric:val/acc:max")
    assert page["groups"]["value"] == ["a", "b", None]
    assert page["groups"]["count"] == [2, 1, 1]
    assert page["columns"][0]["max"] == [0.9, 0.5, None]
    _, rows = caller.get(below(project), filters=json.dumps_text(page["groups"]["filters"][0]))
    assert sorted(rows["rows"]["name"]) == ["high", "low"]


def test_columns_are_found_by_search_with_how_many_runs_have_each(project, caller):
    _, found = caller.get(below(project, "/columns"), search="acc")
    assert [(each["key"], each["run_count"], each["goal"]) for each in found["items"]] == [
        ("metric:val/acc:last", 3, "max")
    ]
    _, found = caller.get(below(project, "/columns"))
    told = {each["key"]: each["run_count"] for each in found["items"]}
    assert told["config:lr"] == 3
    assert told["run:state"] is None


def test_thousands_of_columns_are_searched_and_two_hundred_told(project, caller):
    run = build_run(project, "wide", config={f"key{number}": number for number in range(1500)})
    for number in range(300):
        add_fact(run, f"layer{number}/grad", most=1)
    _, found = caller.get(below(project, "/columns"))
    assert found["total"] > 1800
    assert len(found["items"]) == 200
    _, found = caller.get(below(project, "/columns"), search="key1499")
    assert [each["key"] for each in found["items"]] == ["config:key1499"]
    _, found = caller.get(below(project, "/columns"), search="layer29 grad")
    assert found["total"] == 11


def test_a_summary_value_that_a_metric_tells_is_offered_once(project, caller):
    build_run(project, summary={"val/acc": 0.4, "verdict": "good", "_runtime": 3})
    _, found = caller.get(below(project, "/columns"))
    keys = [each["key"] for each in found["items"]]
    assert "summary:verdict" in keys
    assert not {"summary:val/acc", "summary:_runtime"} & set(keys)


def test_csv_holds_every_matching_run_with_units_in_its_heads(project, caller):
    Run.objects.filter(name="bare").update(display_name='a "b", c', notes="two\nlines")
    asked = {"columns": "run:displayName,run:duration,run:notes,config:lr,metric:val/acc:max_step", "order": "run:name"}
    status, response = caller.get(below(project, ".csv"), **asked)
    frame = pandas.read_csv(io.BytesIO(body(response)))
    assert status == 200
    assert list(frame.columns) == ["Name", "Duration (s)", "Notes", "config.lr", "val/acc step of max"]
    assert frame["Name"][0] == 'a "b", c'
    assert frame["Notes"][0] == "two\nlines"
    assert list(frame["config.lr"].fillna(-1)) == [-1, 10, 0.1, 0.1]
    assert response["Content-Disposition"] == f'attachment; filename="{project.name}-runs.csv"'


def test_no_name_becomes_a_formula_of_a_spreadsheet(project, caller):
    Run.objects.filter(name="bare").update(display_name="=HYPERLINK(1)", notes="-x")
    Run.objects.filter(name="high").update(display_name="@SUM", notes="\t=1")
    asked = {"columns": "run:displayName,run:notes,config:lr", "order": "run:name"}
    _, response = caller.get(below(project, ".csv"), **asked)
    rows = list(csv.reader(io.StringIO(body(response).decode(), newline="")))
    assert rows[1:3] == [["'=HYPERLINK(1)", "'-x", ""], ["'@SUM", "'\t=1", "10"]]


def test_parquet_keeps_types(project, caller):
    asked = {"columns": "run:name,run:createdAt,run:tags,config:lr,config:m,metric:val/acc:max", "order": "run:name"}
    _, response = caller.get(below(project, ".parquet"), **asked)
    frame = pandas.read_parquet(io.BytesIO(body(response)))
    assert list(frame["run:name"]) == ["bare", "high", "low", "mid"]
    assert list(frame["config:lr"].fillna(-1)) == [-1, 10, 0.1, 0.1]
    assert list(frame["config:m"].fillna("")) == ["", "y", "x", "3.0"]
    assert str(frame["run:createdAt"].dtype) == "datetime64[us, UTC]"
    assert list(frame["run:tags"][3]) == ["best"]


def test_files_hold_all_rows_and_only_matching_ones(project, caller):
    for number in range(620):
        Run.objects.create(
            tenant=project.tenant,
            project=project,
            name=f"many{number:03}",
            display_name=f"many{number:03}",
            group="many",
            created_at=Run.objects.earliest("created_at").created_at,
        )
    asked = {"columns": "run:displayName", "filters": '{"group": "many"}', "order": "run:name"}
    _, response = caller.get(below(project, ".csv"), **asked)
    assert body(response).decode().split() == ["Name", *(f"many{number:03}" for number in range(620))]
    _, response = caller.get(below(project, ".parquet"), **asked)
    assert len(pandas.read_parquet(io.BytesIO(body(response)))) == 620


@pytest.mark.parametrize("ending", ["", "/groups", ".csv", ".parquet"])
def test_a_wrong_question_is_refused_before_bytes_go_out(project, caller, ending):
    for wrong in ({"columns": "nothing"}, {"order": "nothing"}, {"filters": "{"}, {"limit": "many"}):
        status, problem = caller.get(below(project, ending), **{"group": "run:group", **wrong})
        assert status == 400, wrong
        assert problem["fields"]


def test_several_projects_are_one_table_and_an_unseen_one_is_404():
    world = build_world()
    for project, name in ((world.project, "mine"), (world.public, "shown"), (world.restricted, "hidden")):
        build_run(project, name)
    bob, digits, shown = Caller(world.bob), "northlight/digits", "northlight/shown"
    for ending in ("", "/columns", "/groups?group=run:group"):
        assert bob.client.get(f"/api/v1/table{ending}", {"project": [digits, "northlight/secret"]}).status_code in {
            400,
            404,
        }
    answer = json.loads(bob.client.get("/api/v1/table", {"project": [digits, shown, digits]}).content)
    assert sorted(answer["rows"]["name"]) == ["mine", "shown"]
    for hidden in ("northlight/secret", "northlight/absent", "elsewhere/nothing"):
        assert bob.client.get("/api/v1/table", {"project": [digits, hidden]}).status_code == 404
        assert bob.client.get("/api/v1/table.csv", {"project": [digits, hidden]}).status_code == 404
    assert bob.get("table")[0] == 400
    assert bob.get("table", project="digits")[0] == 400


def test_no_filter_reaches_into_projects_one_may_not_see():
    world = build_world()
    run = build_run(world.restricted, "hidden", config={"lr": 1})
    add_fact(run, "acc", most=1)
    build_run(world.project, "mine")
    bob = Caller(world.bob)
    for filters in ("{}", '{"$or": [{"config.lr": 1}, {"state": "running"}]}', '{"$not": {"name": "x"}}'):
        _, table = bob.get("projects/northlight/digits/table", filters=filters, order="-metric:acc:max")
        assert table["rows"]["name"] == ["mine"]
    assert bob.get("projects/northlight/digits/table/columns", search="acc")[1]["total"] == 0
