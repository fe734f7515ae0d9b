"""Deleting runs, and back: together, for 30 days; then their bytes are given back and only their names are left."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from apps.alerts.models import Alert
from apps.core.blobs import blob_store, new_key
from apps.core.errors import Forbidden, Gone, InvalidInput, NotFound
from apps.core.jobs import worker
from apps.core.jobs.models import Job
from apps.core.models import AuditEntry, Blob
from apps.runs import actions, tasks
from apps.runs.access import get_run, get_run_to_log
from apps.runs.models import AppendLog, HistoryKey, Run, RunFile, RunValue, TagChange, TrashBatch
from apps.runs.queries.selections import RunSelection
from apps.runs.queries.trash import trash_page
from tests.api.asking import Caller
from tests.build import World, build_project, build_run, build_world, principal, sign_in
from tests.runs.streaming import append, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]

RUNS = "projects/northlight/digits/runs"


@pytest.fixture
def world(db) -> World:
    return build_world()


def chosen(world: World, *runs: Run) -> RunSelection:
    return RunSelection(world.project, uids=tuple(run.uid for run in runs))


def delete(world: World, *runs: Run) -> TrashBatch:
    batch = actions.delete_runs(chosen(world, *runs), actor=principal(world.bob))
    assert batch is not None
    return batch


def full_run(world: World, name: str, blob: Blob | None = None) -> Run:
    run = build_run(world.project, name, owner=world.bob, config={"lr": 0.1}, notes="secret", state="finished")
    append(run, history({"_step": 0, "loss": 1.0}))
    actions.digest_run(run.pk)
    RunFile.objects.create(tenant_id=run.tenant_id, run=run, path="log.txt", blob=blob or stored(b"abc"))
    Alert.objects.create(tenant_id=run.tenant_id, run=run, title="a")
    return run


def stored(content: bytes) -> Blob:
    key = new_key()
    stat = blob_store().write(key, [content])
    return Blob.objects.create(key=key, size=stat.size, md5=stat.md5 or "", verified=True)


def work_off() -> None:
    """Run what is queued, and what that queues."""
    while job := Job.objects.waiting().exclude(kind="runs.digest").first():
        worker.run(job.pk)


# Delete, restore


def test_runs_go_together_and_come_back_together(world):
    runs = [build_run(world.project, f"r{number}") for number in range(3)]
    other = build_run(world.project, "other")
    batch = delete(world, *runs)
    assert list(Run.objects.live()) == [other]
    assert actions.restore_runs(batch, actor=principal(world.bob)) == 3
    assert Run.objects.live().count() == 4
    assert actions.restore_runs(batch, actor=principal(world.bob)) == 0


def test_a_repeat_deletes_nothing_and_spoils_no_way_back(world):
    run = build_run(world.project)
    batch = delete(world, run)
    assert actions.delete_runs(chosen(world, run), actor=principal(world.bob)) is None
    assert TrashBatch.objects.get() == batch
    assert actions.delete_run(run, actor=principal(world.bob)) is None


def test_all_matching_means_also_what_no_page_has_loaded(world):
    for number in range(60):
        build_run(world.project, tags=["old"] if number % 2 else [])
    told = Caller(world.bob).send("POST", f"{RUNS}.delete", {"filters": {"tags": "old"}})[1]
    assert (told["run_count"], Run.objects.live().count()) == (30, 30)


def test_a_deleted_run_refuses_its_client_and_a_restored_one_takes_it(world):
    run = build_run(world.project, "r1", owner=world.bob)
    batch = delete(world, run)
    with pytest.raises(Gone):
        get_run_to_log(principal(world.bob), "northlight", "digits", "r1")
    actions.restore_runs(batch, actor=principal(world.bob))
    assert get_run_to_log(principal(world.bob), "northlight", "digits", "r1") == run


def test_deleting_costs_the_same_number_of_queries_for_one_run_and_forty(world):
    def cost(count: int) -> int:
        runs = [build_run(world.project) for _ in range(count)]
        actor = principal(world.bob)
        with CaptureQueriesContext(connection) as captured:
            actions.delete_runs(chosen(world, *runs), actor=actor)
        return len(captured)

    assert cost(40) == cost(1)


def test_the_dry_run_says_what_would_go(world):
    runs = [full_run(world, name) for name in ("a", "b")]
    body = {"uids": [run.uid for run in runs], "dry_run": True}
    told = Caller(world.bob).send("POST", f"{RUNS}.delete", body)[1]
    assert told == {"run_count": 2, "metric_count": 1, "file_count": 2, "file_bytes": 6, "batch": None}
    assert Run.objects.live().count() == 2


def test_by_api_there_and_back(world):
    run = build_run(world.project, display_name="fox")
    bob = Caller(world.bob)
    batch = bob.send("POST", f"{RUNS}.delete", {"uids": [run.uid]})[1]["batch"]
    shown = bob.get(f"{RUNS}.trash")[1]["items"]
    assert [(item["uid"], item["run_count"], item["deleted_by"], item["names"]) for item in shown] == [
        (batch, 1, "bob", ["fox"])
    ]
    assert bob.send("POST", f"{RUNS}.restore", {"batch": batch})[1] == {"run_count": 1}
    assert bob.get(f"{RUNS}.trash")[1]["items"] == []


def test_ids_and_batches_of_other_projects_read_as_absent(world):
    foreign = build_run(world.restricted)
    bob, alice = Caller(world.bob), Caller(world.alice)
    assert bob.send("POST", f"{RUNS}.delete", {"uids": [foreign.uid]})[0] == 404
    batch = alice.send("POST", "projects/northlight/secret/runs.delete", {"uids": [foreign.uid]})[1]["batch"]
    assert bob.send("POST", f"{RUNS}.restore", {"batch": batch})[0] == 404
    assert alice.send("POST", f"{RUNS}.restore", {"batch": batch})[0] == 404


def test_the_trail_tells_how_many_and_by_whom(world):
    batch = delete(world, build_run(world.project, "a"), build_run(world.project, "b"))
    actions.restore_runs(batch, actor=principal(world.bob))
    entries = AuditEntry.objects.filter(verb__startswith="run.").order_by("pk")
    assert [(entry.verb, entry.target, entry.details["count"]) for entry in entries] == [
        ("run.deleted", "northlight/digits", 2),
        ("run.restored", "northlight/digits", 2),
    ]


# Pages


def test_the_message_after_a_delete_offers_the_way_back(world):
    build_run(world.project, "r1")
    browser = sign_in(world.bob)
    page = browser.post("/northlight/digits/runs/r1/delete", follow=True).content.decode()
    url = f"/northlight/digits/trash/{TrashBatch.objects.get().uid}/restore"
    assert f'action="{url}"' in page
    assert ">Undo<" in page
    assert browser.post(url)["Location"] == "/northlight/digits"
    assert Run.objects.live().count() == 1


def test_the_page_of_the_trash_shows_what_lies_there_and_who_may_erase_it(world):
    delete(world, full_run(world, "a"), full_run(world, "b"))
    for person, offered in ((world.bob, False), (world.alice, True)):
        page = sign_in(person).get("/northlight/digits/trash").content.decode()
        assert "2 runs" in page
        assert ("Delete for good" in page) is offered


def test_the_trash_costs_the_same_number_of_queries_for_one_batch_and_ten(world):
    def cost(project, count: int) -> int:
        for _ in range(count):
            actions.delete_run(build_run(project), actor=principal(world.bob))
        with CaptureQueriesContext(connection) as captured:
            assert len(trash_page(project).items) == count
        return len(captured)

    assert cost(build_project(world.team), 10) == cost(build_project(world.team), 1)


# Erasing


def test_after_thirty_days_the_bytes_are_given_back_and_the_name_is_left(world):
    run, kept = full_run(world, "r1"), full_run(world, "kept")
    key = Blob.objects.get(pk=RunFile.objects.get(run=run).blob_id or 0).key
    delete(world, run)
    assert actions.empty_trash(at=now() + timedelta(days=29)) == 0
    assert actions.empty_trash(at=now() + timedelta(days=31)) == 1
    work_off()
    for model in (RunFile, AppendLog, HistoryKey, RunValue, Alert):
        assert not model.objects.filter(run=run).exists(), model
        assert model.objects.filter(run=kept).exists() or model is RunValue
    assert blob_store().stat(key) is None
    assert not Blob.objects.filter(key=key).exists()
    erased = Run.objects.get(pk=run.pk)
    assert (erased.name, erased.notes, erased.config) == ("r1", "", {})
    with pytest.raises(Forbidden):
        actions.create_or_update_run(world.project, "r1", actions.RunFields(), actor=principal(world.bob))


def test_bytes_that_another_run_holds_stay(world):
    blob = stored(b"shared")
    gone, stays = full_run(world, "a", blob), full_run(world, "b", blob)
    delete(world, gone)
    actions.empty_trash(at=now() + timedelta(days=31))
    work_off()
    assert RunFile.objects.get(run=stays).blob == blob
    assert blob_store().stat(blob.key) is not None


def test_erasing_that_was_cut_off_is_finished_by_a_repeat(world, monkeypatch):
    run = full_run(world, "r1")
    delete(world, run)
    actions.empty_trash(at=now() + timedelta(days=31))

    def die(run_id: int) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr("apps.runs.actions.trash.erase_run_data", die)
        with pytest.raises(RuntimeError):
            tasks.erase([run.pk])
    assert HistoryKey.objects.filter(run=run).exists()
    for _ in range(2):
        tasks.erase([run.pk])
    assert not HistoryKey.objects.filter(run=run).exists()


def test_what_is_being_erased_cannot_be_restored(world):
    run = full_run(world, "r1")
    batch = delete(world, run)
    assert actions.discard_batch(batch, actor=principal(world.alice)) == 1
    assert actions.restore_runs(batch, actor=principal(world.alice)) == 0
    assert trash_page(world.project).items == []
    assert actions.discard_batch(batch, actor=principal(world.alice)) == 0


def test_nothing_is_erased_that_was_restored_in_time(world):
    run = full_run(world, "r1")
    batch = delete(world, run)
    actions.restore_runs(batch, actor=principal(world.bob))
    assert actions.empty_trash(at=now() + timedelta(days=60)) == 0
    tasks.erase([run.pk])
    assert HistoryKey.objects.filter(run=run).exists()


def test_a_run_that_moved_and_was_erased_still_reserves_its_old_name(world):
    run, target = full_run(world, "r1"), build_project(world.team, "later")
    actions.move_runs([run.pk], world.project, target, actor=principal(world.bob))
    moved = Run.objects.select_related("project__tenant").get(pk=run.pk)
    batch = actions.delete_run(moved, actor=principal(world.bob))
    assert batch is not None
    actions.discard_batch(batch, actor=principal(world.alice))
    work_off()
    status, _ = Caller(world.bob).send("POST", RUNS, {"name": "r1"})
    assert status == 403
    with pytest.raises(NotFound):
        get_run(principal(world.bob), "northlight", "digits", "r1")


# Tags


def test_tags_are_added_and_removed_on_all_and_taken_back_exactly(world):
    tags: list[list[str]] = [["a"], ["a", "b"], ["c"], []]
    runs = [build_run(world.project, tags=given) for given in tags]
    bob = Caller(world.bob)
    status, told = bob.send("POST", f"{RUNS}.tags", {"filters": {}, "add": ["b"], "remove": ["a"]})
    assert (status, told["run_count"]) == (200, 4)
    assert [Run.objects.get(pk=run.pk).tags for run in runs] == [["b"], ["b"], ["c", "b"], ["b"]]
    assert bob.send("POST", f"{RUNS}.tags", {"filters": {}, "add": ["b"], "remove": ["a"]})[1]["run_count"] == 0
    Run.objects.filter(pk=runs[3].pk).update(tags=["b", "mine"])  # somebody else meanwhile
    assert bob.send("POST", f"{RUNS}.tags.undo", {"undo": told["undo"]})[1] == {"run_count": 4}
    assert [Run.objects.get(pk=run.pk).tags for run in runs] == [["a"], ["b", "a"], ["c"], ["mine"]]
    assert bob.send("POST", f"{RUNS}.tags.undo", {"undo": told["undo"]})[0] == 404


def test_only_ones_own_last_change_is_taken_back(world):
    build_run(world.project)
    bob, alice = Caller(world.bob), Caller(world.alice)
    first = bob.send("POST", f"{RUNS}.tags", {"filters": {}, "add": ["one"]})[1]["undo"]
    second = bob.send("POST", f"{RUNS}.tags", {"filters": {}, "add": ["two"]})[1]["undo"]
    assert bob.send("POST", f"{RUNS}.tags.undo", {"undo": first})[0] == 404
    assert alice.send("POST", f"{RUNS}.tags.undo", {"undo": second})[0] == 404
    assert TagChange.objects.count() == 1


@pytest.mark.parametrize(
    ("add", "remove", "field"),
    [([], [], "add"), (["x"], ["x"], "remove"), (["x" * 65], [], "add"), (["", "y"], [], "add")],
)
def test_tags_that_cannot_be_are_told_in_a_sentence(world, add, remove, field):
    build_run(world.project)
    status, told = Caller(world.bob).send("POST", f"{RUNS}.tags", {"filters": {}, "add": add, "remove": remove})
    assert (status, [name.partition(".")[0] for name in told["fields"]]) == (400, [field])


def test_too_many_tags_of_one_run_change_none(world):
    build_run(world.project)
    full = build_run(world.project, "full", tags=[str(number) for number in range(100)])
    with pytest.raises(InvalidInput, match="“full” would have 101 tags"):
        actions.change_tags(RunSelection(world.project, filters={}), add=["x"], actor=principal(world.bob))
    assert not Run.objects.exclude(pk=full.pk).exclude(tags=[]).exists()


def test_tagging_costs_the_same_number_of_queries_for_one_run_and_forty(world):
    def cost(count: int) -> int:
        runs = [build_run(world.project, tags=[f"t{number}"]) for number in range(count)]
        actor = principal(world.bob)
        with CaptureQueriesContext(connection) as captured:
            actions.change_tags(chosen(world, *runs), add=["all"], actor=actor)
        return len(captured)

    assert cost(40) == cost(1)
