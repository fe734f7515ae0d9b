"""Closed from the first route: whatever answers at an address says what it needs."""

import pytest

from apps.accounts.permissions import Permission
from apps.core.management.commands.permissions_table import permissions_table
from apps.core.names import RESERVED
from apps.core.needs import Needs
from apps.core.routes import Route, collect_routes, foreign_need, readable
from tests.architecture.sources import ROOT, report

KNOWN_NEEDS = {str(need) for need in [*Needs, *Permission]}


def _label(route: Route) -> str:
    return f"{route.address} ({route.module})"


def test_every_route_of_ours_states_its_needs():
    findings = [_label(route) for route in collect_routes() if route.is_ours and not route.needs]
    assert not findings, report(findings, "Add @needs(…) or the attribute `needs`:")


def test_every_need_is_a_permission_or_one_of_needs():
    findings = [
        f"{_label(route)}: {need}"
        for route in collect_routes()
        if route.is_ours
        for need in (route.needs or {}).values()
        if need not in KNOWN_NEEDS
    ]
    assert not findings, report(findings, "No such permission:")


def test_every_route_of_others_was_thought_about():
    findings = [_label(route) for route in collect_routes() if not route.is_ours and foreign_need(route) is None]
    assert not findings, report(findings, "Say in apps.core.routes.FOREIGN what it needs and why:")


def test_every_first_path_segment_is_reserved():
    segments = {route.first_segment.lower() for route in collect_routes()} - {""}
    assert not segments - RESERVED, "A user of this name would hide a page: add it to apps.core.names.RESERVED"


def test_table_of_permissions_is_up_to_date():
    written = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert written == permissions_table(), "Run .venv/bin/python manage.py permissions_table"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("api/v1/<str:entity>/<project>", "/api/v1/{entity}/{project}"),
        (r"^files/(?P<path>(?:[^/]+/)*[^/]+)$", "/files/{path}"),
        (r"^ws/run/(?P<uid>\d+)\Z", "/ws/run/{uid}"),
        (r"^favicon\.ico$", "/favicon.ico"),
        ("", "/"),
    ],
)
def test_patterns_are_written_as_people_read_them(pattern: str, expected: str):
    assert readable(pattern) == expected
