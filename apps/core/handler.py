"""Two ways into Django under ASGI.

`PooledHandler` serves pages, API and GraphQL: the body is read first, then the request passes the gate and runs, all
middleware included, in one of a fixed set of threads that keep their database connections. `LeanHandler` serves the
one hot address, file_stream: no middleware, no thread, no gate; its view is async and settles who asks by itself.

Path not taken: Django's own handler makes a thread and a connection for every request and hops there and back once for
each middleware; a thousand connections made 1,616 threads (ENGINEERING 6).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.core.handlers.exception import convert_exception_to_response
from django.db import connections
from django.http import HttpResponse, HttpResponseBase
from django.urls import set_script_prefix

from apps.core import json
from apps.core.errors import CarnetError, RetryLater, TooLarge
from apps.core.gate import Gate
from apps.core.paths import keep_encoded_slashes

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def refusal(error: CarnetError) -> HttpResponse:
    """Say no before Django is asked, in a form that pages, API clients and the wandb client all read."""
    answer = HttpResponse(status=error.status, content_type="application/problem+json")
    answer.content = json.dumps(
        {
            "type": "about:blank",
            "title": type(error).__name__,
            "status": error.status,
            "code": error.code,
            "detail": error.sentence,
            "errors": [{"message": error.sentence}],
            "data": None,
        }
    )
    if isinstance(error, RetryLater):
        answer["Retry-After"] = str(error.retry_after)
    return answer


class BoundedHandler(ASGIHandler):
    """Django's handler with a limit on bodies that the route decides, and encoded slashes kept in paths."""

    def __init__(self, *, max_body_bytes: Callable[[Scope], int]) -> None:
        super().__init__()
        self.max_body_bytes = max_body_bytes

    async def bounded_body(self, scope: Scope, receive: Receive) -> IO[bytes]:
        """Read the body, or raise TooLarge as soon as it is known to be."""
        limit = self.max_body_bytes(scope)
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if length.isdigit() and int(length) > limit:
            raise _too_large(limit)
        body = SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 - the caller closes it
        try:
            await _receive_into(body, receive, limit)
        except BaseException:
            body.close()
            raise
        return cast(IO[bytes], body)

    def request_of(self, scope: Scope, body: IO[bytes]) -> tuple[ASGIRequest | None, HttpResponseBase | None]:
        scope["path"] = keep_encoded_slashes(scope)
        request, refused = self.create_request(scope, body)
        return request, refused


class PooledHandler(BoundedHandler):
    """Runs each request from the first middleware to the last in one thread of a fixed set."""

    def __init__(self, *, gate: Gate, max_body_bytes: Callable[[Scope], int]) -> None:
        super().__init__(max_body_bytes=max_body_bytes)
        self.gate = gate
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(gate.width, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._answer(scope, receive, send)
        except CarnetError as error:
            await self.send_response(refusal(error), send)
        except RequestAborted:
            pass

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.gate.check()
        with await self.bounded_body(scope, receive) as body:
            async with self.gate.passage():
                run = copy_context().run
                loop = asyncio.get_running_loop()
                response = await loop.run_in_executor(self._threads, run, self._respond, scope, body)
        if response.streaming:
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def _respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refused = self.request_of(scope, body)
        response: HttpResponseBase = self.get_response(request) if request else cast(HttpResponseBase, refused)
        response._handler_class = type(self)  # type: ignore[attr-defined]
        if response.streaming:
            signals.request_finished.send(sender=type(self))  # this thread's connections; the stream has its own
        else:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send a stream until its end or until the client has gone, with a thread of its own for what it reads."""
        async with ThreadSensitiveContext():
            sending = asyncio.create_task(self.send_response(response, send))
            watching = asyncio.create_task(_gone(receive))
            try:
                await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (sending, watching):
                    task.cancel()
                results = await asyncio.gather(sending, watching, return_exceptions=True)
                await sync_to_async(_close_stream)(response)
        if isinstance(results[0], Exception):
            logger.error("a streamed answer broke off", exc_info=results[0])


class LeanHandler(BoundedHandler):
    """Straight to an async view that uses neither session nor database connection of its own."""

    def __init__(self, *, max_body_bytes: Callable[[Scope], int]) -> None:
        super().__init__(max_body_bytes=max_body_bytes)
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(self._get_response_async)  # type: ignore[attr-defined]

    def load_middleware(self, is_async: bool = False) -> None:
        """None: that is the point."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.bounded_body(scope, receive)
        except CarnetError as error:
            await self.send_response(refusal(error), send)
            return
        except RequestAborted:
            return
        with body:
            set_script_prefix(get_script_prefix(scope))
            request, refused = self.request_of(scope, body)
            response = await self.get_response_async(request) if request else cast(HttpResponseBase, refused)
        await self.send_response(response, send)


async def _receive_into(body: SpooledTemporaryFile[bytes], receive: Receive, limit: int) -> None:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestAborted
        body.write(message.get("body", b""))
        if body.tell() > limit:
            raise _too_large(limit)
        more = message.get("more_body", False)
    body.seek(0)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request is larger than the {limit / 2**20:.4g} MiB that this address takes.")


def _close_stream(response: HttpResponseBase) -> None:
    """Called in the thread that the stream read with, which ends now."""
    response.close()
    connections.close_all()


async def _gone(receive: Receive) -> None:
    """Return when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
