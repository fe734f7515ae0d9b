"""Run sets resolve to the runs that their filter, order and selection name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.errors import InvalidInput, NotFound
from apps.panels.run_sets import light_rows, parse_run_set, resolve
from apps.runs.models import Run
from tests.build import build_project, build_run, build_world, owner_of, principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    project = build_project(name="digits")
    for name, lr in (("a", 0.1), ("b", 0.2), ("c", 0.3)):
        build_run(project, name, config={"lr": lr, "model": {"name": "vit"}}, tags=["ema"] if name == "c" else [])
    return project


def names(raw, project):
    found = resolve(parse_run_set(raw), principal(owner_of(project.tenant.team)), project)
    return [run.name for run in found.shown]


def leaf(section, name, op, value, **more):
    return {"key": {"section": section, "name": name}, "op": op, "value": value, "disabled": False, **more}


def v2(*entries):
    return {"filters": {"filterFormat": "filterV2", "filters": list(entries)}}


def test_all_but_the_named_are_shown(project):
    assert names({"selections": {"root": 1, "tree": ["b"]}}, project) == ["c", "a"]


def test_none_but_the_named_are_shown(project):
    assert names({"selections": {"root": 0, "tree": ["b"]}}, project) == ["b"]


def test_and_binds_tighter_than_or(project):
    filters = v2(
        leaf("config", "lr", "=", 0.1),
        leaf("tags", "__ALL__", "=", "ema", connector="OR"),
        leaf("config", "lr", ">=", 0.3, connector="AND"),
    )
    assert names(filters, project) == ["c", "a"]


def test_what_is_switched_off_counts_as_absent(project):
    filters = v2(leaf("config", "lr", "=", 0.1) | {"disabled": True})
    assert names(filters, project) == ["c", "b", "a"]


def test_groups_of_conditions_are_one_condition(project):
    group = {"filters": [leaf("config", "lr", "=", 0.1), leaf("config", "lr", "=", 0.2, connector="OR")]}
    assert names(v2(leaf("run", "state", "=", "running"), group | {"connector": "AND"}), project) == ["b", "a"]


def test_the_form_before_is_read_too(project):
    tree = {"op": "OR", "filters": [{"op": "AND", "filters": [leaf("config", "lr.value", "<=", 0.2)]}]}
    assert names({"filters": tree}, project) == ["b", "a"]


def test_created_within_seconds(project):
    assert names(v2(leaf("run", "createdAt", "WITHINSECONDS", 3600)), project) == ["c", "b", "a"]


def test_runs_are_sorted_by_config(project):
    sort = {"keys": [{"key": {"section": "config", "name": "lr.value"}, "ascending": True}]}
    assert names({"sort": sort}, project) == ["a", "b", "c"]


def test_an_unknown_operator_is_told_with_its_place(project):
    with pytest.raises(InvalidInput, match=r"filters\[0\] has the operator “LIKE”"):
        parse_run_set(v2(leaf("config", "lr", "LIKE", 1)))


@pytest.mark.parametrize(
    "raw",
    [
        *({name: 5} for name in ("project", "search", "grouping", "pinnedRunIds", "filters")),
        {"sort": {"keys": 5}},
        {"selections": {"tree": 5}},
        {"selections": {"tree": [{"value": "a", "children": 5}]}},
        {"filters": {"filterFormat": "filterV2", "filters": 5}},
    ],
)
def test_a_part_of_the_wrong_shape_is_refused_with_a_sentence(raw):
    with pytest.raises(InvalidInput, match="of a run set"):
        parse_run_set(raw)


def test_a_hidden_project_reads_as_an_absent_one():
    world = build_world()
    raw = {"project": {"entityName": "northlight", "name": "secret"}}
    with pytest.raises(NotFound):
        resolve(parse_run_set(raw), principal(world.bob), world.project)


def test_a_light_run_knows_its_project_and_loads_the_rest_when_asked(project):
    run = Run.objects.get(name="a")
    with CaptureQueriesContext(connection) as queries:
        [light] = light_rows(Run.objects.filter(name="a"), project)
        assert (light, light.pk, light.project, light.uid) == (run, run.pk, project, run.uid)
    assert len(queries) == 1
    assert (light.config, light.tenant) == (run.config, project.tenant)
    light.refresh_from_db()
    assert light.display_name == run.display_name
