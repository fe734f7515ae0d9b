"""Projects, grants, runs and what is said about them."""

import pytest

from tests.api.asking import Caller, items
from tests.build import build_project, build_run, build_world, owner_of

pytestmark = pytest.mark.django_db

DIGITS = "projects/northlight/digits"


def test_putting_a_project_twice_makes_it_once():
    alice = Caller(build_world().alice)
    body = {"description": "new", "visibility": "restricted"}
    first = alice.send("PUT", "projects/northlight/fresh", body)
    again = alice.send("PUT", "projects/northlight/fresh", {"description": "other"})
    assert (first[0], again[0]) == (201, 200)
    assert again[1]["description"] == "new"


@pytest.mark.parametrize("name", ["a%3Ab", "settings", "%20x", "x" * 129])
def test_a_project_with_a_bad_name_is_refused(name: str):
    assert Caller(build_world().alice).send("PUT", f"projects/northlight/{name}", {})[0] == 400


def test_a_project_of_any_letters_has_an_address():
    alice = Caller(build_world().alice)
    address = "projects/northlight/Erkennung%20%C3%BCber%20%E6%97%A5%E6%9C%AC"
    assert alice.send("PUT", address, {})[1]["name"] == "Erkennung über 日本"
    assert alice.get(address)[0] == 200


def test_a_former_name_keeps_working():
    alice = Caller(build_world().alice)
    assert alice.send("PATCH", DIGITS, {"name": "numbers"})[1]["name"] == "numbers"
    assert alice.get(DIGITS)[1]["name"] == "numbers"


def test_projects_are_listed_by_entity_and_name():
    world = build_world()
    build_project(world.other_team, "hidden")
    names = {project["name"] for project in items(Caller(world.bob).get("projects"))}
    assert names == {"digits", "shown"}
    assert {p["name"] for p in items(Caller(world.alice).get("projects", search="SEC"))} == {"secret"}
    assert items(Caller(world.bob).get("projects", entity="bob")) == []


def test_nobody_lists_public_projects_only():
    build_world()
    assert [project["name"] for project in items(Caller().get("projects"))] == ["shown"]


def test_a_grant_opens_one_project_and_its_end_closes_it():
    world = build_world()
    alice, mallory = Caller(world.alice), Caller(world.mallory)
    assert alice.send("PUT", f"{DIGITS}/grants/mallory", {"grant": "log"})[1]["grant"] == "log"
    assert mallory.get(DIGITS)[0] == 200
    assert mallory.send("POST", f"{DIGITS}/runs", {"name": "m1"})[0] == 201
    assert alice.send("DELETE", f"{DIGITS}/grants/mallory")[0] == 204
    assert mallory.get(DIGITS)[0] == 404


def test_a_run_is_made_once_and_then_changed():
    bob = Caller(build_world().bob)
    body = {"name": "r1", "display_name": "baseline", "tags": ["a", "a"], "config": {"lr": 0.1}}
    status, run = bob.send("POST", f"{DIGITS}/runs", body)
    assert (status, run["display_name"], run["tags"], run["owner"]) == (201, "baseline", ["a"], "bob")
    status, again = bob.send("POST", f"{DIGITS}/runs", body | {"display_name": "second"})
    assert (status, again["uid"], again["display_name"]) == (200, run["uid"], "second")
    assert bob.get(f"{DIGITS}/runs/r1/config") == (200, {"lr": 0.1})


def test_a_run_without_a_name_gets_one():
    status, run = Caller(build_world().bob).send("POST", f"{DIGITS}/runs", {})
    assert (status, len(run["name"]), run["state"]) == (201, 8, "running")


@pytest.mark.parametrize("name", ["a/b", "a:b", " a", "x" * 129, ""])
def test_a_bad_run_name_is_refused(name: str):
    assert Caller(build_world().bob).send("POST", f"{DIGITS}/runs", {"name": name})[0] == 400


def test_a_deleted_name_stays_reserved():
    world = build_world()
    build_run(world.project, "r1")
    bob = Caller(world.bob)
    assert bob.send("DELETE", f"{DIGITS}/runs/r1")[0] == 204
    assert bob.get(f"{DIGITS}/runs/r1")[0] == 404
    status, problem = bob.send("POST", f"{DIGITS}/runs", {"name": "r1"})
    assert (status, problem["code"]) == (403, "run_deleted")


def test_config_and_summary_are_replaced_whole():
    world = build_world()
    build_run(world.project, "r1", config={"lr": 1, "seed": 2})
    bob = Caller(world.bob)
    assert bob.send("PUT", f"{DIGITS}/runs/r1/config", {"lr": 2}) == (200, {"lr": 2})
    assert bob.send("PUT", f"{DIGITS}/runs/r1/summary", {"acc": 0.5}) == (200, {"acc": 0.5})
    assert bob.get(f"{DIGITS}/runs/r1/summary") == (200, {"acc": 0.5})


def test_not_a_number_is_told_as_text():
    world = build_world()
    build_run(world.project, "r1", summary={"loss": float("nan"), "top": float("-inf")})
    assert Caller(world.bob).get(f"{DIGITS}/runs/r1/summary")[1] == {"loss": "NaN", "top": "-Infinity"}


def test_stop_is_asked_once_and_shown():
    world = build_world()
    build_run(world.project, "r1")
    bob = Caller(world.bob)
    assert bob.send("POST", f"{DIGITS}/runs/r1/stop")[1]["stop_requested"] is True
    assert bob.send("POST", f"{DIGITS}/runs/r1/stop")[0] == 200


def test_a_failed_run_is_queued_again():
    world = build_world()
    build_run(world.project, "r1", state="failed")
    bob = Caller(world.bob)
    assert bob.send("PUT", f"{DIGITS}/runs/r1/state", {"state": "pending"})[1]["state"] == "pending"
    assert bob.send("PUT", f"{DIGITS}/runs/r1/state", {"state": "killed"})[0] == 400


def test_runs_are_found_by_filter_state_and_order():
    world = build_world()
    for number, state in enumerate(["running", "finished", "failed"]):
        build_run(world.project, f"r{number}", state=state, summary={"loss": number}, config={"lr": number / 10})
    bob = Caller(world.bob)
    names = lambda **query: [run["name"] for run in items(bob.get(f"{DIGITS}/runs", **query))]  # noqa: E731
    assert names(state="finished,failed") == ["r2", "r1"]
    assert names(filters='{"config.lr": {"$gt": 0.05}}', order="+config.lr") == ["r1", "r2"]
    assert names(order="-summary_metrics.loss")[0] == "r2"


@pytest.mark.parametrize("filters", ["{", "[]", '{"$boom": 1}', '{"a": {"$boom": 1}}'])
def test_a_filter_nobody_understands_is_400(filters: str):
    assert Caller(build_world().bob).get(f"{DIGITS}/runs", filters=filters)[0] == 400


def test_values_are_shown_by_key():
    world = build_world()
    build_run(world.project, "r1", summary={"a,b": 1.5, "ok": True, "text": "x"}, config={"lr": 0.1})
    found = items(Caller(world.bob).get(f"{DIGITS}/runs", keys=r"a\,b,summary.ok,text,config.lr,absent"))
    assert found[0]["values"] == {"a,b": 1.5, "summary.ok": True, "text": "x", "config.lr": 0.1}


def test_all_runs_are_those_of_projects_one_may_see():
    world = build_world()
    for project in (world.project, world.restricted, world.public):
        build_run(project, f"in-{project.name}")
    names = lambda caller, **query: {run["name"] for run in items(caller.get("runs", **query))}  # noqa: E731
    assert names(Caller(world.alice)) == {"in-digits", "in-secret", "in-shown"}
    assert names(Caller(world.bob)) == {"in-digits", "in-shown"}
    assert names(Caller(world.dan)) == {"in-secret", "in-shown"}
    assert names(Caller()) == {"in-shown"}
    assert names(Caller(world.dan), project="northlight/secret") == {"in-secret"}
    assert Caller(world.dan).get("runs", project="northlight/digits")[0] == 404
    assert Caller(world.dan).get("runs", project="northlight")[0] == 400


def test_a_run_tells_its_facts():
    project = build_project()
    run = build_run(
        project,
        host="gpu-a07",
        program="train.py",
        commit="9f3c1ae4",
        metadata={"program": "train.py", "args": ["--lr", "0.1 x"], "python": "CPython 3.11.9", "os": "Linux"},
    )
    _status, told = Caller(owner_of(project.tenant.team)).get(
        f"projects/{project.tenant.name}/{project.name}/runs/{run.name}"
    )
    assert (told["host"], told["commit"], told["python"]) == ("gpu-a07", "9f3c1ae4", "CPython 3.11.9")
    assert told["command"] == "python train.py --lr '0.1 x'"
    assert told["duration_seconds"] >= 0
    assert "values" not in told


def test_how_busy_a_project_is():
    world = build_world()
    build_run(world.project)
    build_run(world.project, state="finished")
    _status, told = Caller(world.bob).get(f"{DIGITS}/activity")
    assert (told["run_count"], told["active_count"], told["runs_per_day"][-1]) == (2, 1, 2)
    assert len(told["runs_per_day"]) == 30


def test_runs_of_another_project_are_not_reached_through_ones_own():
    world = build_world()
    build_run(world.restricted, "hidden")
    assert Caller(world.bob).get(f"{DIGITS}/runs/hidden")[0] == 404
