"""A small query cannot keep the server busy for long, fill its memory, or look into other tenants."""

import time

import pytest

from apps.core.ids import wire_id
from apps.gateways.wandb.documents import KEPT_LENGTH, Documents
from apps.gateways.wandb.schema import schema
from tests.build import build_project, build_run, build_world
from tests.gateways.wandb.asking import ask

pytestmark = pytest.mark.django_db

REPEATED = {
    "one field": "{" + "viewer { username } " * 500 + "}",
    "fields below fields": "{" + ("viewer {" + "username " * 39 + "} ") * 45 + "}",
    "fields of a fragment nobody uses": "{ viewer { username } } fragment F on Query {"
    + "viewer { username } " * 900
    + "}",
    "many fragments": "{"
    + " ".join(f"...F{number}" for number in range(400))
    + "}"
    + "".join(f"fragment F{number} on Query {{ a{number}: viewer {{ username }} }}" for number in range(400)),
    "fragments that multiply": "{ viewer { username } }"
    + "".join(
        f"fragment F{number} on User {{ username {' '.join(f'...F{other}' for other in range(number + 1, 40))} }}"
        for number in range(40)
    ),
    "a fragment within itself": "{ ...A } fragment A on Query { viewer { username } ...A }",
}


@pytest.mark.parametrize("case", REPEATED)
def test_repetition_is_refused_before_it_costs(case):
    started = time.process_time()
    answer = ask(None, REPEATED[case])
    assert (answer.status, answer.data) == (400, None)
    assert time.process_time() - started < 1, answer.errors


def test_a_field_may_be_asked_for_more_than_once():
    world = build_world()
    query = "{ viewer { username } viewer { username ...U } } fragment U on User { username email }"
    assert ask(world.bob, query)["viewer"]["email"] == "bob@example.org"


def test_what_aliases_multiply_ends():
    world = build_world()
    for _ in range(3):
        build_run(world.public)
    counts = " ".join(f"a{number}: runCount" for number in range(900))
    query = (
        '{ project(name: "shown", entityName: "northlight") { runs { edges { node { project { %s } } } } } }' % counts
    )
    answer = ask(None, query)
    assert (answer.status, answer.data) == (413, None)
    assert "too many questions" in answer.errors[0]


def test_large_documents_are_not_all_kept():
    documents = Documents(schema)
    body = " ".join(f"a{number}: viewer" for number in range(3_300))
    for number in range(60):
        documents.get(f"query Q{number} {{ {body} }}", introspects=False)
    assert documents._kept_length == sum(kept.length for kept in documents._kept.values()) <= KEPT_LENGTH


@pytest.mark.parametrize("query", ["{ __schema { types { name } } }", '{ __type(name: "User") { name } }'])
def test_nobody_sees_the_schema(query):
    assert ask(None, query).status == 400


WRITES = {
    "stopRun": "mutation M($id: ID!) { result: stopRun(input: {id: $id}) { success } }",
    "deleteRun": "mutation M($id: ID!) { result: deleteRun(input: {id: $id}) { success } }",
    "upsertBucket": 'mutation M($id: String!) { result: upsertBucket(input: {id: $id, notes: "x"}) { inserted } }',
}


@pytest.mark.parametrize("write", WRITES)
def test_a_run_of_another_team_and_none_at_all_read_the_same(write):
    world = build_world()
    hidden = build_run(world.project)
    there = ask(world.mallory, WRITES[write], id=wire_id("Run", hidden.uid))
    absent = ask(world.mallory, WRITES[write], id=wire_id("Run", "9999999999999"))
    assert (there.status, there.errors) == (absent.status, absent.errors)
    assert there.status == 404
    hidden.refresh_from_db()
    assert (hidden.deleted_at, hidden.notes) == (None, "")


def test_a_run_of_another_team_is_no_cursor():
    """Its place in an order would tell how its values compare with one's own."""
    world = build_world()
    secret = build_run(world.project, summary={"loss": 0.5})
    own = build_project(world.other_team, "own")
    build_run(own, summary={"loss": 0.4})
    query = """query R($after: String) { project(name: "own", entityName: "elsewhere") {
        runs(order: "+summary_metrics.loss", after: $after) { edges { node { id } } } } }"""
    there = ask(world.mallory, query, after=wire_id("Run", secret.uid))
    absent = ask(world.mallory, query, after=wire_id("Run", "9999999999999"))
    assert (there.status, there.errors) == (absent.status, absent.errors)
    assert there.status == 400


@pytest.mark.parametrize("spelling", ["northlight", "NORTHLIGHT", "NorthLight"])
def test_the_spelling_of_a_hidden_team_is_not_told(spelling):
    world = build_world()
    write = """mutation M($entity: String!) {
        upsertBucket(input: {entityName: $entity, modelName: "p", name: "r"}) { inserted } }"""
    hidden = ask(world.mallory, write, entity=spelling)
    absent = ask(world.mallory, write, entity="NowHere")
    assert hidden.status == absent.status == 404
    assert hidden.errors[0].replace(spelling, "…") == absent.errors[0].replace("NowHere", "…")
