"""Every row of the tables holds, and no route is missing from them."""

import pytest

from apps.core.routes import collect_routes, readable
from tests.architecture.sources import ROOT, report
from tests.permissions.asking import Ask, Row, answers, ask_by_key, ask_by_session, rows
from tests.permissions.table import API, ASKERS, ELSEWHERE, PAGES
from tests.permissions.world import build_scene

pytestmark = pytest.mark.django_db

API_ROWS = rows(API)
PAGE_ROWS = rows(PAGES)


@pytest.mark.parametrize(("table", "ask"), [(API_ROWS, ask_by_key), (PAGE_ROWS, ask_by_session)], ids=["api", "pages"])
def test_everybody_gets_what_the_table_says(table: list[Row], ask: Ask):
    scene = build_scene()
    findings = [
        f"{row.label}: {' '.join(map(str, got))}, not {' '.join(map(str, row.statuses))}"
        for row in table
        if (got := answers(scene, row, ask)) != row.statuses
    ]
    assert not findings, report(findings, f"For {', '.join(ASKERS)}:")


def test_no_route_is_missing():
    asked = {(row.method, readable(row.pattern)) for row in [*API_ROWS, *PAGE_ROWS]}
    findings = [
        f"{method} {route.address}"
        for route in collect_routes()
        if route.is_ours and route.address not in ELSEWHERE
        for method in route.needs or {}
        if (method, route.address) not in asked
    ]
    assert not findings, report(findings, "Say in tests/permissions/table.py who gets what:")


def test_what_is_asked_elsewhere_is_there():
    assert all((ROOT / place).exists() for place in ELSEWHERE.values())


@pytest.mark.parametrize("project", ["digits", "secret"])
def test_a_stranger_learns_nothing_from_any_method(project: str):
    mallory = ASKERS.index("mallory")
    statuses = {row.statuses[mallory] for row in [*API_ROWS, *PAGE_ROWS] if f"/northlight/{project}" in row.address}
    assert statuses == {404}
