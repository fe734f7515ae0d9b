"""Who is the client, when proxies stand in between."""

from collections.abc import Container, MutableMapping
from typing import Any

FORWARDING = frozenset(
    {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"forwarded"}
)


def settle_forwarded(scope: MutableMapping[str, Any], trusted: Container[object]) -> None:
    """Replace client, scheme and host by what trusted proxies say, and drop such headers from everybody else.

    Afterwards nothing further in needs to know about proxies. The client is the last address in X-Forwarded-For that
    is not a trusted proxy.
    """
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    said = {name: value for name, value in headers if name in FORWARDING}
    if not said:
        return
    scope["headers"] = [(name, value) for name, value in headers if name not in FORWARDING]
    if not scope.get("client") or scope["client"][0] not in trusted:
        return
    scope["client"] = (_client(said, scope["client"][0], trusted), 0)
    proto = said.get(b"x-forwarded-proto", b"").split(b",")[-1].strip().decode("latin-1")
    if proto in {"http", "https"}:
        scope["scheme"] = {"http": "ws", "https": "wss"}[proto] if scope["type"] == "websocket" else proto
    host = said.get(b"x-forwarded-host", b"").split(b",")[-1].strip()
    if host:
        kept = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [(b"host", host), *kept]


def _client(said: dict[bytes, bytes], peer: str, trusted: Container[object]) -> str:
    chain = [part.strip() for part in said.get(b"x-forwarded-for", b"").decode("latin-1").split(",") if part.strip()]
    while chain and peer in trusted:
        peer = chain.pop()
    return peer[:64]
