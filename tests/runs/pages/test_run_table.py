"""The page of all runs as a table: readable before scripts run, with what its address says."""

import pytest

from apps.core import json
from apps.runs.models import HistoryKey, Run
from tests.build import build_project, build_run, build_world, owner_of, sign_in
from tests.runs.table.build import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    project = build_project()
    fill(project)
    return project


def page(project, query=""):
    return sign_in(owner_of(project.tenant.team)).get(f"/{project.tenant.name}/{project.name}/table{query}")


def state_of(text):
    _, _, rest = text.partition('<script id="table-state" type="application/json">')
    return json.loads(rest.partition("</script>")[0])


def test_t11_the_first_rows_stand_in_the_page(project):
    build_run(project, "quick", display_name="quick <b>heron</b>")
    text = page(project).content.decode()
    assert "quick &lt;b&gt;heron&lt;/b&gt;" in text
    assert f'href="/{project.tenant.name}/{project.name}/runs/quick"' in text
    assert "val/acc" in text
    assert state_of(text)["first"]["total"] == 5


def test_what_is_no_number_stands_in_the_page_as_a_word(project):
    bare = Run.objects.get(name="bare")
    for key, value in (("nan", float("nan")), ("inf", float("-inf"))):
        HistoryKey.objects.create(run=bare, project=project, key=key, last_value=value, last_step=1)
    text = page(project, "?columns=metric:nan:last,metric:inf:last").content.decode()
    assert [column["values"][0] for column in state_of(text)["first"]["columns"]] == ["NaN", "-Infinity"]
    assert 'values": [NaN' not in text


def test_what_the_address_says_is_shown(project):
    query = '?columns=run:name,metric:val/acc:min&order=-metric:val/acc:min&filters={"run:group":"a"}'
    first = state_of(page(project, query).content.decode())["first"]
    assert first["rows"]["name"] == ["high", "low"]
    assert [column["key"] for column in first["columns"]] == ["run:name", "metric:val/acc:min"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ('?filters={"$and": [{"config.lr": {"$over": 1}}]}', "$and[0].config.lr.$over"),
        ("?filters={", "is not JSON"),
        ("?columns=nothing", "There is no column “nothing”"),
        ("?order=-nothing", "There is no column “nothing”"),
    ],
)
def test_an_address_that_cannot_be_read_says_where_and_leaves_a_working_page(project, query, told):
    answer = page(project, query)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert told in text
    assert "Show all runs" in text
    assert state_of(text)["first"] is None


def test_columns_begin_with_what_tells_runs_apart(project):
    usual = state_of(page(project).content.decode())["usual"]
    assert {"config:lr", "config:m", "metric:val/acc:best", "metric:loss:best"} <= set(usual)


def test_the_address_that_clients_print_leads_to_the_table(project):
    answer = sign_in(owner_of(project.tenant.team)).get(f"/{project.tenant.name}/{project.name}/runs?q=ema")
    assert answer.headers["Location"] == f"/{project.tenant.name}/{project.name}/table?q=ema"


def test_who_may_only_look_is_offered_no_changes():
    world = build_world()
    build_run(world.project, "r1")
    state = state_of(sign_in(world.carol).get("/northlight/digits/table").content.decode())
    assert (state["may"]["edit"], state["may"]["delete"]) == (False, False)


@pytest.mark.parametrize("count", [3, 40])
def test_the_page_costs_the_same_queries_however_many_runs_there_are(project, count, django_assert_max_num_queries):
    for _ in range(count):
        build_run(project, config={"lr": count})
    client = sign_in(owner_of(project.tenant.team))
    with django_assert_max_num_queries(24):
        client.get(f"/{project.tenant.name}/{project.name}/table")
