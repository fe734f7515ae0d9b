"""Whatever stands in the variables: an answer with a status and a sentence, never a failure of the server."""

from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.core.ids import wire_id
from tests.build import build_run, build_token, build_world
from tests.gateways.wandb.asking import UPSERT, ask
from tests.gateways.wandb.test_files import CREATE, FILES
from tests.gateways.wandb.test_run_lists import RUNS

pytestmark = pytest.mark.backend

QUERIES = {
    "upsert": UPSERT,
    "runs": RUNS,
    "files": FILES,
    "create": CREATE,
    "entity": "query E($name: String) { entity(name: $name) { id members { name } project(name: $name) { id } } }",
    "project": """query P($name: String, $entity: String) { project(name: $name, entityName: $entity) {
        run(name: "r") { id } bucket(name: "r", missingOk: true) { id } } }""",
    "history": """query H($name: String!, $minStep: Int64, $maxStep: Int64, $samples: Int, $specs: [JSONString!]!) {
        project(name: "digits", entityName: "northlight") { run(name: $name) {
        history(minStep: $minStep, maxStep: $maxStep, samples: $samples) sampledHistory(specs: $specs) } } }""",
    "lines": """query L($first: Int, $after: String, $last: Int) {
        project(name: "digits", entityName: "northlight") { run(name: "run0") {
        logLines(first: $first, after: $after, last: $last) { edges { cursor } } } } }""",
    "delete": "mutation D($id: ID!) { deleteRun(input: {id: $id}) { success } }",
    "team": "mutation T($name: String!) { createTeam(input: {teamName: $name}) { entity { id } } }",
    "key": "mutation G($description: String) { generateApiKey(input: {description: $description}) { apiKey { id } } }",
}
NAMES = """
    id name project entity config displayName groupName notes tags state jobType summaryMetrics commit host sweep cursor
    perPage order filters fileNames pattern first run files minStep maxStep samples specs after last description
""".split()

texts = st.one_of(
    st.text(st.characters(), max_size=20),
    st.sampled_from(
        ["run0", "digits", "northlight", "{}", "[]", "null", "NaN", "a\x00b", "\ud800", "x" * 3000, "%", "../a"]
    ),
    st.sampled_from(
        ['{"a": {"value": 1e999}}', '{"\\u0000": "\\ud800"}', '{"config.a": {"$gt": 1e400}}', "-summary_metrics.x"]
    ),
    st.sampled_from(
        ['{"keys": ["a"], "samples": -1}', '{"state": {"$regex": "[[:x:]]"}}', '{"createdAt": "9999-99-99"}']
    ),
)
numbers = st.one_of(st.integers(-(2**70), 2**70), st.sampled_from([0, 1, -1, 2**31 - 1, 2**63 - 1, 1.5, True]))
values = st.one_of(st.none(), texts, numbers, st.lists(texts, max_size=3))
variables = st.dictionaries(st.sampled_from(NAMES), values, max_size=6)


@override_settings(CARNET_RATE_LIMITS={"api": 0, "file_stream": 0})
class AnyInput(TestCase):
    """Each example in a transaction of its own."""

    @given(which=st.sampled_from(sorted(QUERIES)), given_values=variables)
    def test_the_server_never_fails(self, which: str, given_values: dict[str, Any]):
        world = build_world()
        run = build_run(world.project, "run0")
        given_values = {"id": wire_id("Run", run.uid), "run": "run0", "files": [], "specs": []} | given_values
        answer = ask(build_token(world.bob), QUERIES[which], **given_values)
        assert answer.status in {200, 400, 403, 404, 409, 413}, answer.errors
        assert answer.status == 200 or answer.errors[0]
