"""What people do with a run on its pages: stop, rename, tag, annotate, delete."""

import pytest
from django.test import Client

from apps.core.models import AuditEntry
from apps.runs.models import Run, RunPulse
from tests.build import World, build_run, build_world
from tests.runs.pages.build import browser

FORMS = {
    "stop": {},
    "rename": {"display_name": "night shift"},
    "tags": {"tags": "paper, best, paper"},
    "notes": {"notes": "Better with **ema**."},
    "delete": {},
}
MAY_NOT = [("carol", 403), ("mallory", 404), ("dan", 404), ("nobody", 302)]


@pytest.fixture
def world(db) -> World:
    return build_world()


@pytest.fixture
def run(world: World) -> Run:
    return build_run(world.project, "r1", display_name="brisk-heron-1")


def send(world: World, person: str, form: str, **fields: str):
    client = browser(world.people[person])
    return client.post(f"/northlight/digits/runs/r1/{form}", FORMS[form] | fields)


def test_z25_stop_asks_the_run_to_end_and_is_audited(world: World, run: Run):
    answer = send(world, "bob", "stop")
    assert answer.headers["Location"] == "/northlight/digits/runs/r1"
    assert RunPulse.objects.get(run=run).stop_requested
    assert AuditEntry.objects.filter(verb="run.stop_requested", target="northlight/digits/runs/r1").count() == 1
    page = browser(world.bob).get("/northlight/digits/runs/r1").content.decode()
    assert "Stop requested" in page
    assert "/r1/stop" not in page


def test_stopping_again_or_too_late_changes_nothing(world: World, run: Run):
    send(world, "bob", "stop")
    assert send(world, "bob", "stop").status_code == 302
    Run.objects.filter(pk=run.pk).update(state="finished")
    assert send(world, "alice", "stop").status_code == 302
    assert AuditEntry.objects.filter(verb="run.stop_requested").count() == 1


def test_rename_keeps_the_address(world: World, run: Run):
    send(world, "bob", "rename")
    page = browser(world.bob).get("/northlight/digits/runs/r1").content.decode()
    assert "<title>night shift" in page
    send(world, "bob", "rename", display_name=" ")
    run.refresh_from_db()
    assert run.display_name == "night shift"


def test_tags_are_parted_by_commas_and_kept_once(world: World, run: Run):
    send(world, "bob", "tags")
    run.refresh_from_db()
    assert run.tags == ["paper", "best"]
    send(world, "bob", "tags", tags="x" * 65)
    run.refresh_from_db()
    assert run.tags == ["paper", "best"]
    send(world, "bob", "tags", tags="")
    run.refresh_from_db()
    assert run.tags == []


def test_notes_are_shown_as_markdown(world: World, run: Run):
    send(world, "bob", "notes")
    assert "<strong>ema</strong>" in browser(world.carol).get("/northlight/digits/runs/r1").content.decode()
    send(world, "bob", "notes", notes="")
    run.refresh_from_db()
    assert run.notes == ""


def test_deleting_says_what_goes_and_leads_to_the_project(world: World, run: Run):
    page = browser(world.bob).get("/northlight/digits/runs/r1").content.decode()
    assert "console lines go to the trash for 30 days" in page
    answer = send(world, "bob", "delete")
    assert answer.headers["Location"] == "/northlight/digits"
    assert browser(world.bob).get("/northlight/digits/runs/r1").status_code == 404


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("person", "status"), MAY_NOT)
def test_others_are_refused_and_nothing_changes(world: World, run: Run, form: str, person: str, status: int):
    before = Run.objects.filter(pk=run.pk).values().get()
    answer = send(world, person, form)
    assert answer.status_code in {status, 404} if person == "nobody" else answer.status_code == status
    assert Run.objects.filter(pk=run.pk).values().get() == before
    assert not RunPulse.objects.get(run=run).stop_requested


def test_a_viewer_sees_no_button_that_is_not_theirs(world: World, run: Run):
    offered = browser(world.bob).get("/northlight/digits/runs/r1").content.decode()
    seen = browser(world.carol).get("/northlight/digits/runs/r1").content.decode()
    for form in FORMS:
        assert f"/runs/r1/{form}" in offered
        assert f"/runs/r1/{form}" not in seen


def test_forms_need_the_protection_token(world: World, run: Run):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.bob, backend="apps.accounts.backends.PersonBackend")
    assert client.post("/northlight/digits/runs/r1/stop").status_code == 403
    assert not RunPulse.objects.get(run=run).stop_requested
