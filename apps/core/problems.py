"""How a refusal is told: one shape (RFC 9457, problem+json) for every edge that answers JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError

from apps.core.errors import CarnetError, Forbidden, InvalidInput, NotFound, RetryLater, TooLarge

MEDIA_TYPE = "application/problem+json"
_CODES = {
    "parse_error": "unreadable",
    "not_authenticated": "unauthenticated",
    "authentication_failed": "unauthenticated",
    "permission_denied": "forbidden",
}


@dataclass(frozen=True)
class Problem:
    """One refusal: `code` for programs, `detail` for people, `fields` where single values were wrong."""

    status: int
    code: str
    detail: str
    fields: Mapping[str, str] = field(default_factory=dict)
    retry_after: int | None = None

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase.capitalize()

    def body(self) -> dict[str, Any]:
        told = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        return told | ({"fields": dict(self.fields)} if self.fields else {})

    def headers(self) -> dict[str, str]:
        headers = {"WWW-Authenticate": "Bearer"} if self.status == HTTPStatus.UNAUTHORIZED else {}
        return headers | ({"Retry-After": str(self.retry_after)} if self.retry_after is not None else {})


CSRF = Problem(403, "csrf", "The page's protection token is missing or old. Reload the page and try again.")
SERVER_ERROR = Problem(500, "server_error", "Something failed on the server and was logged. Try again in a moment.")


def problem_of(error: Exception) -> Problem | None:
    """Return how to tell an error that was meant to be told, or None for one that nobody expected."""
    if isinstance(error, APIException):
        return _of_framework(error)
    meant = _as_carnet_error(error)
    if meant is None:
        return None
    return Problem(
        status=meant.status,
        code=meant.code,
        detail=meant.sentence,
        fields=meant.fields if isinstance(meant, InvalidInput) else {},
        retry_after=meant.retry_after if isinstance(meant, RetryLater) else None,
    )


def _as_carnet_error(error: Exception) -> CarnetError | None:
    if isinstance(error, CarnetError):
        return error
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return Forbidden(str(error) or "You may not do this.")
    if isinstance(error, RequestDataTooBig):
        return TooLarge("The request is larger than this address takes.")
    if isinstance(error, SuspiciousOperation):
        return InvalidInput("This request cannot be accepted.")
    return None


def _of_framework(error: APIException) -> Problem:
    if isinstance(error, ValidationError):
        fields = dict(_flat(error.detail))
        return Problem(400, "invalid", _summary(fields), {name: text for name, text in fields.items() if name})
    detail = str(error.detail)
    if detail.startswith("CSRF Failed"):
        return CSRF
    kind = error.get_codes()
    code = kind if isinstance(kind, str) else error.default_code
    return Problem(error.status_code, _CODES.get(code, code), detail)


def _flat(detail: Any, path: str = "") -> list[tuple[str, str]]:
    """Return (dotted path, first sentence) of nested messages."""
    if isinstance(detail, Mapping):
        inner = [(_join(path, "" if key == "non_field_errors" else str(key)), item) for key, item in detail.items()]
        return [pair for place, item in inner for pair in _flat(item, place)]
    if isinstance(detail, list | tuple):
        if all(isinstance(item, ErrorDetail | str) for item in detail):
            return [(path, str(detail[0]))] if detail else []
        inner = [(_join(path, str(index)), item) for index, item in enumerate(detail)]
        return [pair for place, item in inner for pair in _flat(item, place)]
    return [(path, str(detail))]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def _summary(fields: Mapping[str, str]) -> str:
    name, sentence = next(iter(fields.items()), ("", "This request cannot be accepted."))
    return f"{name}: {sentence}" if name else sentence
