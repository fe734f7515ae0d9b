"""Pages about the API: how to call it, its description, and a place to try it out."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from apps.core import json
from apps.core.needs import Needs, needs
from apps.core.urls import absolute


@needs(GET=Needs.NOBODY)
def index(request: HttpRequest) -> HttpResponse:
    """How to call the API with a token: the same page for a browser and, as links, for a program."""
    links = {name: absolute(request, f"/api/v1/{name}") for name in ("schema/", "docs/")}
    if not request.accepts("text/html"):
        told = {"description": links["schema/"], "documentation": links["docs/"]}
        return HttpResponse(json.dumps(told), content_type="application/json")
    nav = {"breadcrumb": [{"label": _("The API")}]}
    context = {"server": absolute(request, "/").rstrip("/"), "links": links, "nav": nav}
    return render(request, "api/index.html", context)


@needs(GET=Needs.NOBODY)
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description: JSON, or YAML for who asks by `?format=yaml` or an Accept header."""
    wants_yaml = request.GET.get("format") == "yaml" or "yaml" in request.headers.get("Accept", "")
    body = _yaml() if wants_yaml else _json()
    kind = "application/vnd.oai.openapi" if wants_yaml else "application/vnd.oai.openapi+json"
    response = HttpResponse(body, content_type=kind)
    response["Cache-Control"] = "public, max-age=300"
    patch_vary_headers(response, ["Accept"])
    return response


@needs(GET=Needs.NOBODY)
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI, served by us; a signed-in browser can try every call."""
    return render(request, "api/docs.html")


@cache
def description() -> dict[str, Any]:
    """Return the description of the API, worked out once."""
    found: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return found


@cache
def _json() -> bytes:
    return json.dumps(description())


@cache
def _yaml() -> bytes:
    text: bytes = OpenApiYamlRenderer().render(description())  # type: ignore[no-untyped-call]
    return text
