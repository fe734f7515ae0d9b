"""Streaming into runs as clients do: through the real ASGI application, and directly for tests of what lies below."""

import asyncio
import gzip
import threading
from typing import Any, cast
from unittest.mock import patch

import httpx
from django.db import connection

from apps.core import json
from apps.runs import intake
from apps.runs.actions.log import Appended, append_alone, append_together
from apps.runs.history.decoded import remember
from apps.runs.intake import Pack, StreamRequest, console_pack, events_pack, history_pack, summary_pack
from apps.runs.models import Run
from config.asgi import application


async def in_thread(function, *args):
    """Call with a database connection that is given back."""

    def call():
        try:
            return function(*args)
        finally:
            connection.close()

    return await asyncio.to_thread(call)


def lines(*rows: dict[str, Any]) -> list[str]:
    return [json.dumps_lenient(row) for row in rows]


def history(*rows: dict[str, Any], offset: int = 0) -> Pack:
    return history_pack(lines(*rows), offset=offset)


def parsing_ahead(is_here: bool = True) -> Any:
    """Let rows be parsed where they come in, as in a process that digests them too."""
    event = threading.Event()
    if is_here:
        event.set()
    return patch.object(intake, "embedded_worker_is_here", event)


def events(*rows: dict[str, Any], offset: int = 0) -> Pack:
    return events_pack(lines(*rows), offset=offset)


def console(*texts: str, offset: int = 0) -> Pack:
    return console_pack(texts, offset=offset)


def summary(**values: Any) -> Pack:
    return summary_pack(json.dumps_lenient(values))


def append(run: Run, *packs: Pack, **values: Any) -> Appended:
    """Append as the writer does, in this thread."""
    request = StreamRequest(run.pk, run.project_id, packs=packs, **values)
    if request.is_plain:
        appended = append_together([request], digest={run.pk})
        if appended.answers != [None]:
            for batch, columns in appended.parsed:
                remember(batch, columns)
            return appended
    return append_alone(request)


class Streamer:
    """A client that logs to one run over HTTP, without a socket."""

    def __init__(
        self, run: Run, key: str, *, address: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        self.address = address or f"/files/{run.project.tenant.name}/{run.project.name}/{run.name}/file_stream"
        transport = httpx.ASGITransport(cast(Any, application), raise_app_exceptions=False)
        auth = httpx.BasicAuth("api", key) if key else None
        self.http = httpx.AsyncClient(transport=transport, base_url="http://carnet", auth=auth, headers=headers)

    async def send(self, body: dict[str, Any] | bytes, *, zipped: bool = False) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps_lenient(body).encode()
        headers = {"Content-Encoding": "gzip"} if zipped else {}
        return await self.http.post(
            self.address, content=gzip.compress(content) if zipped else content, headers=headers
        )

    async def log(self, *rows: dict[str, Any], **more: Any) -> httpx.Response:
        return await self.send({"files": {"wandb-history.jsonl": {"offset": 0, "content": lines(*rows)}}, **more})
