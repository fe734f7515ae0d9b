"""The hot address: `POST /files/{entity}/{project}/{run}/file_stream` (docs of the client: section 8 of its protocol).

Async, without middleware, session or database connection of its own: who asks and which run is meant are remembered for
five seconds, rows go through the group commit of apps.runs.writer. Statuses matter: the client repeats 429 and 5xx for
days, and gives up for ever on 400, 401, 403, 404, 410 and 413.
"""

import asyncio
import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from apps.accounts.access import principal_from_header
from apps.accounts.permissions import Permission
from apps.core import json
from apps.core.errors import CarnetError, InvalidInput, TooLarge, TooManyRequests, Unauthenticated
from apps.core.handler import refusal
from apps.core.paths import request_segments
from apps.runs.access import get_run_to_log
from apps.runs.intake import (
    Pack,
    StreamRequest,
    check_number,
    console_pack,
    events_pack,
    history_pack,
    summary_pack,
)
from apps.runs.models import Stream
from apps.runs.writer import submit

REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 10_000
LARGE_BYTES = 256 * 1024  # what is larger is read in a thread, so that the loop goes on
MINUTE = 60.0
STOPPED, GOES_ON = b'{"stopped":true}', b'{"stopped":false}'

_doors = ThreadPoolExecutor(4, thread_name_prefix="file-stream-door")
_readers = ThreadPoolExecutor(2, thread_name_prefix="file-stream-reader")


@dataclass(frozen=True, slots=True)
class Target:
    """The run a request is for; its asker may log to it."""

    run_id: int
    project_id: int
    keeps_console: bool = True  # the project's switch


@csrf_exempt
async def file_stream(request: HttpRequest, entity: str, project: str, run: str) -> HttpResponse:
    """Take what a client streams; answered when it is durable."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        target = await _target(request)
        rate_headers = _rates.take(target.project_id)
        answer = await submit(await _read(request, target))
    except CarnetError as error:
        return refusal(error)
    body = STOPPED if answer.stopped else GOES_ON
    return HttpResponse(body, content_type="application/json", headers=rate_headers)


file_stream.needs = {"POST": str(Permission.LOG_RUN)}  # type: ignore[attr-defined]  # asked by the door


# Who, and which run

_targets: dict[tuple[str, ...], tuple[float, Target]] = {}


async def _target(request: HttpRequest) -> Target:
    authorization = request.headers.get("Authorization", "")
    if not authorization:
        raise Unauthenticated("This address wants an API key. Create one at /authorize.", code="no_key")
    key = (authorization, *request_segments(request)[1:4])
    remembered = _targets.get(key)
    if remembered is not None and remembered[0] > time.monotonic():
        return remembered[1]
    address, client = request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", "")
    find = partial(_find, *key, address=address, client=client)
    target = await asyncio.get_running_loop().run_in_executor(_doors, find)
    if len(_targets) >= MOST_REMEMBERED:
        _targets.clear()
    _targets[key] = (time.monotonic() + REMEMBERED_SECONDS, target)
    return target


def _find(authorization: str, entity: str, project: str, run: str, *, address: str, client: str) -> Target:
    try:
        principal = principal_from_header(authorization, address=address, client=client)
        found = get_run_to_log(principal, entity, project, run)
        return Target(found.pk, found.project_id, keeps_console=found.project.console_capture)
    finally:
        connection.close()


def forget_targets() -> None:
    """Ask the doors anew; called where access or addresses change (listeners.py)."""
    _targets.clear()


# How often


class Rates:
    """Requests of each project in the current minute, in this process."""

    def __init__(self) -> None:
        self._windows: dict[int, tuple[float, int]] = {}

    def take(self, project_id: int) -> dict[str, str]:
        """Count a request; return headers that slow the client down smoothly once half the limit is used.

        Raises TooManyRequests above the limit.
        """
        limit: int = settings.CARNET_RATE_LIMITS["file_stream"]
        if not limit:
            return {}
        moment = time.monotonic()
        start, count = self._windows.get(project_id, (moment, 0))
        if moment - start >= MINUTE:
            start, count = moment, 0
        self._windows[project_id] = (start, count + 1)
        reset = max(ceil(start + MINUTE - moment), 1)
        if count >= limit:
            sentence = f"This project has sent {limit} requests within a minute, which is its limit."
            raise TooManyRequests(sentence, retry_after=reset)
        if count < limit // 2:
            return {}
        return {"RateLimit-Remaining": str(limit - count - 1), "RateLimit-Reset": str(reset)}


_rates = Rates()


# What


async def _read(request: HttpRequest, target: Target) -> StreamRequest:
    body = request.body
    if len(body) > settings.CARNET_FILE_STREAM_MAX_BYTES:
        raise _too_large(settings.CARNET_FILE_STREAM_MAX_BYTES, "as sent")
    read = partial(
        read_body, body, target, encoding=request.headers.get("Content-Encoding", ""), writer=_shared_writer(request)
    )
    if len(body) < LARGE_BYTES:
        return read()
    return await asyncio.get_running_loop().run_in_executor(_readers, read)


def _shared_writer(request: HttpRequest) -> str:
    """Return the writer of a shared run, empty for ordinary runs."""
    if request.headers.get("X-WANDB-USE-ASYNC-FILESTREAM", "").lower() != "true":
        return ""
    return request.headers.get("X-WANDB-ASYNC-CLIENT-ID", "")[:64] or "shared"


def read_body(body: bytes, target: Target, *, encoding: str = "", writer: str = "") -> StreamRequest:
    """Turn a body into checked packs. Raises InvalidInput or TooLarge; nothing has been written then."""
    try:
        said = json.loads(_unpacked(body, encoding) or b"{}")
    except json.JSONError as error:
        raise InvalidInput(f"The body cannot be read. {error}", code="broken_json") from None
    if not isinstance(said, dict):
        raise InvalidInput("The body is no JSON object.", code="broken_json")
    packs = _packs(said.get("files") or {})
    if not target.keeps_console:
        packs = tuple(pack for pack in packs if pack.stream != Stream.CONSOLE)
    return StreamRequest(
        run_id=target.run_id,
        project_id=target.project_id,
        packs=packs,
        writer=writer,
        is_complete=said.get("complete") is True,
        exit_code=_exit_code(said.get("exitcode", 0)),
        is_preempting=said.get("preempting") is True,
        uploaded=tuple(_texts(said.get("uploaded") or [], "uploaded")),
    )


def _unpacked(body: bytes, encoding: str) -> bytes:
    """Return the body without its gzip, as far as the limit goes: a bomb is cut off in time."""
    if encoding.lower() in {"", "identity"}:
        return body
    if encoding.lower() != "gzip":
        raise InvalidInput(
            f"The content encoding “{encoding[:20]}” is unknown; gzip is the one to use.", code="bad_encoding"
        )
    limit: int = settings.CARNET_FILE_STREAM_MAX_UNPACKED_BYTES
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise InvalidInput("The body is said to be gzip, but cannot be unpacked.", code="broken_gzip") from None
    if len(text) > limit:
        raise _too_large(limit, "unpacked")
    if not unpacker.eof:
        raise InvalidInput("The gzip of the body breaks off.", code="broken_gzip")
    return text


def _packs(files: Any) -> tuple[Pack, ...]:
    """Return the packs of the four files we know; others are of no use to us."""
    if not isinstance(files, dict):
        raise InvalidInput("`files` is no JSON object.", code="broken_json")
    packs = []
    for name, chunk in files.items():
        make = _MAKERS.get(name)
        if make is None:
            continue
        if not isinstance(chunk, dict):
            raise InvalidInput(f"`files` says nothing usable of {name}.", code="broken_json")
        lines = _texts(chunk.get("content") or [], name)
        if lines:
            packs.append(make(lines, offset=_offset(chunk.get("offset", 0), name)))
    return tuple(packs)


def _summary(lines: Sequence[str], *, offset: int = 0) -> Pack:
    return summary_pack(lines[-1])


_MAKERS: dict[str, Callable[..., Pack]] = {
    "wandb-history.jsonl": history_pack,
    "wandb-events.jsonl": events_pack,
    "wandb-summary.json": _summary,
    "output.log": console_pack,
}


def _texts(value: Any, what: str) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise InvalidInput(f"The content of {what} is no list of texts.", code="broken_json")
    return texts


def _offset(value: Any, name: str) -> int:
    if type(value) is not int:
        raise InvalidInput(f"The offset of {name} is no whole number.", code="bad_number")
    check_number(value, f"offset of {name}")
    return value


def _exit_code(value: Any) -> int:
    """Return the exit code as the column holds it; what is none counts as a failure."""
    return min(max(value, -(2**31)), 2**31 - 1) if type(value) is int else 1


def _too_large(limit: int, how: str) -> TooLarge:
    return TooLarge(f"The body is larger than {limit / 2**20:.4g} MiB {how}. Log less at a time.", code="too_large")
