"""Everything that arrives: blob bytes, sockets, the hot address of the wandb client, and Django."""

import re
from typing import Any, cast

import django
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from config import env

env.prefer("DJANGO_SETTINGS_MODULE", "config.settings.prod")
django.setup(set_prefix=False)

from apps.core.blobs.asgi import application as blobs  # noqa: E402
from apps.core.errors import InvalidInput  # noqa: E402
from apps.core.forwarded import settle_forwarded  # noqa: E402
from apps.core.gate import gate  # noqa: E402
from apps.core.handler import LeanHandler, PooledHandler, Receive, Scope, Send, refusal  # noqa: E402
from config.routing import websockets  # noqa: E402

UNKNOWN_HOST = InvalidInput(
    "This server does not answer to this host name. Whoever runs it can add the name to CARNET_ALLOWED_HOSTS.",
    code="unknown_host",
)
FILE_STREAM = re.compile(rb"/files/[^/]+/[^/]+/[^/]+/file_stream")


def is_file_stream(scope: Scope) -> bool:
    return scope["method"] == "POST" and FILE_STREAM.fullmatch(scope["raw_path"].split(b"?")[0]) is not None


def is_known_host(scope: Scope) -> bool:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def max_body_bytes(scope: Scope) -> int:
    if is_file_stream(scope):
        return settings.CARNET_FILE_STREAM_MAX_BYTES
    if scope["path"] == "/graphql":
        return settings.CARNET_GRAPHQL_MAX_BYTES
    return settings.CARNET_REQUEST_MAX_BYTES


pages = PooledHandler(gate=gate, max_body_bytes=max_body_bytes)
file_stream = LeanHandler(max_body_bytes=max_body_bytes)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each connection to the part that serves it."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    settle_forwarded(scope, settings.CARNET_TRUSTED_PROXIES)
    if scope["type"] == "websocket":
        await websockets(scope, receive, send)
    elif scope["path"] == "/healthz":
        await _say_up(send)
    elif not is_known_host(scope):
        await pages.send_response(refusal(UNKNOWN_HOST), send)
    elif scope["path"].startswith("/blobs/"):
        await blobs(cast(Any, scope), cast(Any, receive), send)
    elif is_file_stream(scope):
        await file_stream(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _say_up(send: Send) -> None:
    """Answer without a thread or a database: the process is alive, whatever else is not."""
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok\n"})


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})
