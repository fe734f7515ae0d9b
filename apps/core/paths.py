"""Path segments that may hold an encoded slash."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest


def segments(scope: Mapping[str, Any]) -> list[str]:
    """Return the decoded segments of an ASGI scope's path: `/a%2Fb/c` gives `["a/b", "c"]`.

    A NUL becomes its symbol: no database can look for it, and no name holds it.
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    parts = raw.split(b"?")[0].decode("latin-1").strip("/").split("/")
    return [unquote(part).replace("\x00", "\N{SYMBOL FOR NULL}") for part in parts]


def request_segments(request: HttpRequest) -> list[str]:
    """The same for a request, also of Django's test client, which knows no raw path."""
    scope: Mapping[str, Any] = getattr(request, "scope", None) or {"path": request.path_info}
    return segments(scope)


def keep_encoded_slashes(scope: Mapping[str, Any]) -> str:
    """Return the decoded path in which `%2F` stays as it is, so that URL patterns see the segments that were sent."""
    raw: bytes = scope.get("raw_path") or b""
    if b"%2f" not in raw.lower():
        path: str = scope["path"]
        return path
    kept = raw.split(b"?")[0].decode("latin-1").replace("%2f", "%252F").replace("%2F", "%252F")
    return unquote(kept)
