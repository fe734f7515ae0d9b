"""Panels are taken away as files: drawn by a worker, from what their owner may see then."""

import csv
from io import StringIO

import numpy as np
import pytest

from apps.core.blobs import blob_store
from apps.core.models import Blob, Job
from apps.panels.actions import drop_old_exports, make_export
from apps.panels.figures import draw
from apps.panels.models import PanelExport
from apps.panels.queries import panel_data, parse_panel, scene_of
from apps.teams.actions import remove_member
from tests.build import build_run, build_world, owner_of, principal, sign_in
from tests.runs.streaming import append, history

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/projects/northlight/digits/panel-exports"
LINE = {"viewType": "Run History Line Plot", "config": {"metrics": ["loss"], "chartTitle": "cost $ per <step> & more"}}


@pytest.fixture
def world():
    world = build_world()
    for name, last in (("a", 0.5), ("b", 0.25)):
        run = build_run(world.project, name, display_name=name)
        append(run, history({"_step": 0, "loss": 1.0}, {"_step": 1, "loss": 4.0}, {"_step": 2, "loss": last}))
    return world


def ask(user, form, **more):
    body = {"panel": LINE, "form": form, **more}
    return sign_in(user).post(ADDRESS, body, content_type="application/json")


def made(user, form, **more):
    """Ask, do the worker's part here, and return what is told then."""
    uid = ask(user, form, **more).json()["uid"]
    make_export(PanelExport.objects.get(uid=uid).pk)
    return sign_in(user).get(f"{ADDRESS}/{uid}").json()


def content_of(told):
    assert told["state"] == "done", told
    return b"".join(blob_store().open(Blob.objects.get().key))


@pytest.mark.parametrize(("form", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_a_figure_is_drawn(world, form, start):
    told = made(world.carol, form)
    assert (told["state"], told["filename"]) == ("done", f"cost $ per <step> & more.{form}")
    assert told["url"]
    assert content_of(told).startswith(start)


def test_names_in_a_figure_are_text_and_no_markup(world):
    text = content_of(made(world.carol, "svg")).decode()
    assert "cost $ per &lt;step&gt; &amp; more" in text
    assert "<step>" not in text


def test_csv_has_every_number_in_full(world):
    rows = list(csv.DictReader(StringIO(content_of(made(world.carol, "csv")).decode())))
    assert [(row["run"], row["_step"], row["value"]) for row in rows[:3]] == [
        ("b", "0", "1.0"),
        ("b", "1", "4.0"),
        ("b", "2", "0.25"),
    ]


def test_the_figure_draws_the_points_that_were_resolved(world):
    from matplotlib.figure import Figure

    from apps.panels.figures.lines import draw_lines

    scene = scene_of(principal(world.carol), world.project, [{"id": "all"}])
    data = panel_data(parse_panel(LINE), scene)
    axes = Figure().subplots()
    draw_lines(axes, data)
    drawn = {
        line.get_gid(): (np.asarray(line.get_xdata()).tolist(), np.asarray(line.get_ydata()).tolist())
        for line in axes.lines
    }
    resolved = {data.marks[one.mark].id: (one.x.tolist(), one.y.tolist()) for one in data.body.lines}
    assert drawn == resolved


def test_the_same_data_give_the_same_bytes(world):
    data = panel_data(parse_panel(LINE), scene_of(principal(world.carol), world.project, [{"id": "all"}]))
    assert draw(data, "svg") == draw(data, "svg")
    assert draw(data, "pdf") == draw(data, "pdf")


@pytest.mark.parametrize("colour", ["#ff0000", {"color": "#ff0000"}, {"color": "#ff0000", "auto": False}])
def test_own_colours_are_texts_or_objects_as_for_panels(world, colour):
    assert "#ff0000" in content_of(made(world.carol, "svg", colours={"a": colour})).decode()


@pytest.mark.parametrize("form", ["svg", "csv"])
def test_bars_are_taken_away_too(world, form):
    panel = {"viewType": "Bar Chart", "config": {"metrics": ["summary:loss"], "chartTitle": "bars"}}
    told = made(world.carol, form, panel=panel, width_mm=90, height_mm=50)
    assert (told["state"], told["filename"]) == ("done", f"bars.{form}")


def test_rights_count_when_the_file_is_made(world):
    uid = ask(world.carol, "csv").json()["uid"]
    remove_member(world.team.memberships.get(user=world.carol), actor=principal(owner_of(world.team)))
    make_export(PanelExport.objects.get(uid=uid).pk)
    export = PanelExport.objects.get(uid=uid)
    assert (export.blob, export.error) == (None, "There is nothing at this address, or you may not see it.")


def test_a_panel_that_is_no_drawing_says_so(world):
    told = made(world.carol, "svg", panel={"viewType": "Hologram"})
    assert told["state"] == "failed"
    assert "Hologram" in told["error"]


def test_an_export_waits_for_a_worker_and_is_made_once(world):
    told = ask(world.carol, "csv").json()
    assert (told["state"], told["url"]) == ("waiting", None)
    export = PanelExport.objects.get(uid=told["uid"])
    make_export(export.pk)
    make_export(export.pk)
    assert Blob.objects.count() == 1


def test_a_job_that_failed_for_good_is_told(world):
    uid = ask(world.carol, "csv").json()["uid"]
    Job.objects.filter(key=uid).update(state="failed")
    assert sign_in(world.carol).get(f"{ADDRESS}/{uid}").json()["state"] == "failed"


def test_an_export_is_its_owners(world):
    uid = ask(world.carol, "csv").json()["uid"]
    assert sign_in(world.alice).get(f"{ADDRESS}/{uid}").status_code == 404


def test_old_exports_go_with_their_bytes(world):
    told = made(world.carol, "csv")
    assert told["state"] == "done"
    key = Blob.objects.get().key
    PanelExport.objects.update(created_at="2020-01-01T00:00:00Z")
    assert drop_old_exports() == 1
    assert blob_store().stat(key) is None
    assert drop_old_exports() == 0
