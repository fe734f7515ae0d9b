"""The runs beside the charts: the order, groups and colours of panels, with one value each."""

from base64 import b64encode

import pytest

from apps.runs.actions.digest import digest_run
from apps.runs.models import Run
from tests.build import build_run, build_world, sign_in
from tests.runs.streaming import append, history, summary

pytestmark = pytest.mark.django_db

URL = "/api/v1/projects/northlight/digits/run-list"
NEWEST = {"id": "runs"}
BY_MODEL = {"id": "runs", "grouping": [{"section": "config", "name": "model.value"}]}


@pytest.fixture
def world():
    world = build_world()
    for number in range(6):
        run = build_run(world.project, f"r{number}", config={"model": "vit" if number % 2 else "mlp", "lr": number})
        rows = [{"_step": step, "loss": 10.0 - number - step} for step in range(3)]
        rows.append({"_step": 3, "loss": 20.0 + number})
        append(run, history(*rows), summary(loss=20.0 + number))
        digest_run(run.pk)
    return world


def ask(user, run_set=NEWEST, **more):
    body = {"run_set": run_set, "key": "loss", **more}
    return sign_in(user).post(URL, body, content_type="application/json")


def names(answer, part="runs"):
    return [each["name"] for each in answer.json()[part]]


def values(answer, part="runs"):
    return [each["value"] for each in answer.json()[part]]


def test_runs_come_in_the_order_of_the_set_by_place(world):
    answer = ask(world.carol, offset=1, limit=2)
    assert names(answer) == ["r4", "r3"]
    assert (answer.json()["total"], answer.json()["run_count"], answer.json()["all_count"]) == (6, 6, 6)
    by_lr = {"id": "runs", "sort": {"keys": [{"key": {"section": "config", "name": "lr"}, "ascending": True}]}}
    assert names(ask(world.carol, by_lr, limit=2)) == ["r0", "r1"]


@pytest.mark.parametrize(("fact", "expected"), [("last", 25.0), ("min", 3.0), ("max", 25.0), ("best", 3.0)])
def test_each_has_the_value_that_is_asked_for(world, fact, expected):
    assert values(ask(world.bob, fact=fact, limit=1)) == [expected]


def test_a_run_without_the_key_has_no_value(world):
    build_run(world.project, "bare")
    assert values(ask(world.bob, limit=1)) == [None]


def test_filters_and_search_narrow_the_list(world):
    filters = {
        "filterFormat": "filterV2",
        "filters": [{"key": {"section": "config", "name": "lr"}, "op": "<=", "value": 1}],
    }
    answer = ask(world.bob, {"id": "runs", "filters": filters})
    assert names(answer) == ["r1", "r0"]
    assert (answer.json()["run_count"], answer.json()["all_count"]) == (2, 6)
    assert names(ask(world.bob, {"id": "runs", "search": {"query": "^r[34]$", "isRegex": True}})) == ["r4", "r3"]


def test_j08_groups_have_their_runs_colour_and_a_value_over_all_of_them(world):
    found = ask(world.bob, BY_MODEL, fact="max").json()
    assert [(each["values"], each["mark"]["run_count"], each["value"]) for each in found["groups"]] == [
        (["vit"], 3, 25.0),
        (["mlp"], 3, 24.0),
    ]
    oldest = Run.objects.get(name="r1")
    assert found["groups"][0]["mark"]["slot"] == oldest.slot
    means = ask(world.bob, BY_MODEL, fact="last").json()["groups"]
    assert [each["value"] for each in means] == [(21 + 23 + 25) / 3, (20 + 22 + 24) / 3]


def test_the_runs_of_a_group_come_when_it_is_opened(world):
    answer = ask(world.bob, BY_MODEL, within=["mlp"], limit=2)
    assert names(answer) == ["r4", "r2"]
    assert answer.json()["total"] == 3


def test_marks_are_those_of_panels(world):
    panel = {"viewType": "Run History Line Plot", "config": {"metrics": ["loss"]}}
    body = {"panels": [panel], "run_sets": [BY_MODEL], "form": "json"}
    drawn = sign_in(world.bob).post(URL.replace("run-list", "panel-data"), body, content_type="application/json").json()
    listed = ask(world.bob, BY_MODEL).json()["groups"]
    facts = ("id", "slot", "dash", "label")
    assert [[each["mark"][fact] for fact in facts] for each in listed] == [
        [mark[fact] for fact in facts] for mark in drawn["panels"][0]["marks"]
    ]


def test_pinned_runs_stand_before_all_others_once(world):
    pin = b64encode(b"Run:v1:r2:digits:northlight").decode()
    answer = ask(world.bob, {"id": "runs", "pinnedRunIds": [pin]})
    assert names(answer, "pinned") == ["r2"]
    assert names(answer) == ["r5", "r4", "r3", "r1", "r0"]
    assert (answer.json()["total"], answer.json()["run_count"]) == (5, 6)


def test_a_filter_without_meaning_is_refused_with_its_place(world):
    filters = {"filterFormat": "filterV2", "filters": [{"key": {"section": "run", "name": "state"}, "op": "SOUNDS"}]}
    answer = ask(world.bob, {"id": "runs", "filters": filters})
    assert answer.status_code == 400
    assert "filters[0]" in str(answer.json())


def test_strangers_are_not_answered(world):
    assert ask(world.mallory).status_code == 404


@pytest.mark.parametrize("run_set", [NEWEST, {"id": "runs", "grouping": [{"section": "config", "name": "lr.value"}]}])
def test_the_number_of_queries_does_not_grow(world, run_set, django_assert_max_num_queries):
    client = sign_in(world.bob)
    body = {"run_set": run_set, "key": "loss", "fact": "best"}
    client.post(URL, body, content_type="application/json")
    with django_assert_max_num_queries(14):
        client.post(URL, body, content_type="application/json")
