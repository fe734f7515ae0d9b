"""Every view, endpoint and consumer states what it needs. A route without it fails the architecture tests.

A function view is marked with `@needs(VIEW_PROJECT)`, or per method with `@needs(GET=VIEW_PROJECT, POST=EDIT_PROJECT)`.
Class views and consumers carry the same dictionary as the attribute `needs`. The mark documents and guards: whoever
needs a person is stopped here if there is none; the permission on an object is asked by the door (`access.py`).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from apps.core.errors import Forbidden, Unauthenticated

V = TypeVar("V", bound=Callable[..., Any])


class Needs(StrEnum):
    """What a route may ask besides a permission on an object."""

    NOBODY = "nobody"  # open to all, signed in or not
    SIGNED_IN = "signed in"
    OPERATOR = "operator"  # a superuser, for the whole server
    SIGNATURE = "signature"  # the address itself carries a signed, expiring permission


def needs(every: str | None = None, /, **by_method: str) -> Callable[[V], V]:
    """Mark a function view with what it needs, and refuse methods that are not named when methods are named."""
    table = {"*": every} if every is not None else dict(by_method)

    def mark(view: V) -> V:
        if iscoroutinefunction(view):

            @wraps(view)
            async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                refusal = _refuse(request, table)
                return refusal or await view(request, *args, **kwargs)

            guarded: Any = guarded_async
        else:

            @wraps(view)
            def guarded_sync(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                refusal = _refuse(request, table)
                return refusal or view(request, *args, **kwargs)

            guarded = guarded_sync
        guarded.needs = table
        return guarded  # type: ignore[no-any-return]

    return mark


def _refuse(request: HttpRequest, table: Mapping[str, str | None]) -> HttpResponseBase | None:
    method = "GET" if request.method == "HEAD" else request.method or "GET"
    need = table.get("*") or table.get(method)
    if need is None:
        return HttpResponseNotAllowed(list(table))
    check_person(request, need)
    return None


def check_person(request: HttpRequest, need: str) -> None:
    """Raise Unauthenticated if `need` asks for a person and nobody is signed in, Forbidden if for another person."""
    principal = request.principal  # type: ignore[attr-defined]
    if need in {Needs.SIGNED_IN, Needs.OPERATOR} and not principal.is_signed_in:
        raise Unauthenticated("Sign in to see this page.")
    if need == Needs.OPERATOR and not principal.is_operator:
        raise Forbidden("This page is for the operators of this server.", code="operator_only")
