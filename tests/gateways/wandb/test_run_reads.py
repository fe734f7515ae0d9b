"""Reading a run back: its facts, history, system metrics, console (sections 10.3 and 11 of the client's protocol)."""

import pytest

from apps.core import json
from apps.runs.models import Run
from tests.build import build_run, build_world
from tests.gateways.wandb.asking import ask, upsert
from tests.runs.streaming import append, console, events, history, summary

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

RESUME = """
query RunResumeStatus($project: String, $entity: String, $name: String!) {
  model(name: $project, entityName: $entity) {
    id name entity { id name }
    bucket(name: $name, missingOk: true) {
      id name summaryMetrics displayName logLineCount historyLineCount eventsLineCount historyTail eventsTail config
      tags notes wandbConfig(keys: ["t"])
    }
  }
}
"""


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def run(world):
    """Three rows of history with a gap, one with a NaN; two samples of the machine; two console lines."""
    upsert(world.bob, entity="northlight", project="digits", name="a", config='{"_wandb": {"value": {"t": {"1": 2}}}}')
    run = Run.objects.get(name="a")
    rows = [{"_step": step, "loss": 1 / (step + 1), "nested": {"x": step}} for step in (0, 1, 100)]
    rows[2]["odd"] = float("nan")
    append(run, history(*rows), summary(loss=0.5, odd=float("inf")))
    append(run, events({"system.cpu": 1.5, "_runtime": 1}, {"system.cpu": 2.5, "_runtime": 2}))
    line = '{"ts":"2026-11-20T08:41:05.317425","content":"hello"}'
    append(run, console(line, line.replace("hello", "oh no").replace("{", '{"level":"error",', 1)))
    return run


def read(person, fields, *, name="a", project="digits", **variables):
    query = f"""query R($p: String!, $n: String!) {{
        project(name: $p, entityName: "northlight") {{ run(name: $n) {{ {fields} }} }} }}"""
    return ask(person, query, p=project, n=name, **variables)


def test_resume_status_has_all_that_must_not_be_null(world, run):
    model = ask(world.bob, RESUME, project="digits", entity="northlight", name="a")["model"]
    bucket = model["bucket"]
    assert model["entity"]["name"] == "northlight"
    assert (bucket["historyLineCount"], bucket["eventsLineCount"], bucket["logLineCount"]) == (3, 2, 2)
    assert [json.loads(row)["_step"] for row in json.loads(bucket["historyTail"])][-1] == 100
    assert json.loads(json.loads(bucket["eventsTail"])[-1])["system.cpu"] == 2.5
    assert json.loads(bucket["wandbConfig"]) == {"t": {"1": 2}}
    assert bucket["summaryMetrics"] == '{"loss":0.5,"odd":Infinity}'


def test_resume_status_of_an_empty_run(world):
    build_run(world.project, "empty")
    bucket = ask(world.bob, RESUME, project="digits", entity="northlight", name="empty")["model"]["bucket"]
    assert (bucket["historyLineCount"], bucket["eventsLineCount"], bucket["logLineCount"]) == (0, 0, 0)
    assert bucket["historyTail"] == bucket["eventsTail"] == "[]"
    assert bucket["summaryMetrics"] == bucket["config"] == bucket["wandbConfig"] == "{}"


@pytest.mark.parametrize(("project", "name"), [("digits", "missing"), ("nowhere", "a")])
def test_what_is_missing_reads_as_null(world, project, name):
    answer = ask(world.bob, RESUME, project=project, entity="northlight", name=name)
    assert answer["model"] is None or answer["model"]["bucket"] is None


@pytest.mark.parametrize(("person", "sees"), [("alice", True), ("carol", True), ("dan", False), ("mallory", False)])
def test_who_sees_a_run(world, run, person, sees):
    project = read(world.people[person], "name")["project"]
    assert (project is not None) == sees
    assert ask(None, '{ project(name: "digits", entityName: "northlight") { name } }')["project"] is None


def test_a_deleted_run_is_gone_from_reads(world, run):
    Run.objects.filter(pk=run.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert read(world.bob, "name")["project"]["run"] is None


def test_history_keys(world, run):
    keys = read(world.bob, "historyKeys")["project"]["run"]["historyKeys"]
    assert keys["lastStep"] == 100
    assert {"loss", "nested.x", "odd"} <= keys["keys"].keys()
    assert keys["keys"]["nested.x"]["typeCounts"] == [{"type": "number", "count": 3}]
    assert keys["keys"]["nested.x"]["previousValue"] == 100
    assert keys["keys"]["odd"]["previousValue"] == "NaN"
    build_run(world.project, "empty")
    assert read(world.bob, "historyKeys", name="empty")["project"]["run"]["historyKeys"] is None


def test_history_by_steps_and_thinned(world, run):
    page = read(world.bob, "history(minStep: 0, maxStep: 2, samples: 2)")["project"]["run"]["history"]
    assert [json.loads(row)["_step"] for row in page] == [0, 1]
    assert "NaN" in read(world.bob, "history")["project"]["run"]["history"][-1]
    ends = read(world.bob, "history(samples: 2)")["project"]["run"]["history"]
    assert [json.loads(row)["_step"] for row in ends] == [0, 100]


def test_sampled_history_holds_the_asked_keys_of_rows_that_have_all(world, run):
    query = """query S($specs: [JSONString!]!) { project(name: "digits", entityName: "northlight") {
        run(name: "a") { sampledHistory(specs: $specs) } } }"""
    specs = [
        '{"keys": ["loss", "nested.x", "loss"]}',
        '{"keys": ["_step", "odd"]}',
        '{"keys": ["loss"], "minStep": 1, "maxStep": 100, "samples": 10}',
        "{}",
    ]
    first, second, third, fourth = ask(world.bob, query, specs=specs)["project"]["run"]["sampledHistory"]
    assert first[0] == {"loss": 1, "nested.x": 0}
    assert second == [{"_step": 100, "odd": "NaN"}]
    assert len(third) == 2
    assert fourth == []
    alone = ask(world.bob, query, specs="{}")["project"]["run"]["sampledHistory"]
    assert alone == [[]]


def test_parquet_history_says_read_everything_live(world, run):
    answer = read(world.bob, 'parquetHistory(liveKeys: ["_step"]) { parquetUrls liveData }')["project"]["run"]
    assert answer["parquetHistory"] == {"parquetUrls": [], "liveData": []}


def test_system_metrics(world, run):
    answer = read(world.bob, "systemMetrics events(samples: 10)")["project"]["run"]
    assert json.loads(answer["systemMetrics"])["system.cpu"] == 2.5
    assert [json.loads(row)["system.cpu"] for row in answer["events"]] == [1.5, 2.5]


def test_console_by_page_and_from_the_end(world, run):
    line = "edges { node { number timestamp level label line } } pageInfo { endCursor hasNextPage }"
    first = read(world.bob, f"logLineCount logLines(first: 1, useImprovedPagination: true) {{ {line} }}")
    first = first["project"]["run"]
    assert first["logLineCount"] == 2
    node = first["logLines"]["edges"][0]["node"]
    assert node == {"number": 0, "timestamp": "2026-11-20T08:41:05.317425Z", "level": "", "label": "", "line": "hello"}
    assert first["logLines"]["pageInfo"]["hasNextPage"] is True
    after = first["logLines"]["pageInfo"]["endCursor"]
    second = read(world.bob, f'logLines(first: 5, after: "{after}") {{ {line} }}')["project"]["run"]["logLines"]
    assert [edge["node"]["level"] for edge in second["edges"]] == ["error"]
    assert second["pageInfo"]["hasNextPage"] is False
    last = read(world.bob, f"logLines(last: 1) {{ {line} }}")["project"]["run"]["logLines"]
    assert [edge["node"]["line"] for edge in last["edges"]] == ["oh no"]


def test_state_and_flags(world, run):
    fields = "state stopped shouldStop failed running exitcode readOnly projectId heartbeatAt createdAt computeSeconds"
    answer = read(world.bob, fields)["project"]["run"]
    assert (answer["state"], answer["stopped"], answer["failed"], answer["running"]) == ("running", False, False, True)
    assert answer["readOnly"] is False
    assert answer["projectId"] == world.project.pk
    assert answer["heartbeatAt"].endswith("Z")
    assert read(world.carol, "readOnly")["project"]["run"]["readOnly"] is True


def test_things_that_do_not_exist_yet_are_empty(world, run):
    artifacts = "outputArtifacts { totalCount edges { node { id } } } inputArtifacts { edges { node { id } } }"
    assert read(world.bob, artifacts)["project"]["run"]["outputArtifacts"]["totalCount"] == 0
    query = """{ project(name: "digits", entityName: "northlight") { sweep(sweepName: "s") { id } totalSweeps
        artifact(name: "x:latest") { id } artifactTypes { edges { node { id } } } allViews { edges { node { id } } } }
        organization(name: "o") { name } artifact(id: "x") { id } }"""
    answer = ask(world.bob, query)
    assert answer["project"]["sweep"] is None
    assert answer["organization"] is None


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ("history(samples: -1)", 400, "at least 1"),
        ('sampledHistory(specs: ["{"])', 400, "not JSON"),
        ('sampledHistory(specs: ["[]"])', 400, "no JSON object"),
        ('sampledHistory(specs: ["{\\"keys\\": 5}"])', 400, "“keys”"),
        ('sampledHistory(specs: ["{\\"keys\\": [\\"a\\"], \\"minStep\\": \\"x\\"}"])', 400, "“minStep”"),
        ("history(minStep: 99999999999999999999)", 400, "64 bits"),
        ('logLines(first: 1, after: "x") { edges { cursor } }', 400, "cursor"),
        ("files(first: 0) { edges { cursor } }", 400, "at least 1"),
        ('files(after: "é") { edges { cursor } }', 400, "cursor"),
        (" ".join(f"h{place}: history(samples: 499999)" for place in range(3)), 413, "500,000 rows"),
    ],
)
def test_reads_that_make_no_sense_are_refused(world, run, fields, status, told):
    answer = read(world.bob, fields)
    assert (answer.status, answer.data) == (status, None)
    assert told in answer.errors[0]
