"""Lists by the page: every row once, whatever comes or goes meanwhile."""

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.errors import InvalidInput
from apps.core.pages import page_of
from apps.runs import actions
from apps.runs.models import Run, RunDigest
from tests.api.asking import Caller, items
from tests.build import build_project, build_run, build_token, build_user, owner_of, principal

pytestmark = pytest.mark.django_db


def _walk(caller: Caller, address: str) -> list[dict]:
    found = []
    while address:
        status, page = caller.get(address)
        assert status == 200, page
        found += page["items"]
        address = page["next"]
    return found


def test_pages_hold_every_run_once():
    project = build_project()
    names = [build_run(project).name for _ in range(7)]
    caller = Caller(owner_of(project.tenant.team))
    found = _walk(caller, f"projects/{project.tenant.name}/{project.name}/runs?limit=3")
    assert [run["name"] for run in found] == names[::-1]


def test_runs_that_arrive_meanwhile_shift_nothing():
    project = build_project()
    names = [build_run(project).name for _ in range(4)]
    caller = Caller(owner_of(project.tenant.team))
    _status, first = caller.get(f"projects/{project.tenant.name}/{project.name}/runs?limit=2")
    build_run(project)
    rest = _walk(caller, first["next"])
    assert [run["name"] for run in first["items"] + rest] == names[::-1]


def test_a_run_deleted_at_the_edge_of_a_page_loses_nothing():
    project = build_project()
    runs = [build_run(project) for _ in range(4)]
    owner = owner_of(project.tenant.team)
    caller = Caller(owner)
    _status, first = caller.get(f"projects/{project.tenant.name}/{project.name}/runs?limit=2")
    actions.delete_run(runs[2], actor=principal(owner))
    assert [run["name"] for run in _walk(caller, first["next"])] == [runs[1].name, runs[0].name]


def test_the_next_page_keeps_filter_order_and_keys():
    project = build_project()
    for number in range(5):
        build_run(project, summary={"loss": float(number)}, tags=["even"] if number % 2 == 0 else [])
    caller = Caller(owner_of(project.tenant.team))
    address = f"projects/{project.tenant.name}/{project.name}/runs"
    query = '?limit=2&order=%2Bsummary_metrics.loss&keys=loss&filters={"tags":"even"}'
    assert [run["values"]["loss"] for run in _walk(caller, address + query)] == [0.0, 2.0, 4.0]


def test_tokens_members_and_audit_are_paged():
    user = build_user()
    for _ in range(4):
        build_token(user)
    caller = Caller(user)
    assert len({token["uid"] for token in _walk(caller, "tokens?limit=2")}) == 5


@pytest.mark.parametrize("cursor", ["x", "WzE2XQ", "gAAAAA==", "é", "a" * 400])
def test_a_made_up_cursor_is_refused(cursor: str):
    status, problem = Caller(build_user()).get("tokens", cursor=cursor)
    assert (status, problem["code"]) == (400, "bad_cursor")


def test_a_cursor_of_another_list_is_refused():
    for _ in range(2):
        build_user()
    page = page_of(User.objects.order_by("username", "pk"), cursor=None, limit=1)
    with pytest.raises(InvalidInput):
        page_of(User.objects.order_by("pk"), cursor=page.next_cursor, limit=1)


@pytest.mark.parametrize("limit", ["0", "-1", "501", "many"])
def test_a_limit_out_of_bounds_is_refused(limit: str):
    status, problem = Caller(build_user()).get("tokens", limit=limit)
    assert (status, set(problem["fields"])) == (400, {"limit"})


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    steps=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=8),
    descends=st.booleans(),
    limit=st.integers(1, 4),
)
def test_any_order_with_ties_and_nulls_is_walked_completely(steps, descends, limit):
    RunDigest.objects.all().delete()
    Run.objects.all().delete()
    project = build_project()
    for step in steps:
        RunDigest.objects.filter(run=build_run(project)).update(last_step=step)
    term = F("last_step").desc(nulls_last=True) if descends else F("last_step").asc(nulls_last=True)
    rows = RunDigest.objects.order_by(term, "pk")
    walked, cursor = [], None
    while True:
        page = page_of(rows, cursor=cursor, limit=limit)
        walked += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [row.pk for row in walked] == [row.pk for row in rows]


def test_an_empty_list_has_no_next():
    assert items(Caller(build_user()).get("teams")) == []
