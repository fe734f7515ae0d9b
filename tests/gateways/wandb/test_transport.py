"""What /graphql answers when the request itself is wrong: the right status and one sentence, in the client's form."""

import pytest
from django.core.cache import cache
from django.test import Client

from apps.core import json
from apps.gateways.wandb.api import documents
from apps.gateways.wandb.documents import Documents
from tests.build import build_token, build_user
from tests.gateways.wandb.asking import ask, basic, post

pytestmark = pytest.mark.django_db

VIEWER = "{ viewer { username } }"


def test_a_query_without_operation_name_is_answered():
    assert ask(build_user("alice"), VIEWER)["viewer"] == {"username": "alice"}


def test_the_operation_is_chosen_by_name_where_there_are_several():
    body = {"query": "query A { viewer { username } } query B { viewer { name } }", "operationName": "B"}
    answer = post(json.dumps(body), headers={"Authorization": basic(build_token(build_user("alice")))})
    assert answer["viewer"] == {"name": "alice"}


def test_variables_nobody_declared_are_ignored():
    assert (
        ask(build_user(), "query Q($name: String) { entity(name: $name) { name } }", name="x", usedAs=None).status
        == 200
    )


def test_bearer_works_too():
    answer = post(
        json.dumps({"query": VIEWER}), headers={"Authorization": f"Bearer {build_token(build_user('alice'))}"}
    )
    assert answer["viewer"]["username"] == "alice"


@pytest.mark.parametrize(
    "authorization",
    ["Basic !!!", "Basic YXBpOnNob3J0", "Bearer nonsense", "Digest x", basic(f"carnet-{'a' * 40}")],
)
def test_a_wrong_key_is_401_with_a_sentence(authorization):
    answer = post(json.dumps({"query": VIEWER}), headers={"Authorization": authorization})
    assert (answer.status, answer.data) == (401, None)
    assert answer.errors == ["This API key is not valid, or no longer. Create one at /authorize."]


def test_without_a_key_nobody_is_there():
    assert ask(None, VIEWER)["viewer"] is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "“query”"),
        (b"{}", "“query”"),
        (b'{"query": 5}', "“query”"),
        (b'{"query": "{viewer{id}}", "variables": []}', "“variables”"),
        (b'{"query": "{viewer{id"}', "cannot be read"),
        (b'{"query": ""}', "cannot be read"),
        (b'{"query": "{ nothing }"}', "Cannot query field 'nothing'"),
        (b'{"query": "query A { viewer { id } } query B { viewer { id } }"}', "operation name"),
        (b'{"query": "query A { viewer { id } }", "operationName": "B"}', "Unknown operation"),
        (b'{"query": "query Q($n: String!) { entity(name: $n) { id } }"}', "$n"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_400(body, told):
    answer = post(body)
    assert (answer.status, answer.data) == (400, None)
    assert told in answer.errors[0]


def test_a_body_over_the_limit_is_413(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = post(json.dumps({"query": VIEWER, "variables": {"x": "y" * 1000}}))
    assert answer.status == 413
    assert "larger" in answer.errors[0]


def test_ten_megabytes_in_a_variable_are_taken():
    query = "query Q($text: String) { entity(name: $text) { name } }"
    assert ask(build_user(), query, text="x" * 10_000_000)["entity"] is None


def test_other_methods_are_refused():
    assert Client().get("/graphql").status_code == 405


def test_an_operation_that_does_not_exist_yet_is_told_in_one_sentence():
    query = "mutation C($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id } } }"
    answer = ask(build_user(), query, input={})
    assert answer.status == 400
    assert answer.errors == ["This version of Carnet cannot do “createArtifact”."]


def test_a_query_too_deep_is_refused():
    deep = 'project(name: "p") { run(name: "r") { ' * 12 + "id" + "} }" * 12
    answer = ask(build_user(), "{ viewer { id } " + deep.replace("run(name", "run(name") + " }")
    assert answer.status == 400


def test_a_query_with_a_thousand_aliases_is_refused():
    answer = ask(build_user(), "{" + " ".join(f"v{place}: viewer {{ id }}" for place in range(1500)) + "}")
    assert answer.status == 400
    assert "2000 is the most" in answer.errors[0]


def test_fragments_that_multiply_are_counted_before_they_run():
    fragments = "fragment F0 on User { id name email } " + " ".join(
        f"fragment F{level} on User {{ ...F{level - 1} ...F{level - 1} }}" for level in range(1, 30)
    )
    answer = ask(build_user(), "{ viewer { ...F29 } } " + fragments)
    assert answer.status == 400
    assert "is the most" in answer.errors[0]


def test_fragments_in_a_circle_are_refused():
    answer = ask(build_user(), "{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }")
    assert answer.status == 400


def test_introspection_is_for_those_who_signed_in():
    query = '{ __type(name: "UpsertBucketInput") { inputFields { name } } }'
    names = [field["name"] for field in ask(build_user(), query)["__type"]["inputFields"]]
    assert "clientMutationId" in names
    assert ask(None, query).status == 400


def test_a_session_must_show_the_pages_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(build_user("alice"))
    body = json.dumps({"query": VIEWER})
    refused = client.post("/graphql", body, content_type="application/json")
    assert refused.status_code == 403
    assert "protection token" in json.loads(refused.content)["errors"][0]["message"]
    client.cookies["carnet_csrf"] = "a" * 32
    taken = client.post("/graphql", body, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert json.loads(taken.content)["data"]["viewer"]["username"] == "alice"


def test_too_many_requests_say_when_to_come_back(settings):
    cache.clear()
    settings.CARNET_RATE_LIMITS = {**settings.CARNET_RATE_LIMITS, "api": 2}
    key = build_token(build_user())
    assert [ask(key, VIEWER).status for _ in range(2)] == [200, 200]
    answer = ask(key, VIEWER)
    assert answer.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_what_nobody_expected_is_500_without_details(monkeypatch, caplog):
    def fail(_principal):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("apps.gateways.wandb.resolvers.session.default_entity", fail)
    answer = ask(build_user(), "{ viewer { entity } }")
    assert answer.status == 500
    assert "secret" not in answer.errors[0]
    assert "secret detail" in caplog.text


@pytest.mark.backend
def test_nul_and_half_characters_reach_no_column():
    query = "query Q($name: String) { entity(name: $name) { name } project(name: $name) { name } }"
    headers = {"Authorization": basic(build_token(build_user()))}
    for name in (r"a\u0000", r"a\ud800", r"\ud83d\ude00"):
        answer = post(f'{{"query": "{query}", "variables": {{"name": "{name}"}}}}', headers=headers)
        assert (answer.status, answer.data) == (200, {"entity": None, "project": None})


def test_documents_are_kept_by_text_and_right():
    kept = Documents(documents.schema, kept=2)
    first = kept.get(VIEWER, introspects=True)
    assert kept.get(VIEWER, introspects=True) is first
    assert kept.get(VIEWER, introspects=False) is not first
    kept.get("{ viewer { id } }", introspects=True)
    assert kept.get(VIEWER, introspects=True) is not first
