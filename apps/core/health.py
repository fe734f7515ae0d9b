"""Is the server up, is it ready, how is it doing: for load balancers and Prometheus."""

import hmac
import resource
import time

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from apps.core.blobs import blob_store
from apps.core.errors import CarnetError, NotFound
from apps.core.gate import gate
from apps.core.jobs.models import Job
from apps.core.needs import Needs, needs

STARTED = time.time()
UNUSED_KEY = "0" * 32  # no blob has it: keys are random


@needs(GET=Needs.NOBODY)
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. config/asgi.py says the same without coming here."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@needs(GET=Needs.NOBODY)
def readyz(request: HttpRequest) -> HttpResponse:
    """The parts answer too: 200, or 503 with the names of those that do not."""
    parts = {"database": _database_answers(), "cache": _cache_answers(), "storage": _storage_answers()}
    told = {name: "ok" if answers else "unavailable" for name, answers in parts.items()}
    return JsonResponse(told, status=200 if all(parts.values()) else 503, headers={"Cache-Control": "no-store"})


@needs(GET=Needs.NOBODY)
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' text form, for CARNET_OPERATOR_TOKEN (as Bearer) or a signed-in operator; else 404."""
    if not _is_operator(request):
        raise NotFound()
    return HttpResponse(figures(), content_type="text/plain; version=0.0.4; charset=utf-8")


def figures() -> str:
    """Return what this process and the queue look like right now."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    lines = [
        _figure("carnet_up_seconds", "gauge", time.time() - STARTED),
        _figure("carnet_cpu_seconds_total", "counter", usage.ru_utime + usage.ru_stime),
        _figure("carnet_resident_memory_max_bytes", "gauge", usage.ru_maxrss * 1024),
        _figure("carnet_requests_inside", "gauge", gate.inside_count),
        _figure("carnet_requests_waiting", "gauge", gate.waiting_count),
        _figure("carnet_requests_refused_total", "counter", gate.refused_count),
        "# TYPE carnet_jobs gauge",
        *(f'carnet_jobs{{state="{state}"}} {count}' for state, count in Job.objects.count_by_state().items()),
    ]
    return "\n".join(lines) + "\n"


def _figure(name: str, kind: str, value: float) -> str:
    return f"# TYPE {name} {kind}\n{name} {value:.10g}"


def _is_operator(request: HttpRequest) -> bool:
    token = settings.CARNET_OPERATOR_TOKEN
    given = request.META.get("HTTP_AUTHORIZATION", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    return not given and bool(request.principal.is_operator)  # type: ignore[attr-defined]


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.set("readyz", 1, 10)
        return bool(cache.get("readyz") == 1)
    except OSError:
        return False


def _storage_answers() -> bool:
    try:
        blob_store().stat(UNUSED_KEY)
    except (OSError, CarnetError):
        return False
    return True
