"""The mounted whole: who serves what, how large a body may be, what a full house says."""

import asyncio
import threading

import httpx
import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from apps.core import json, static
from apps.core.gate import Gate
from apps.core.handler import LeanHandler, PooledHandler
from apps.core.logs import DropQueries
from apps.core.paths import request_segments
from config import asgi

LIMIT = 1_000
entered, leave = threading.Semaphore(0), threading.Event()


def echo(request: HttpRequest, **parts: str) -> HttpResponse:
    body = {
        "segments": request_segments(request),
        "parts": parts,
        "body": len(request.body),
        "thread": threading.current_thread().name.split("_")[0],
    }
    return HttpResponse(json.dumps(body), content_type="application/json")


async def echo_async(request: HttpRequest, **parts: str) -> HttpResponse:
    return echo(request, **parts)


def stay(request: HttpRequest) -> HttpResponse:
    entered.release()
    assert leave.wait(10)
    return HttpResponse("left")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def numbers():
        for number in range(3):
            await asyncio.sleep(0)
            yield f"{number}\n".encode()

    return StreamingHttpResponse(numbers())


def crash(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("echo/<str:one>/<str:two>", echo),
    path("async/<str:one>", echo_async),
    path("stay", stay),
    path("stream", stream),
    path("crash", crash),
]


def client(application):
    transport = httpx.ASGITransport(application, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


@pytest.fixture(autouse=True)
def _own_routes(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    leave.clear()


def pooled(*, width=2, queue=10):
    return PooledHandler(gate=Gate(width=width, queue=queue), max_body_bytes=lambda scope: LIMIT)


@pytest.mark.django_db
async def test_a_view_runs_in_a_thread_of_the_set():
    async with client(pooled()) as browser:
        answer = await browser.post("/echo/a%2Fb/c", content=b"x" * LIMIT)
    assert answer.json() == {
        "segments": ["echo", "a/b", "c"],
        "parts": {"one": "a%2Fb", "two": "c"},
        "body": LIMIT,
        "thread": "request",
    }


@pytest.mark.django_db
async def test_an_async_view_works_behind_the_gate_too():
    async with client(pooled()) as browser:
        assert (await browser.get("/async/a")).json()["parts"] == {"one": "a"}


@pytest.mark.django_db
async def test_a_stream_arrives_whole():
    async with client(pooled()) as browser:
        assert (await browser.get("/stream")).text == "0\n1\n2\n"


@pytest.mark.django_db
async def test_a_crash_is_a_500_and_frees_its_place(caplog):
    application = pooled(width=1)
    async with client(application) as browser:
        assert (await browser.get("/crash")).status_code == 500
        assert (await browser.get("/echo/a/b")).status_code == 200
    assert application.gate.inside_count == 0


async def chunks():
    for _ in range(20):
        yield b"x" * 100


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"x" * (LIMIT + 1), chunks()], ids=["announced", "in chunks"])
@pytest.mark.parametrize("lean", [False, True])
async def test_a_body_over_the_limit_is_refused(content, lean):
    handler = LeanHandler(max_body_bytes=lambda scope: LIMIT) if lean else pooled()
    if not isinstance(content, bytes):
        content = chunks()
    async with client(handler) as browser:
        answer = await browser.post("/async/a", content=content)
    assert answer.status_code == 413
    problem = answer.json()
    assert problem["code"] == "too_large"
    assert problem["errors"] == [{"message": problem["detail"]}]


@pytest.mark.django_db
async def test_a_full_house_answers_503_at_once():
    application = pooled(width=1, queue=1)
    async with client(application) as browser:
        inside = asyncio.create_task(browser.get("/stay"))
        assert await asyncio.to_thread(entered.acquire, timeout=5)
        waiting = asyncio.create_task(browser.get("/echo/a/b"))
        while application.gate.waiting_count == 0:
            await asyncio.sleep(0.001)
        refused = await browser.get("/echo/a/b")
        leave.set()
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
        assert (await inside).status_code == (await waiting).status_code == 200


async def test_the_lean_way_runs_on_the_loop_and_needs_no_thread():
    async with client(LeanHandler(max_body_bytes=lambda scope: LIMIT)) as browser:
        answer = await browser.post("/async/a%2Fb", content=b"{}")
        assert answer.json()["segments"] == ["async", "a/b"]
        assert answer.json()["thread"] == "MainThread"
        assert (await browser.post("/nowhere")).status_code == 404


@pytest.mark.parametrize(
    ("method", "raw_path", "is_one"),
    [
        ("POST", b"/files/a/b/c/file_stream", True),
        ("POST", b"/files/a/b/c%2Fd/file_stream?x=1", True),
        ("GET", b"/files/a/b/c/file_stream", False),
        ("POST", b"/files/a/b/c/d/file_stream", False),
        ("POST", b"/x/files/a/b/c/file_stream", False),
    ],
)
def test_file_stream_is_known_by_its_raw_path(method, raw_path, is_one):
    assert asgi.is_file_stream({"method": method, "raw_path": raw_path}) is is_one


@pytest.mark.parametrize(
    ("method", "address", "limit"),
    [
        ("POST", "/files/a/b/c/file_stream", 16 * 2**20),
        ("POST", "/graphql", 32 * 2**20),
        ("POST", "/api/v1/runs", 2_621_440),
    ],
)
def test_each_route_has_its_limit(method, address, limit):
    assert asgi.max_body_bytes({"method": method, "path": address, "raw_path": address.encode()}) == limit


async def test_healthz_answers_without_django():
    async with client(asgi.application) as browser:
        answer = await browser.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_an_unknown_host_name_is_told_so(settings):
    settings.ALLOWED_HOSTS = ["carnet.example.org"]
    async with client(asgi.application) as browser:
        answer = await browser.get("/", headers={"Host": "evil.example"})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_host")
        assert (await browser.get("/healthz", headers={"Host": "10.0.0.7"})).status_code == 200


def test_assets_are_sent_as_bytes(rf, settings, tmp_path):
    settings.MIDDLEWARE, settings.STATICFILES_DIRS = [], [tmp_path]
    (tmp_path / "a.css").write_text("a{}")
    middleware = static.StaticFilesMiddleware(lambda request: HttpResponse("page"))
    middleware.add_files(str(tmp_path), prefix="/static/")
    found = middleware(rf.get("/static/a.css"))
    assert (found.content, found["Content-Type"], found.streaming) == (b"a{}", 'text/css; charset="utf-8"', False)
    unchanged = middleware(rf.get("/static/a.css", headers={"If-Modified-Since": found["Last-Modified"]}))
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert middleware(rf.get("/elsewhere")).content == b"page"


def test_logs_drop_query_strings(caplog):
    logger = caplog.handler
    logger.addFilter(DropQueries())
    try:
        with caplog.at_level("INFO", "uvicorn.access"):
            import logging

            logging.getLogger("uvicorn.access").info('%s "%s %s"', "1.2.3.4", "GET", "/blobs/a?sig=secret&x=1")
    finally:
        logger.removeFilter(logger.filters[-1])
    assert caplog.messages == ['1.2.3.4 "GET /blobs/a"']
