"""UpsertBucket: how runs begin, go on and change (section 7.1 of the client's protocol)."""

from typing import Any

import pytest

from apps.core import json
from apps.projects.models import Project
from apps.runs.models import Run
from tests.build import build_project, build_run, build_service_account, build_service_token, build_token, build_world
from tests.gateways.wandb.asking import PUBLIC, ask, upsert

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

CONFIG = {
    "lr": {"value": 0.1},
    "net": {"value": {"depth": 2}},
    "_wandb": {
        "value": {
            "t": {"3": [13]},
            "e": {
                "w1": {
                    "os": "Linux",
                    "host": "vm7",
                    "program": "train.py",
                    "startedAt": "2026-11-20T08:00:00Z",
                    "git": {"commit": "c0ffee", "remote": "https://example.org/r.git"},
                }
            },
        }
    },
}


@pytest.fixture
def world():
    return build_world()


def test_a_run_begins_with_all_it_says(world):
    answer = upsert(
        world.bob,
        entity="northlight",
        project="digits",
        name="y5ija0gs",
        displayName="my run",
        groupName="g1",
        jobType="train",
        notes="hello",
        tags=["t1", "t2"],
        config=json.dumps_lenient(CONFIG),
    )["upsertBucket"]
    bucket = answer["bucket"]
    assert answer["inserted"] is True
    assert (bucket["name"], bucket["displayName"], bucket["state"]) == ("y5ija0gs", "my run", "running")
    assert (bucket["group"], bucket["notes"], bucket["tags"]) == ("g1", "hello", ["t1", "t2"])
    assert bucket["project"]["name"] == "digits"
    assert bucket["project"]["entity"]["name"] == "northlight"
    assert bucket["user"] == {"name": "bob", "username": "bob"}
    assert bucket["historyLineCount"] == 0
    assert json.loads(bucket["config"]) == CONFIG
    run = Run.objects.get()
    assert run.config == {"lr": 0.1, "net": {"depth": 2}}
    assert (run.host, run.commit, run.repo) == ("vm7", "c0ffee", "https://example.org/r.git")
    assert run.metadata["os"] == "Linux"


def test_a_repeat_changes_nothing(world):
    variables: dict[str, Any] = {
        "entity": "northlight",
        "project": "digits",
        "name": "a",
        "displayName": "x",
        "tags": ["t"],
    }
    first = upsert(world.bob, **variables)["upsertBucket"]
    second = upsert(world.bob, **variables)["upsertBucket"]
    assert (first["inserted"], second["inserted"]) == (True, False)
    assert first["bucket"] == second["bucket"]
    assert Run.objects.count() == 1


def test_null_leaves_values_as_they_are(world):
    upsert(world.bob, entity="northlight", project="digits", name="a", displayName="x", notes="n", tags=["t"])
    bucket = upsert(world.bob, entity="northlight", project="digits", name="a", config='{"lr": {"value": 1}}')
    bucket = bucket["upsertBucket"]["bucket"]
    assert (bucket["displayName"], bucket["notes"], bucket["tags"]) == ("x", "n", ["t"])
    assert (
        upsert(world.bob, entity="northlight", project="digits", name="a", tags=[])["upsertBucket"]["bucket"]["tags"]
        == []
    )


def test_the_config_is_replaced_as_a_whole(world):
    place: dict[str, Any] = {"entity": "northlight", "project": "digits", "name": "a"}
    upsert(world.bob, **place, config='{"lr": {"value": 1}, "bs": {"value": 2}}')
    upsert(world.bob, **place, config='{"lr": {"value": NaN}}')
    assert list(Run.objects.get().config) == ["lr"]


def test_the_api_changes_config_and_keeps_the_clients_own_part(world):
    place: dict[str, Any] = {"entity": "northlight", "project": "digits", "name": "a"}
    made = upsert(world.bob, **place, config=json.dumps_lenient(CONFIG))["upsertBucket"]["bucket"]
    changed = upsert(world.bob, agent=PUBLIC, id=made["id"], config='{"lr": {"value": 5, "desc": null}}')
    config = json.loads(changed["upsertBucket"]["bucket"]["config"])
    assert config["lr"] == {"value": 5}
    assert config["_wandb"]["value"]["t"] == {"3": [13]}


def test_a_run_without_a_name_is_named(world):
    bucket = upsert(world.bob, entity="northlight", project="digits")["upsertBucket"]["bucket"]
    assert len(bucket["name"]) == 8
    assert bucket["displayName"].count("-") == 2


def test_a_bare_run_lands_at_the_default_place(world):
    bucket = upsert(world.bob, name="a")["upsertBucket"]["bucket"]
    assert bucket["project"]["name"] == "uncategorized"
    assert bucket["project"]["entity"]["name"] == "northlight"
    assert upsert(world.mallory, name="a")["upsertBucket"]["bucket"]["project"]["entity"]["name"] == "elsewhere"


def test_a_missing_project_is_made(world):
    upsert(world.bob, entity="northlight", project="fresh", name="a")
    assert Project.objects.get(name="fresh").visibility == "team"


def test_an_unknown_entity_is_404_with_what_to_do(world):
    answer = upsert(world.bob, entity="nowhere", project="p", name="a")
    assert (answer.status, answer.data) == (404, None)
    assert answer.errors == [
        "There is no user or team “nowhere” that you can log to. Create the team at http://testserver/teams/new, "
        "or leave out the entity to log to “northlight”."
    ]


def test_a_foreign_entity_reads_like_an_unknown_one(world):
    foreign = upsert(world.mallory, entity="northlight", project="p", name="a")
    hidden = upsert(world.mallory, entity="northlight", project="digits", name="a")
    unknown = upsert(world.mallory, entity="nowhere", project="p", name="a")
    assert foreign.status == hidden.status == unknown.status == 404
    assert foreign.errors == hidden.errors == [unknown.errors[0].replace("nowhere", "northlight")]
    assert not Project.objects.filter(name="p").exists()


@pytest.mark.parametrize(
    ("person", "project", "status"),
    [
        ("alice", "digits", 200),
        ("bob", "digits", 200),
        ("carol", "digits", 403),
        ("carol", "fresh", 403),
        ("dan", "secret", 403),
        ("dan", "digits", 404),
        ("mallory", "shown", 403),
        ("bob", "secret", 404),
        ("alice", "secret", 200),
    ],
)
def test_who_may_begin_a_run(world, person, project, status):
    answer = upsert(world.people[person], entity="northlight", project=project, name="a")
    assert answer.status == status
    assert Run.objects.exists() == (status == 200)


def test_a_key_that_only_reads_cannot_log(world):
    answer = upsert(build_token(world.bob, scopes=["read"]), entity="northlight", project="digits", name="a")
    assert answer.status == 403


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "a/b"}, "run id"),
        ({"name": " a"}, "run id"),
        ({"name": "x" * 129}, "run id"),
        ({"project": "a:b"}, "project name"),
        ({"project": "x" * 129}, "project name"),
        ({"project": "settings"}, "kept for"),
        ({"config": "{"}, "config is not JSON"),
        ({"config": "[1]"}, "config is no JSON object"),
        ({"config": json.dumps_lenient({"k" * 10_000: {"value": 1}})}, "10000 characters"),
        ({"config": '{"a":' * 150 + "1" + "}" * 150}, "deep"),
        ({"config": '{"a":' * 20_000 + "1" + "}" * 20_000}, "deep"),
        ({"summaryMetrics": "nope"}, "summary is not JSON"),
        ({"tags": ["x" * 65]}, "1 to 64"),
        ({"state": "finished"}, "pending or running"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_input_is_400_with_its_reason_and_nothing_is_written(world, change, told):
    count = Project.objects.count()
    variables: dict[str, Any] = {"entity": "northlight", "project": "fresh", "name": "a"} | change
    answer = upsert(world.bob, **variables)
    assert (answer.status, answer.data) == (400, None)
    assert told in answer.errors[0]
    assert not Run.objects.exists()
    assert Project.objects.count() == count


def test_a_client_that_logs_revives_a_run_and_the_api_does_not(world):
    run = build_run(world.project, "a", state="crashed")
    place: dict[str, Any] = {"entity": "northlight", "project": "digits", "name": "a"}
    assert upsert(world.bob, agent=PUBLIC, **place, notes="x")["upsertBucket"]["bucket"]["state"] == "crashed"
    revived = upsert(world.bob, **place)["upsertBucket"]["bucket"]
    assert revived["state"] == "running"
    Run.objects.filter(pk=run.pk).update(state="finished")
    assert upsert(world.bob, id=revived["id"])["upsertBucket"]["bucket"]["state"] == "running"
    Run.objects.filter(pk=run.pk).update(state="finished")
    changed = upsert(world.bob, agent=PUBLIC, id=revived["id"], notes="y")["upsertBucket"]["bucket"]
    assert (changed["state"], changed["notes"]) == ("finished", "y")


def test_a_pending_run_can_be_made_and_starts_with_its_client(world):
    place: dict[str, Any] = {"entity": "northlight", "project": "digits", "name": "a"}
    assert upsert(world.bob, agent=PUBLIC, **place, state="pending")["upsertBucket"]["bucket"]["state"] == "pending"
    assert upsert(world.bob, **place)["upsertBucket"]["bucket"]["state"] == "running"


def test_a_deleted_run_stays_deleted(world):
    run = build_run(world.project, "a")
    Run.objects.filter(pk=run.pk).update(deleted_at="2026-01-01T00:00:00Z")
    answer = upsert(world.bob, entity="northlight", project="digits", name="a")
    assert answer.status == 403
    assert "was deleted" in answer.errors[0]


def test_an_id_of_nothing_is_404(world):
    for wrong in ("nonsense", "UnVuOjE=", "UHJvamVjdDox"):
        assert upsert(world.bob, id=wrong).status == 404


def test_in_an_open_project_strangers_log_their_own_runs_only(world):
    project = build_project(world.team, "welcome", visibility="open")
    build_run(project, "theirs")
    assert upsert(world.mallory, entity="northlight", project="welcome", name="mine").status == 200
    assert upsert(world.mallory, entity="northlight", project="welcome", name="mine", notes="x").status == 200
    refused = upsert(world.mallory, entity="northlight", project="welcome", name="theirs", notes="x")
    assert refused.status == 403
    assert "somebody else's" in refused.errors[0]


def test_a_service_account_logs_for_the_member_it_names(world):
    account = build_service_account(world.team)
    key = build_service_token(account)
    place: dict[str, Any] = {"entity": "northlight", "project": "digits"}
    by_name = upsert(key, **place, name="a", headers={"X-WANDB-USERNAME": "bob"})["upsertBucket"]["bucket"]
    assert by_name["user"]["username"] == "bob"
    run = Run.objects.get(name="a")
    assert (run.owner, run.service) == (world.bob, account.user)
    by_mail = upsert(key, **place, name="b", headers={"X-WANDB-USER-EMAIL": "alice@example.org"})
    assert by_mail["upsertBucket"]["bucket"]["user"]["username"] == "alice"
    unknown_mail = upsert(key, **place, name="c", headers={"X-WANDB-USER-EMAIL": "nobody@example.org"})
    assert unknown_mail["upsertBucket"]["bucket"]["user"]["name"] == "ci"


def test_a_service_account_cannot_name_a_stranger(world):
    key = build_service_token(build_service_account(world.team))
    answer = upsert(key, entity="northlight", project="digits", name="a", headers={"X-WANDB-USERNAME": "mallory"})
    assert answer.status == 403
    assert answer.errors == ["“mallory” (WANDB_USERNAME) is not a member of the team this service account belongs to."]


def test_a_person_cannot_log_as_another(world):
    bucket = upsert(world.bob, entity="northlight", project="digits", name="a", headers={"X-WANDB-USERNAME": "alice"})[
        "upsertBucket"
    ]["bucket"]
    assert bucket["user"]["username"] == "bob"


def test_a_service_account_stays_in_its_team(world):
    key = build_service_token(build_service_account(world.team))
    assert upsert(key, entity="elsewhere", project="p", name="a").status == 404


def test_nobody_logs_without_a_key(world):
    assert ask(None, 'mutation { upsertBucket(input: {name: "a"}) { inserted } }').status == 401
