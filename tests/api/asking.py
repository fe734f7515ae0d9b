"""How tests call the API: by key, like a script."""

from typing import Any

from django.test import Client

from apps.accounts.models import User
from apps.core import json
from tests.build import build_token

BASE = "/api/v1/"


class Caller:
    """One person's script. Answers are (status, parsed body)."""

    def __init__(self, person: User | None = None, *, key: str = "", **token: Any) -> None:
        key = key or (build_token(person, **token) if person is not None else "")
        self.client = Client(HTTP_AUTHORIZATION=f"Bearer {key}") if key else Client()

    def get(self, address: str, **query: Any) -> tuple[int, Any]:
        return self._told(self.client.get(_full(address), query or None))

    def send(self, method: str, address: str, body: Any = None) -> tuple[int, Any]:
        content = b"" if body is None else json.dumps(body)
        return self._told(self.client.generic(method, _full(address), content, content_type="application/json"))

    @staticmethod
    def _told(response: Any) -> tuple[int, Any]:
        kind = response.headers.get("Content-Type", "")
        return response.status_code, json.loads(response.content) if "json" in kind else response


def _full(address: str) -> str:
    return address if "://" in address or address.startswith("/") else BASE + address


def items(answer: tuple[int, Any]) -> list[Any]:
    """Return the items of a page, which must have come."""
    status, page = answer
    assert status == 200, page
    return list(page["items"])
