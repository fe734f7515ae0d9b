"""Writes docs/permissions.md, so that a change of access shows in the diff."""

from collections.abc import Iterator
from itertools import groupby

from apps.core.management.pages import PageCommand
from apps.core.routes import METHOD_ORDER, Route, collect_routes, foreign_need

HEAD = """\
# Who may reach what

Written by `manage.py permissions_table` from the `needs` of every route; a test fails when it is out of date. “Any”
means every method. What a permission means and which roles hold it stands in `apps/accounts/permissions.py`; whoever
may not even see a thing gets 404, whoever sees it but may not do this gets 403.
"""


class Command(PageCommand):
    help = "Write docs/permissions.md from the needs of every route."
    page = "permissions.md"

    def text(self) -> str:
        return permissions_table()


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
