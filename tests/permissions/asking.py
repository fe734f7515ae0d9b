"""How a row of the table is asked: one request for each asker, each undone afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpResponseBase
from django.urls import resolve, reverse

from apps.core import json
from tests.permissions.table import ASKERS
from tests.permissions.world import BODIES, Scene

Ask = Callable[[Scene, "Row", str], int]


@dataclass(frozen=True)
class Row:
    """One method and address with the status that each asker gets."""

    method: str
    address: str
    statuses: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def route(self) -> str:
        """The name of the route behind the address: `api:runs` for /api/v1/projects/northlight/digits/runs."""
        path = urlsplit(self.address).path.replace("{", "").replace("}", "")
        return resolve(path).view_name

    @property
    def pattern(self) -> str:
        """The pattern of the route behind the address."""
        path = urlsplit(self.address).path.replace("{", "").replace("}", "")
        return resolve(path).route


def rows(table: str) -> list[Row]:
    """Read a table: method, address, one status for each asker."""
    found = []
    for line in table.strip().splitlines():
        method, address, *statuses = line.split()
        found.append(Row(method, address, tuple(map(int, statuses))))
    return found


def ask_by_key(scene: Scene, row: Row, asker: str) -> int:
    """Send a row's request with the key of `asker`, as a program does."""
    body = BODIES.get((row.method, row.route))
    content = b"" if body is None else json.dumps(_filled(scene, body))
    send = scene.client(asker, by_key=True).generic
    return _undone(lambda address: send(row.method, address, content, "application/json"), scene, row)


def ask_by_session(scene: Scene, row: Row, asker: str) -> int:
    """Send a row's request as the browser of `asker`; a service has none and sends its key."""
    client = scene.client(asker, by_key=asker == "service")
    filled = _filled(scene, BODIES.get((row.method, row.route), {}))
    send: Callable[..., Any] = client.post if row.method == "POST" else client.get
    return _undone(lambda address: send(address, filled, headers={"Accept": "text/html"}), scene, row)


def _filled(scene: Scene, body: dict[str, Any]) -> dict[str, Any]:
    return {name: value.format(**scene.words) if isinstance(value, str) else value for name, value in body.items()}


def _undone(ask: Callable[[str], HttpResponseBase], scene: Scene, row: Row) -> int:
    """Return the status of one request and undo what it did. Who is sent to the sign-in page gets 401."""
    with transaction.atomic():
        response = ask(row.address.format(**scene.words))
        transaction.set_rollback(True)
    to_sign_in = response.headers.get("Location", "").startswith(reverse("account_login"))
    return 401 if to_sign_in else response.status_code


def answers(scene: Scene, row: Row, ask: Ask) -> tuple[int, ...]:
    return tuple(ask(scene, row, asker) for asker in ASKERS)
