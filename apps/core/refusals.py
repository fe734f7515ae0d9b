"""The handler of the HTML edge: errors raised by doors and actions become pages that say what happened."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.defaults import server_error as default_server_error

from apps.core import json
from apps.core.errors import CarnetError, NotFound, Unauthenticated
from apps.core.problems import CSRF, MEDIA_TYPE, SERVER_ERROR, Problem, problem_of


class RefusalMiddleware:
    """Renders CarnetErrors that leave a view. Whoever is not signed in is sent to the sign-in page and comes back.

    Programs, which do not ask for HTML or carry a key, get problem+json.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return not_found(request, NotFound())  # no database can look for a NUL, and nothing has one in its name
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """No name holds a NUL, and PostgreSQL refuses to look for one."""
        if "\0" in request.path:
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, CarnetError):
            return None
        problem = _told(exception)
        if _is_program(request):
            return _to_program(problem)
        if isinstance(exception, Unauthenticated) and not request.user.is_authenticated:
            return _to_sign_in(request)
        return refusal_page(request, problem)


def refusal_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    response = render(request, "refusal.html", {"problem": problem}, status=problem.status)
    for name, value in problem.headers().items():
        response[name] = value
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: addresses that lead nowhere."""
    problem = _told(exception)
    return _to_program(problem) if _is_program(request) else refusal_page(request, problem)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: what nobody expected. It was logged already."""
    return _to_program(SERVER_ERROR) if _is_program(request) else default_server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form that was not ours, or lay open too long."""
    return _to_program(CSRF) if _is_program(request) else refusal_page(request, CSRF)


def _told(error: Exception) -> Problem:
    return problem_of(error) or SERVER_ERROR


def _is_program(request: HttpRequest) -> bool:
    has_key = "HTTP_AUTHORIZATION" in request.META
    return has_key or request.path_info.startswith("/api/") or not request.accepts("text/html")


def _to_program(problem: Problem) -> HttpResponse:
    body: dict[str, Any] = problem.body()
    return HttpResponse(json.dumps(body), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers())


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    target = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}"
        return response
    answer: HttpResponseRedirect = redirect_to_login(target, settings.LOGIN_URL)
    return answer
