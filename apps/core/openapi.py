"""How the API describes itself: every method says what it takes and returns, its refusals, and shows an example."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers

from apps.core.api import Input, Output
from apps.core.needs import Needs
from apps.core.problems import MEDIA_TYPE

F = TypeVar("F", bound=Callable[..., Any])


class CarnetSchema(AutoSchema):
    """Names an operation by its method and its class: `get_all_runs`."""

    def get_operation_id(self) -> str:
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self.view).__name__).lower()
        return f"{self.method.lower()}_{words}"

    def get_description(self) -> str:  # type: ignore[override]
        need = self._need
        if need in {Needs.NOBODY, Needs.SIGNED_IN}:
            return _NEEDS[need]
        return f"Needs the right “{need}”."

    def get_auth(self) -> list[dict[str, list[str]]]:
        either: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
        return [*either, {}] if self._need in {Needs.NOBODY, "view project"} else either

    @property
    def _need(self) -> str:
        needs: Mapping[str, str] = getattr(self.view, "needs", {})
        return needs[self.method]


_NEEDS: dict[str, str] = {
    Needs.NOBODY: "Open to all; shows what the asker may see.",
    Needs.SIGNED_IN: "Needs a token or a session.",
}
_PARTS = {
    "entity": "Name of a user or team; former names work too.",
    "team": "Name of a team; former names work too.",
    "project": "Name of a project; former names work too.",
    "run": "The run id its client chose (`name`).",
    "account": "Name or uid of a service account.",
    "user": "User name.",
    "slug": "The end of the address of a saved view.",
    "uid": "Id that does not depend on where it lives.",
    "form": "`parquet`, `arrow` or `csv`.",
    "job": "Number of the job, as the order was answered.",
    "path": "Path of a file; slashes as they are or as `%2F`.",
}


def describe_parts(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say what the parts of addresses are: a hook of drf-spectacular."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["description"] = _PARTS[parameter["name"]]
    return result


class ProblemOutput(Output):
    """A refusal, as `application/problem+json`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: programs may rely on it.")
    detail = serializers.CharField(help_text="A sentence for people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False, help_text="Which values were wrong, and why."
    )


_REFUSALS = {
    400: "A value cannot be accepted; `fields` says which.",
    401: "No token, or one that is not valid any more.",
    403: "You may see this, but not do it.",
    404: "Absent, or hidden from you.",
    409: "It does not go together with what is there now.",
    429: "Too many requests; come back after `Retry-After` seconds.",
}


def described(
    tag: str,
    summary: str,
    *,
    takes: Any = None,
    query: type[Input] | None = None,
    returns: Any = None,
    media: Iterable[str] = (),
    status: int | tuple[int, ...] = 200,
    errors: tuple[int, ...] = (),
) -> Callable[[F], F]:
    """Describe a method of an endpoint. `errors` are refusals beside the usual 401, 404, 429, and 400 for input;
    `media` types of bytes that it answers instead of JSON or beside it."""
    statuses = status if isinstance(status, tuple) else (status,)
    refusals = sorted({401, 404, 429, *errors, *((400,) if takes or query else ())})
    responses: dict[Any, OpenApiResponse] = {
        code: OpenApiResponse(None if code in {204, 302} else returns, summary)
        for code in statuses
        if returns is not None or not media
    }
    responses |= {(200, name): OpenApiResponse(OpenApiTypes.BINARY, summary) for name in media}
    responses |= {(code, MEDIA_TYPE): OpenApiResponse(ProblemOutput, _REFUSALS[code]) for code in refusals}
    mark: Callable[[F], F] = extend_schema(
        tags=[tag],
        summary=summary,
        request=takes,
        parameters=[query] if query else None,
        responses=responses,
        examples=_examples(takes, returns),
    )
    return mark


def _examples(takes: Any, returns: Any) -> list[OpenApiExample]:
    examples = []
    if (asked := getattr(takes, "example", None)) is not None:
        examples.append(OpenApiExample("Request", value=asked, request_only=True))
    if (told := getattr(returns, "example", None)) is not None:
        examples.append(OpenApiExample("Answer", value=told, response_only=True))
    return examples


@cache
def page_shape(output: type[Output]) -> type[Output]:
    """Return the shape of a page of `output`."""
    members = {
        "items": output(many=True),
        "next": serializers.CharField(allow_null=True, help_text="Address of the next page; null at the end."),
        "example": None if output.example is None else {"items": [output.example], "next": None},
        "__doc__": "A page of a list.",
    }
    shape: type[Output] = type(output.__name__.removesuffix("Output") + "PageOutput", (Output,), members)
    return shape


class PrincipalScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells how to sign requests."""

    target_class = "apps.core.rest.PrincipalAuthentication"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "carnet-…",
                "description": "A token from /settings/tokens. HTTP Basic with the user name `api` works too.",
            },
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "carnet_session",
                "description": "The session of a signed-in browser; writes also send `X-CSRFToken`.",
            },
        ]
