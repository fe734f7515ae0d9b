"""How a row of the table is asked: one request for each asker, each undone afterwards."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.test import Client
from django.urls import resolve

from apps.core import json
from tests.permissions.table import ASKERS
from tests.permissions.world import BODIES, Scene


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
        """The name of the route behind the address: `runs` for /api/v1/projects/northlight/digits/runs."""
        path = urlsplit(self.address).path.replace("{", "").replace("}", "")
        return resolve(path).url_name or ""


def rows(table: str) -> list[Row]:
    """Read a table: method, address, one status for each asker."""
    found = []
    for line in table.strip().splitlines():
        method, address, *statuses = line.split()
        found.append(Row(method, address, tuple(map(int, statuses))))
    return found


def ask_by_key(scene: Scene, row: Row, asker: str) -> int:
    """Send a row's request with the key of `asker`, as a program does."""
    key = scene.keys.get(asker)
    client = Client(HTTP_AUTHORIZATION=f"Bearer {key}") if key else Client()
    return _undone(client, scene, row)


def _undone(client: Client, scene: Scene, row: Row) -> int:
    body = BODIES.get((row.method, row.route))
    with transaction.atomic():
        response = client.generic(
            row.method,
            row.address.format(**scene.words),
            json.dumps(body) if body is not None else b"",
            content_type="application/json",
        )
        transaction.set_rollback(True)
    return response.status_code


def answers(scene: Scene, row: Row, ask: Any = ask_by_key) -> tuple[int, ...]:
    return tuple(ask(scene, row, asker) for asker in ASKERS)
