"""Every row of the table holds, and no route of the API is missing from it."""

import pytest

from apps.core.routes import collect_routes
from tests.permissions.asking import Row, answers, rows
from tests.permissions.table import API
from tests.permissions.world import build_scene

pytestmark = pytest.mark.django_db

API_ROWS = rows(API)


@pytest.mark.parametrize("row", API_ROWS, ids=lambda row: row.label)
def test_everybody_gets_what_the_table_says(row: Row):
    assert answers(build_scene(), row) == row.statuses


def test_no_route_of_the_api_is_missing():
    routes = {
        (method, route.name.removeprefix("api:"))
        for route in collect_routes()
        if route.address.startswith("/api/v1/")
        for method in route.needs or {}
    }
    assert routes - {(row.method, row.route) for row in API_ROWS} == set()


@pytest.mark.parametrize("project", ["digits", "secret"])
def test_a_stranger_learns_nothing_from_any_method(project: str):
    statuses = {
        status
        for row in API_ROWS
        if f"/projects/northlight/{project}" in row.address
        for asker, status in zip(("alice", "bob", "carol", "dan", "mallory"), row.statuses, strict=False)
        if asker == "mallory"
    }
    assert statuses == {404}
