"""What every endpoint of the REST API shares: needs, who asks, limits, input, pages of lists, refusals."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import json
from apps.core.limits import count_request
from apps.core.pages import Page
from apps.core.problems import MEDIA_TYPE, Problem, problem_of
from apps.core.urls import absolute

PAGE_SIZE, MOST_ITEMS = 50, 500


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Render what was meant to be told. What nobody expected goes on to Django's own handling, which logs it."""
    problem = problem_of(error)
    if problem is None:
        return None
    return Response(problem.body(), problem.status, headers=problem.headers(), content_type=MEDIA_TYPE)


def problem_response(problem: Problem) -> HttpResponse:
    """The same answer outside the REST framework."""
    return HttpResponse(
        json.dumps(problem.body()), status=problem.status, headers=problem.headers(), content_type=MEDIA_TYPE
    )


class OneForm(BaseContentNegotiation):
    """Each address answers in one form, whatever a client says it accepts: refusals are problems everywhere."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class CarnetAPIView(APIView):
    """One address of the API. `needs` names the methods it answers and what each asks for."""

    needs: ClassVar[Mapping[str, str]] = {}
    metadata_class = None
    content_negotiation_class = OneForm

    @property
    def principal(self) -> Any:
        """Who asks: apps.accounts.principal.Principal, which core does not know."""
        return self.request._request.principal  # type: ignore[attr-defined]

    @property
    def need(self) -> str:
        """What the method of this request asks for."""
        return self.needs["GET" if self.request.method == "HEAD" else self.request.method or "GET"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if ("GET" if request.method == "HEAD" else request.method) not in self.needs:
            raise MethodNotAllowed(request.method or "", f"This address answers {', '.join(self.allowed_methods)}.")
        count_request("api", _asker(self.principal))
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Answers differ by who asks and may hold keys: nobody on the way keeps them."""
        told = super().finalize_response(request, response, *args, **kwargs)
        told.headers.setdefault("Cache-Control", "private, no-store")
        return told

    @property
    def allowed_methods(self) -> list[str]:
        return list(self.needs)


def _asker(principal: Any) -> str:
    if principal.token is not None:
        return f"token:{principal.token.pk}"
    return f"user:{principal.user_id}" if principal.is_signed_in else f"address:{principal.address}"


class Parsed:
    """Checked input. A field that was not sent reads as None; `given` holds what was."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def __getattr__(self, name: str) -> Any:
        return self.given.get(name)


class Input(serializers.Serializer[Any]):
    """What an endpoint takes. `RunInput.parse(request.data)` checks it; fields it does not name are refused."""

    example: ClassVar[Any] = None  # for the description of the API

    @classmethod
    def parse(cls, given: Any) -> Parsed:
        """Return the checked values. Raises DRF's ValidationError, which is told as 400 with `fields`."""
        checked = cls(data=given.dict() if isinstance(given, QueryDict) else given)
        checked.is_valid(raise_exception=True)
        return Parsed(checked.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {name: ["There is no such field."] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Output(serializers.Serializer[Any]):
    """What an endpoint shows of a dataclass or a row."""

    example: ClassVar[Any] = None  # for the description of the API


class PageInput(Input):
    """What every list takes."""

    cursor = serializers.CharField(required=False, help_text="Where to go on; taken from `next` of the page before.")
    limit = serializers.IntegerField(
        default=PAGE_SIZE, min_value=1, max_value=MOST_ITEMS, help_text="How many items at most."
    )


def page_response(request: Request, page: Page[Any], output: type[Output], **more: Any) -> Response:
    """Return `{"items": […], "next": address or null}`."""
    return Response({"items": output(page.items, many=True).data, "next": next_url(request, page.next_cursor), **more})


def next_url(request: Request, cursor: str | None, name: str = "cursor") -> str | None:
    """Return the address of this request with another cursor, absolute."""
    if cursor is None:
        return None
    query = request.query_params.dict() | {name: cursor}
    return absolute(request._request, f"{request._request.path}?{urlencode(query)}")
