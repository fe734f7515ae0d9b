"""Writes docs/permissions.md, so that a change of access shows in the diff."""

from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.routes import METHOD_ORDER, Route, collect_routes, foreign_need

HEAD = """\
# Who may reach what

Written by `manage.py permissions_table` from the `needs` of every route; a test fails when it is out of date. “Any”
means every method. What a permission means and which roles hold it stands in `apps/accounts/permissions.py`; whoever
may not even see a thing gets 404, whoever sees it but may not do this gets 403.
"""


class Command(BaseCommand):
    help = "Write docs/permissions.md from the needs of every route."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the table is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.ROOT) / "docs" / "permissions.md"
        table = permissions_table()
        is_current = path.exists() and path.read_text(encoding="utf-8") == table
        if options["check"] and not is_current:
            raise CommandError("docs/permissions.md is out of date: manage.py permissions_table")
        if not is_current:
            path.write_text(table, encoding="utf-8")


def permissions_table() -> str:
    """Return the text of docs/permissions.md."""
    routes = sorted(collect_routes(), key=lambda route: (not route.is_ours, route.owner, route.address, route.name))
    sections = [_section(owner, list(group)) for owner, group in groupby(routes, key=lambda route: route.owner)]
    return "\n".join([HEAD, *sections])


def _section(owner: str, routes: list[Route]) -> str:
    if not routes[0].is_ours:
        return _foreign_section(owner, routes)
    rows = sorted({row for route in routes for row in _rows(route)}, key=_row_order)
    lines = [f"| `{address}` | {'any' if method == '*' else method} | {need} |" for address, method, need in rows]
    return "\n".join([f"## {owner}", "", "| address | method | needs |", "|---|---|---|", *lines, ""])


def _foreign_section(owner: str, routes: list[Route]) -> str:
    need, reason = foreign_need(routes[0]) or ("?", "not considered yet")
    addresses = sorted({f"`{route.address}`" for route in routes})
    return "\n".join([f"## {owner} (not ours)", "", f"Needs {need}: {reason}.", "", ", ".join(addresses), ""])


def _rows(route: Route) -> Iterator[tuple[str, str, str]]:
    for method, need in (route.needs or {"*": "not stated"}).items():
        yield route.address, method, need


def _row_order(row: tuple[str, str, str]) -> tuple[str, int, str]:
    address, method, need = row
    return address, METHOD_ORDER.index(method) if method in METHOD_ORDER else len(METHOD_ORDER), need
