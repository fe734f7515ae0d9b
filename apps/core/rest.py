"""How the REST framework reads, writes, and asks who is there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.core import json
from apps.core.needs import check_person

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time that module imports this one


class JSONRenderer(BaseRenderer):
    """Writes through core.json, so that a NaN never becomes null."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else json.dumps(data)


class JSONParser(BaseParser):
    """Reads through core.json."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        body = stream.read()
        try:
            return json.loads(body) if body else {}
        except json.JSONError as error:
            raise ParseError(str(error)) from error


class PrincipalAuthentication(BaseAuthentication):
    """The principal is settled by its middleware; here a session must also show its CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        principal = request._request.principal  # type: ignore[attr-defined]
        if principal.user is None:
            return None
        if principal.token is None:
            SessionAuthentication().enforce_csrf(request)
        return principal.user, principal.token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class MeetsNeeds(BasePermission):
    """Closed by default: a method that the view's `needs` do not name is refused."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        needs: Mapping[str, str] = getattr(view, "needs", {})
        method = "GET" if request.method in {"HEAD", "OPTIONS"} else request.method or ""
        need = needs.get(method) or needs.get("*")
        if need is None:
            return False
        inner: HttpRequest = request._request
        check_person(inner, need)
        return True
