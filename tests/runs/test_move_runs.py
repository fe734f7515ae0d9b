"""Moving runs: planned, then all or none; old addresses lead on; nothing that was acknowledged is lost meanwhile."""

import asyncio
import threading
from typing import Any

import pytest
from django.apps import apps as registry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Entity
from apps.accounts.permissions import Permission as P
from apps.alerts.models import Alert
from apps.core.errors import Conflict, Forbidden, NotFound
from apps.core.jobs import worker
from apps.core.models import AuditEntry, Blob, Holding
from apps.projects.actions import create_project
from apps.projects.models import Project
from apps.runs import actions
from apps.runs.access import get_run, place_of_run
from apps.runs.actions import Moved
from apps.runs.actions import move as moving
from apps.runs.filters import filter_runs
from apps.runs.models import HistoryKey, Run, RunFile, RunRedirect, RunValue
from apps.runs.queries.history import series
from apps.runs.queries.rows import row_page
from apps.runs.queries.selections import RunSelection, chosen_ids
from apps.teams import actions as teams
from apps.teams.models import Role
from tests.api.asking import Caller
from tests.build import (
    World,
    build_project,
    build_run,
    build_service_account,
    build_service_token,
    build_team,
    build_token,
    build_user,
    build_world,
    principal,
    sign_in,
)
from tests.gateways.wandb.asking import CORE, ask
from tests.runs.streaming import Streamer, append, history, in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.backend]

MOVE = "projects/northlight/digits/runs.move"
UPSERT = """mutation ($entity: String, $project: String, $name: String) {
  upsertBucket(input: {entityName: $entity, modelName: $project, name: $name}) {
    inserted bucket { id name project { name entity { name } } } } }"""
RUN = """query ($entity: String, $project: String!, $name: String!) {
  project(name: $project, entityName: $entity) { run(name: $name) { id name project { name } } } }"""


@pytest.fixture
def world(transactional_db) -> World:
    return build_world()


@pytest.fixture
def other(world) -> Project:
    """A project of another team, of which Bob is a member too."""
    team = build_team("vision", owner=build_user("vera"))
    teams.add_member(team, world.bob, role=Role.MEMBER, actor=principal(build_user()))
    return build_project(team, "moons")


def move(runs: list[Run], target: Project, **choice: Any) -> Moved:
    by = choice.pop("by", None) or build_user()
    return actions.move_runs([run.pk for run in runs], runs[0].project, target, actor=principal(by), **choice)


def full_run(world: World, name: str = "r1", **values: Any) -> Run:
    """A run with something of everything that can hang on one."""
    run = build_run(world.project, name, owner=world.bob, config={"lr": 0.1}, summary={"loss": 1}, **values)
    append(run, history(*({"_step": step, "loss": 1.0 + step} for step in range(5))))
    actions.digest_run(run.pk)
    blob = Blob.objects.create(key=f"{run.pk:032x}", size=3, md5="rL0Y20zC+Fzt72VPzMSk2A==")
    RunFile.objects.create(tenant_id=run.tenant_id, run=run, path="log.txt", blob=blob)
    Alert.objects.create(tenant_id=run.tenant_id, run=run, title="a")
    return run


# It works


def test_a_moved_run_is_whole_in_its_new_project(world, other):
    run = full_run(world, tags=["best"])
    before = Run.objects.get(pk=run.pk)
    assert move([run], other, by=world.bob) == Moved(1)
    after = Run.objects.get(pk=run.pk)
    assert (after.project, after.tenant) == (other, other.tenant)
    assert (after.uid, after.slot, after.name) == (before.uid, before.slot, before.name)
    assert list(series(after, ["loss"]).as_json()["series"][0]["y"]) == [1, 2, 3, 4, 5]
    assert len(row_page(after).rows) == 5
    found = filter_runs(
        Run.objects.filter(project=other), {"config.lr": 0.1, "tags": "best", "keys_info.keys.loss": {"$exists": True}}
    )
    assert list(found) == [after]
    assert set(Holding.objects.filter(blob__key=f"{run.pk:032x}").values_list("tenant_id", flat=True)) == {
        other.tenant_id
    }


def _owned_by_runs() -> dict[str, tuple[Any, list[str]]]:
    """Return each model that hangs on a run and also says to which project or team it belongs, and how."""
    found = {}
    for model in registry.get_models():
        fields = model._meta.get_fields()
        keys = [field for field in fields if getattr(field, "many_to_one", False) or field.one_to_one]
        if not any(getattr(key, "related_model", None) is Run and hasattr(key, "attname") for key in keys):
            continue
        homes = [key.name for key in keys if getattr(key, "related_model", None) in {Project, Entity}]
        homes += [field.name for field in fields if field.name in {"tenant_id", "project_id"}]
        if homes and model is not RunRedirect:  # it belongs to the project that was left
            found[model.__name__] = (model, homes)
    return found


def test_every_row_that_names_a_project_or_team_beside_a_run_moves_along(world, other):
    run = full_run(world)
    owned = _owned_by_runs()
    assert {"HistoryKey", "RunValue", "RunFile", "Alert"} <= set(owned)
    for name, (model, _) in owned.items():
        assert model._default_manager.filter(run=run).exists(), f"full_run() makes no {name}: its move is not tested"
    move([run], other)
    for name, (model, homes) in owned.items():
        for home in homes:
            wanted = other.tenant_id if home.startswith("tenant") else other.pk
            column = home if home.endswith("_id") else f"{home}_id"
            values = set(model._default_manager.filter(run=run).values_list(column, flat=True))
            assert values == {wanted}, f"{name}.{home} stays behind"


def test_r28_tagged_runs_of_two_projects_are_moved_and_found_by_their_tag_with_all_columns(world, other):
    second = build_project(world.team, "second")
    for number in range(20):
        project, key = (world.project, "depth") if number % 2 else (second, "width")
        build_run(project, f"t{number}", owner=world.bob, tags=["cnn"], config={key: number})
    for source in (world.project, second):
        runs = list(Run.objects.filter(project=source))
        assert move(runs, other) == Moved(10)
    found = filter_runs(Run.objects.live().filter(project=other), {"tags": "cnn"})
    assert found.count() == 20
    assert set(RunValue.objects.filter(project=other).values_list("key", flat=True)) == {"depth", "width"}


# Old addresses


def test_t13_the_old_pages_lead_to_the_new_ones(world, other):
    move([full_run(world)], other)
    browser = sign_in(world.bob)
    answer = browser.get("/northlight/digits/runs/r1/logs?line=3")
    assert (answer.status_code, answer["Location"]) == (302, "/vision/moons/runs/r1/logs?line=3")
    assert browser.get("/vision/moons/runs/r1").status_code == 200


def test_the_old_address_resolves_for_programs(world, other):
    run = full_run(world)
    move([run], other)
    bob = Caller(world.bob)
    status, told = bob.get("projects/northlight/digits/runs/r1")
    assert (status, told["entity"], told["project"], told["uid"]) == (200, "vision", "moons", run.uid)
    assert bob.send("PATCH", "projects/northlight/digits/runs/r1", {"notes": "moved"})[0] == 200
    found = ask(world.bob, RUN, entity="northlight", project="digits", name="r1")["project"]["run"]
    assert found["project"]["name"] == "moons"


def test_a_client_that_resumes_at_the_old_place_continues_the_moved_run(world, other):
    run = full_run(world)
    move([run], other)
    told = ask(world.bob, UPSERT, agent=CORE, entity="northlight", project="digits", name="r1")["upsertBucket"]
    assert told["inserted"] is False
    assert told["bucket"]["project"] == {"name": "moons", "entity": {"name": "vision"}}
    assert Run.objects.count() == 1


def test_it_resumes_also_when_the_old_project_is_closed_to_it(world, other):
    run = build_run(world.project, "r1", owner=world.bob)
    move([run], other)
    world.team.memberships.filter(user=world.bob).delete()
    told = ask(world.bob, UPSERT, agent=CORE, entity="northlight", project="digits", name="r1")["upsertBucket"]
    assert told["bucket"]["project"]["name"] == "moons"


def test_redirects_chain_and_a_run_comes_back_to_its_own_name(world, other):
    run, third = full_run(world), build_project(world.team, "third")
    move([run], other)
    move([Run.objects.get(pk=run.pk)], third)
    bob = principal(world.bob)
    for entity, project in (("northlight", "digits"), ("vision", "moons"), ("northlight", "third")):
        assert get_run(bob, entity, project, "r1").project == third
    assert move([Run.objects.get(pk=run.pk)], world.project) == Moved(1)
    assert get_run(bob, "vision", "moons", "r1").project == world.project
    assert not RunRedirect.objects.filter(project=world.project).exists()


def test_the_name_stays_reserved_where_a_run_was(world, other):
    run = full_run(world)
    move([run], other)
    with pytest.raises(Forbidden, match="used here before"):
        place_of_run(principal(world.alice), world.project, "r1")
    refused = ask(world.alice, UPSERT, agent=CORE, entity="northlight", project="digits", name="r1")
    assert "used here before" in refused.errors[0]
    assert Caller(world.alice).send("POST", "projects/northlight/digits/runs", {"name": "r1"})[0] == 403


def test_who_sees_only_the_old_project_learns_nothing_of_the_new_one(world, other):
    move([full_run(world)], other)
    alice = Caller(world.alice)  # of northlight, not of vision
    status, told = alice.get("projects/northlight/digits/runs/r1")
    assert status == 404
    assert alice.get("projects/northlight/digits/runs/never-was") == (
        404,
        {**told, "detail": told["detail"].replace("r1", "never-was")},
    )
    assert sign_in(world.alice).get("/northlight/digits/runs/r1").status_code == 404
    found = ask(world.alice, RUN, entity="northlight", project="digits", name="r1")["project"]["run"]
    assert found is None


def test_a_deleted_run_is_gone_from_its_old_address_too(world, other):
    run = full_run(world)
    move([run], other)
    actions.delete_run(Run.objects.select_related("project__tenant").get(pk=run.pk), actor=principal(world.bob))
    with pytest.raises(NotFound):
        get_run(principal(world.bob), "northlight", "digits", "r1")


# Conflicts


def test_a_taken_name_is_refused_until_somebody_chooses(world, other):
    run = build_run(world.project, "seed", owner=world.bob)
    taken = build_run(other, "seed", owner=world.bob)
    actions.delete_run(taken, actor=principal(world.bob))  # also by a deleted run: names are reserved for ever
    with pytest.raises(Conflict, match="“seed” is taken"):
        move([run], other)
    assert move([run], other, on_conflict="keep") == Moved(0, kept_count=1)
    assert move([run], other, on_conflict="rename") == Moved(1, renamed_count=1)
    moved = Run.objects.get(pk=run.pk)
    assert (moved.name, moved.project) == ("seed-2", other)
    assert get_run(principal(world.bob), "northlight", "digits", "seed").name == "seed-2"


def test_new_names_collide_with_nothing(world, other):
    long = "n" * 128
    runs = [build_run(world.project, name, owner=world.bob) for name in ("a", "a-2", long)]
    for name in ("a", long, "a-3"):
        build_run(other, name, owner=world.bob)
    assert move(runs, other, on_conflict="rename") == Moved(3, renamed_count=2)
    names = set(Run.objects.filter(pk__in=[run.pk for run in runs]).values_list("name", flat=True))
    assert names == {"a-4", "a-2", "n" * 126 + "-2"}


def test_the_name_of_a_run_that_left_the_target_is_taken_too(world, other):
    first = build_run(other, "seed", owner=world.bob)
    actions.move_runs([first.pk], other, build_project(world.team), actor=principal(world.bob))
    with pytest.raises(Conflict):
        move([build_run(world.project, "seed", owner=world.bob)], other)


def test_a_running_run_stays_whose_client_could_not_go_on(world, other):
    theirs = build_run(world.project, "theirs", owner=world.alice)  # Alice is not of vision
    bobs = build_run(world.project, "bobs", owner=world.bob)
    ended = build_run(world.project, "ended", owner=world.alice, state="finished")
    assert move([theirs, bobs, ended], other) == Moved(2, held_count=1)
    assert Run.objects.get(pk=theirs.pk).project == world.project


# The plan


def test_t13_the_dry_run_tells_all_and_changes_nothing(world, other):
    runs = [full_run(world, f"r{number}") for number in range(3)]
    build_run(other, "r0", owner=world.bob)
    Run.objects.filter(pk=runs[2].pk).update(state="finished")
    bob = Caller(world.bob)
    status, told = bob.send("POST", MOVE, {"filters": {}, "target": "vision/moons", "dry_run": True})
    assert status == 200, told
    plan = told["plan"]
    figures = {name: plan[name] for name in ("run_count", "metric_count", "file_count", "file_bytes", "running_count")}
    assert figures == {"run_count": 3, "metric_count": 1, "file_count": 3, "file_bytes": 9, "running_count": 2}
    assert plan["conflict_count"] == 1
    assert plan["conflicts"][0]["free_name"] == "r0-2"
    assert (plan["gaining_count"], plan["losing_count"]) == (1, 3)  # Vera; Olive, Alice and Carol
    assert (plan["changes_team"], plan["becomes_public"]) == (True, False)
    assert Run.objects.filter(project=world.project).count() == 3
    assert not RunRedirect.objects.exists()


def test_a_move_into_the_open_is_told(world):
    build_run(world.project)
    body = {"filters": {}, "target": "northlight/shown", "dry_run": True}
    plan = Caller(world.bob).send("POST", MOVE, body)[1]["plan"]
    assert (plan["becomes_public"], plan["losing_count"]) == (True, 0)


def test_a_selection_leaves_out_what_is_unticked_and_takes_words(world):
    runs = [
        build_run(world.project, f"r{number}", owner=world.bob, tags=["x"], display_name=f"fox {number}")
        for number in range(4)
    ]
    chosen = RunSelection(world.project, filters={"tags": "x"}, words="fox", without=(runs[1].uid,))
    assert chosen_ids(chosen) == [runs[0].pk, runs[2].pk, runs[3].pk]
    with pytest.raises(NotFound):
        chosen_ids(RunSelection(world.project, uids=(build_run(world.public).uid,)))


def test_moving_costs_the_same_number_of_queries_for_one_run_and_forty(world, other):
    mover = build_user()

    def cost(name: str, count: int) -> int:
        runs = [full_run(world, f"{name}{number}") for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            move(runs, other, by=mover)
        return len(captured)

    assert cost("many", 40) == cost("one", 1)


# Who may


@pytest.mark.parametrize(
    ("person", "status"), [("alice", 404), ("bob", 200), ("carol", 403), ("dan", 404), ("mallory", 404)]
)
def test_t14_who_may_not_write_in_the_target_does_not_move(world, other, person, status):
    """Carol may not take runs out of digits; Alice may, but sees nothing of vision."""
    run = build_run(world.project, state="finished", owner=world.bob)
    got, told = Caller(getattr(world, person)).send("POST", MOVE, {"uids": [run.uid], "target": "vision/moons"})
    assert got == status, told
    assert Run.objects.get(pk=run.pk).project == (other if status == 200 else world.project)


def test_t14_a_viewer_of_the_target_is_refused_and_not_offered_it(world, other):
    teams.add_member(other.tenant.team, world.alice, role=Role.VIEWER, actor=principal(world.owner))
    run = build_run(world.project, owner=world.alice)
    alice = Caller(world.alice)
    assert alice.send("POST", MOVE, {"uids": [run.uid], "target": "vision/moons"})[0] == 403
    items = alice.get("projects/northlight/digits/runs.targets")[1]["items"]
    assert {f"{item['entity']}/{item['project']}" for item in items} == {"northlight/secret", "northlight/shown"}
    offered = Caller(world.bob).get("projects/northlight/digits/runs.targets?search=vision")[1]
    assert offered == {
        "items": [{"entity": "vision", "project": "moons", "visibility": "team"}],
        "homes": ["bob", "northlight", "vision"],
    }


def test_an_open_project_takes_runs_but_not_other_peoples_moves(world):
    lab = create_project(world.other_team.entity, "lab", actor=principal(world.mallory), visibility="open")
    run = build_run(world.project, state="finished")
    assert principal(world.bob).may(P.LOG_RUN, lab)
    assert Caller(world.bob).send("POST", MOVE, {"uids": [run.uid], "target": "elsewhere/lab"})[0] == 403


def test_ids_of_other_projects_read_as_absent(world, other):
    mine, foreign = build_run(world.project), build_run(world.restricted)
    got, told = Caller(world.bob).send("POST", MOVE, {"uids": [mine.uid, foreign.uid], "target": "vision/moons"})
    assert (got, told["code"]) == (404, "unknown_run")
    assert Run.objects.get(pk=mine.pk).project == world.project


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"target": "vision/moons"}, "uids"),
        ({"target": "vision/moons", "uids": ["1"], "filters": {}}, "uids"),
        ({"target": "moons", "filters": {}}, "target"),
        ({"target": "northlight/digits", "filters": {}}, "target"),
        ({"target": "vision/moons", "filters": {"nothing": 1}}, "filters"),
        ({"target": "vision/moons", "filters": [1]}, "filters"),
        ({"target": "vision/moons", "filters": {}, "conflicts": "overwrite"}, "conflicts"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_in_a_sentence(world, other, body, field):
    status, told = Caller(world.bob).send("POST", MOVE, body)
    assert (status, next(iter(told["fields"]))) == (400, field)
    assert told["fields"][field].endswith((".", ">."))


# Repeats, jobs, what is told


def test_a_repeat_changes_nothing(world, other):
    run = full_run(world)
    bob = Caller(world.bob)
    body = {"uids": [run.uid], "target": "vision/moons"}
    assert bob.send("POST", MOVE, body)[1]["moved"]["moved_count"] == 1
    entries = AuditEntry.objects.count()
    assert bob.send("POST", MOVE, body)[1]["moved"]["moved_count"] == 0
    assert AuditEntry.objects.count() == entries
    assert RunRedirect.objects.count() == 1


def test_both_teams_keep_a_trace(world, other):
    move([full_run(world)], other, by=world.bob)
    entries = AuditEntry.objects.filter(verb="run.moved").order_by("pk")
    assert [(entry.tenant_id, entry.target) for entry in entries] == [
        (world.project.tenant_id, "northlight/digits"),
        (other.tenant_id, "vision/moons"),
    ]
    assert entries[0].details["reached"] == "vision/moons"
    assert entries[0].details["moved_count"] == 1


def test_many_runs_move_as_a_job_that_can_be_watched(world, other, monkeypatch):
    monkeypatch.setattr(moving, "AT_ONCE", 3)
    runs = [build_run(world.project, state="finished") for _ in range(5)]
    bob, mallory = Caller(world.bob), Caller(world.mallory)
    status, told = bob.send("POST", MOVE, {"filters": {}, "target": "vision/moons"})
    assert (status, told["state"]) == (202, "waiting")
    assert worker.run(told["job"])
    status, told = bob.get(f"projects/northlight/digits/runs.move/{told['job']}")
    assert (told["state"], told["moved"]["moved_count"]) == ("done", 5)
    assert Run.objects.filter(project=other).count() == len(runs)
    for stranger in (mallory, Caller(world.alice)):
        assert stranger.get(f"projects/northlight/digits/runs.move/{told['job']}")[0] == 404


def test_a_job_asks_again_what_its_asker_may(world, other, monkeypatch):
    monkeypatch.setattr(moving, "AT_ONCE", 0)
    build_run(world.project, state="finished")
    bob = Caller(world.bob)
    job = bob.send("POST", MOVE, {"filters": {}, "target": "vision/moons"})[1]["job"]
    other.tenant.team.memberships.filter(user=world.bob).delete()
    worker.run(job)
    told = bob.get(f"projects/northlight/digits/runs.move/{job}")[1]
    assert told["state"] == "refused"
    assert told["refusal"]
    assert not Run.objects.filter(project=other).exists()


# Races


async def test_no_acknowledged_row_is_lost_while_a_run_moves_to_and_fro(world, other):
    run = await in_thread(lambda: build_run(world.project, "r1", owner=world.bob))
    client = Streamer(run, await in_thread(lambda: build_token(world.bob)))
    places = [world.project, other]

    async def log(start: int) -> list[int]:
        kept = []
        for step in range(start, start + 40):
            answer = await client.log({"_step": step, "loss": float(step)})
            assert answer.status_code == 200, answer.text
            kept.append(step)
        return kept

    async def wander() -> None:
        for number in range(8):
            source, target = places[number % 2], places[1 - number % 2]
            moved = await in_thread(
                lambda source=source, target=target: actions.move_runs(
                    [run.pk], source, target, actor=principal(world.bob)
                )
            )
            assert moved == Moved(1)
            await in_thread(actions.digest_run, run.pk)
            await in_thread(lambda: actions.compact_run(run.pk, everything=True))

    first, second, _ = await asyncio.gather(log(0), log(1000), wander())

    def steps() -> list[int]:
        return [row["_step"] for row in row_page(Run.objects.get(pk=run.pk), limit=1000).rows]

    assert await in_thread(steps) == [*first, *second]
    await in_thread(actions.digest_run, run.pk)
    homes = await in_thread(lambda: set(HistoryKey.objects.filter(run=run).values_list("project_id", flat=True)))
    assert homes == {world.project.pk}


def test_a_digest_and_a_compaction_at_the_same_time_leave_nothing_behind(world, other):
    """Whatever is worked out while a run moves lands where the run is in the end."""
    run = build_run(world.project, "r1", owner=world.bob, config={"lr": 0.1})
    is_over = threading.Event()

    def work() -> None:
        step = 0
        try:
            while not is_over.is_set():
                append(run, history({"_step": step, "loss": 1.0, f"key{step % 7}": 2.0}))
                actions.digest_run(run.pk)
                actions.compact_run(run.pk, everything=True)
                actions.update_run(run, actions.RunFields(config={"lr": step}), actor=principal(world.bob))
                step += 1
        finally:
            connection.close()

    worker_thread = threading.Thread(target=work)
    worker_thread.start()
    places = [world.project, other]
    for number in range(9):
        source, target = places[number % 2], places[1 - number % 2]
        assert actions.move_runs([run.pk], source, target, actor=principal(world.bob)) == Moved(1)
    is_over.set()
    worker_thread.join()
    for model in (HistoryKey, RunValue):
        assert set(model.objects.filter(run=run).values_list("project_id", flat=True)) == {other.pk}, model
    steps = [row["_step"] for row in row_page(Run.objects.get(pk=run.pk), limit=10_000).rows]
    assert steps == list(range(len(steps)))
    assert steps


async def test_the_stream_of_a_renamed_run_goes_on_at_its_old_address(world, other):
    run = await in_thread(lambda: build_run(world.project, "r1", owner=world.bob))
    await in_thread(lambda: build_run(other, "r1", owner=world.bob))
    client = Streamer(run, await in_thread(lambda: build_token(world.bob)))
    assert (await client.log({"_step": 0})).status_code == 200
    await in_thread(lambda: move([run], other, on_conflict="rename"))
    assert (await client.log({"_step": 1}, complete=True, exitcode=0)).status_code == 200
    assert await in_thread(lambda: Run.objects.get(pk=run.pk).state) == "finished"


async def test_who_may_not_log_in_the_target_is_told_at_once(world, other):
    ended = await in_thread(lambda: build_run(world.project, "r1", owner=world.alice, state="finished"))
    client = Streamer(
        ended, await in_thread(lambda: build_token(world.alice)), address="/files/northlight/digits/r1/file_stream"
    )
    assert (await client.log({"_step": 0})).status_code == 200  # remembered for five seconds
    await in_thread(lambda: Run.objects.filter(pk=ended.pk).update(state="finished"))
    await in_thread(lambda: move([ended], other))
    assert (await client.log({"_step": 1})).status_code == 404


def test_of_two_moves_at_once_each_run_goes_one_way(world, other):
    runs = [build_run(world.project, f"r{number}", state="finished") for number in range(30)]
    third, results, barrier = build_project(world.team, "third"), [], threading.Barrier(2)

    def go(target: Project) -> None:
        try:
            barrier.wait()
            results.append(
                actions.move_runs([run.pk for run in runs], world.project, target, actor=principal(world.bob))
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(target,)) for target in (other, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(moved.moved_count for moved in results) == [0, 30]
    assert RunRedirect.objects.filter(project=world.project).count() == 30


def test_a_new_run_and_a_moving_one_do_not_get_the_same_name(world, other):
    runs = [build_run(world.project, f"r{number}", state="finished") for number in range(20)]
    barrier = threading.Barrier(2)

    def make() -> None:
        try:
            barrier.wait()
            for run in reversed(runs):
                actions.create_or_update_run(other, run.name, actions.RunFields(), actor=principal(world.bob))
        finally:
            connection.close()

    thread = threading.Thread(target=make)
    thread.start()
    barrier.wait()
    moved = actions.move_runs(
        [run.pk for run in runs], world.project, other, actor=principal(world.bob), on_conflict="rename"
    )
    thread.join()
    assert moved.moved_count == 20
    names = list(Run.objects.filter(project=other).values_list("name", flat=True))
    assert len(names) == len(set(names)) >= 20


def test_a_service_account_does_not_move_runs(world):
    run = build_run(world.project)
    key = build_service_token(build_service_account(world.team), scopes=["read", "log", "edit"])
    assert Caller(key=key).send("POST", MOVE, {"uids": [run.uid], "target": "northlight/shown"})[0] == 403
