"""Lists cost the same number of queries whatever their length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.alerts.models import Alert
from apps.projects import actions as projects
from apps.projects.access import Grant
from apps.runs.models import Run
from apps.teams import actions as teams
from apps.teams.models import Role
from tests.api.asking import Caller, items
from tests.build import (
    build_project,
    build_run,
    build_service_account,
    build_service_token,
    build_team,
    build_token,
    build_user,
    principal,
)

pytestmark = pytest.mark.django_db


def _fill(count: int):
    """Make a team with `count` of everything, and return a caller for its owner."""
    owner = build_user()
    team = build_team(owner=owner)
    by_owner = principal(owner)
    project = build_project(team, "full")
    for number in range(count):
        build_token(owner)
        build_team(owner=owner)
        build_project(team)
        teams.add_member(team, build_user(), role=Role.VIEWER, actor=by_owner)
        build_service_token(build_service_account(team, f"ci{number}"))
        projects.grant_project(project, build_user(), grant=Grant.READ, actor=by_owner)
        run = build_run(project, owner=owner, tags=["a"], summary={"loss": 0.1 * number}, config={"lr": number})
        Alert.objects.create(tenant_id=run.tenant_id, run=Run.objects.get(pk=run.pk), title="a", text="b")
    return Caller(owner), team


ADDRESSES = [
    "tokens",
    "teams",
    "teams/{team}/members",
    "teams/{team}/service-accounts",
    "teams/{team}/audit",
    "projects",
    "projects?entity={team}",
    "projects/{team}/full/grants",
    "projects/{team}/full/runs",
    "projects/{team}/full/runs?keys=loss,config.lr&order=-summary_metrics.loss",
    "runs",
    "alerts",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_thirty_rows_cost_as_many_queries_as_three(address: str):
    few, many = _count(3, address), _count(30, address)
    assert many[1] >= 30 > few[1]
    assert many[0] == few[0] <= 14


def _count(rows: int, address: str) -> tuple[int, int]:
    caller, team = _fill(rows)
    full = address.format(team=team.name)
    caller.get(full)  # the token's use is noted once a minute
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = items(caller.get(full))
    return len(queries), len(found)
