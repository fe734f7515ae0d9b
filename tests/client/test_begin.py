"""Where runs land, who owns them, and the one line a client prints when it may not log."""

import pytest

from apps.core import json
from tests.client.conftest import Runner

pytestmark = pytest.mark.backend
OWNER = """query R($p: String!, $r: String!) { project(name: $p, entityName: "northlight") { run(name: $r) {
  user { username name } sampledHistory(specs: ["{\\"keys\\": [\\"Sigmoid\\"]}"]) } } }"""


def errors(out: str) -> list[str]:
    return [line for line in out.splitlines() if "CommError" in line or "AuthenticationError" in line]


def test_t16_z10_a_bare_run_lands_at_the_default_place_and_its_address_is_a_page(client: Runner):
    answer = client.run("begin.py").answer
    assert (answer["entity"], answer["project"]) == ("northlight", "uncategorized")
    assert answer["url"].startswith(client.server.url)
    assert client.server.page(answer["url"], person="bob") == 200
    assert client.server.fetch(answer["url"])[0] in {404, 200}  # nobody is asked to sign in


def test_z22_a_repeated_scalar_is_a_line_over_steps(client: Runner):
    client.run("begin.py", "project=line", "id=line1").answer  # noqa: B018
    run = client.server.graphql(OWNER, p="line", r="line1")["project"]["run"]
    assert run["sampledHistory"] == [[{"Sigmoid": 0.5}, {"Sigmoid": 0.6}]]


def test_t15_an_unknown_entity_is_one_line_that_says_what_to_do(client: Runner):
    ended = client.run("begin.py", "entity=nowhere", "project=p")
    assert ended.code != 0
    assert "There is no user or team “nowhere” that you can log to. Create the team at" in ended.out
    assert len(errors(ended.out)) == 1
    assert ended.out.count("Traceback") == 1


def test_a_foreign_team_is_refused_alike(client: Runner):
    ended = client.run("begin.py", "entity=northlight", "project=p", WANDB_API_KEY=client.server.keys["mallory"])
    assert ended.code != 0
    assert "There is no user or team “northlight” that you can log to." in ended.out


def test_a_wrong_key_is_told(client: Runner):
    ended = client.run("begin.py", WANDB_API_KEY=f"carnet-{'x' * 40}")
    assert ended.code != 0
    assert "This API key is not valid" in ended.out


def test_t25_a_service_account_logs_for_the_member_it_names(client: Runner):
    key = client.server.keys["nightly"]
    answer = client.run(
        "begin.py", "project=service", "id=for-bob", WANDB_API_KEY=key, WANDB_USERNAME="bob", WANDB_SILENT="true"
    ).answer
    assert answer["entity"] == "northlight"
    run = client.server.graphql(OWNER, p="service", r="for-bob")["project"]["run"]
    assert run["user"]["username"] == "bob"


def test_t25_a_service_account_cannot_name_a_stranger(client: Runner):
    key = client.server.keys["nightly"]
    ended = client.run("begin.py", "project=service", WANDB_API_KEY=key, WANDB_USERNAME="mallory")
    assert ended.code != 0
    assert "“mallory” (WANDB_USERNAME) is not a member of the team" in ended.out


def test_t24_a_service_account_stays_in_its_team(client: Runner):
    ended = client.run("begin.py", "entity=mallory", WANDB_API_KEY=client.server.keys["nightly"])
    assert ended.code != 0
    assert "that you can log to" in ended.out


@pytest.mark.parametrize(
    ("resume", "id", "told"), [("must", "resume9", "does not exist"), ("never", "resume1", "resume1")]
)
def test_resuming_what_is_not_there_or_is_fails_with_the_clients_own_words(client: Runner, resume, id, told):
    client.run("begin.py", "project=resumed", "id=resume1", WANDB_SILENT="true").answer  # noqa: B018
    ended = client.run("begin.py", "project=resumed", f"id={id}", f"resume={resume}")
    assert ended.code != 0
    assert told in ended.out


def test_two_runs_at_once_with_one_id_are_one_run(client: Runner):
    both = [client.start("begin.py", "project=race", "id=race1") for _ in range(2)]
    assert {json.dumps(client.finish(script).answer["id"]) for script in both} == {b'"race1"'}
