"""Every address this server answers to, and what each needs: for docs/permissions.md and the tests that guard it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import module_has_submodule

from apps.core.needs import Needs

# Routes of others, which cannot carry our mark, by the module of their view: what they need, and why that is right.
FOREIGN: Mapping[str, tuple[str, str]] = {
    "allauth": ("nobody", "sign-in itself; allauth asks for a session where a page needs one"),
    "django.contrib.admin": ("operator", "the admin site asks for a superuser"),
    "django.contrib.staticfiles": ("nobody", "styles, scripts and fonts"),
    "django.views.static": ("nobody", "styles, scripts and fonts"),
    "django.views.generic": ("nobody", "plain redirects and pages without data"),
    "django.views.i18n": ("nobody", "the language of the page"),
    "drf_spectacular": ("nobody", "the description of the API, without data"),
}
METHOD_ORDER = ("*", "GET", "POST", "PUT", "PATCH", "DELETE", "CONNECT")


@dataclass(frozen=True)
class Route:
    """One address with the mark of the view, endpoint or consumer behind it."""

    address: str  # as people read it: /{entity}/{project}
    name: str  # runs:detail; empty where nothing reverses it
    module: str  # where the view stands
    needs: Mapping[str, str] | None  # method → permission; None: not stated

    @property
    def is_ours(self) -> bool:
        return self.module.startswith(("apps.", "config."))

    @property
    def owner(self) -> str:
        """The app that answers: `runs`, `gateways.wandb`, `allauth`."""
        parts = self.module.split(".")
        if parts[0] != "apps":
            return parts[0]
        return ".".join(parts[1:3]) if parts[1] == "gateways" else parts[1]

    @property
    def first_segment(self) -> str:
        """The first path segment if it is a fixed word, else an empty text."""
        segment = self.address.strip("/").split("/")[0]
        return "" if "{" in segment else segment


# What config/asgi.py answers before Django is asked.
RAW = (
    Route("/blobs/{address}", "", "apps.core.blobs.asgi", {"*": str(Needs.SIGNATURE)}),
    Route("/healthz", "", "apps.core", {"GET": str(Needs.NOBODY)}),
)


def collect_routes() -> list[Route]:
    """Return all routes: raw ones, HTTP in the order in which patterns are tried, then WebSockets."""
    return [*RAW, *_http_routes(get_resolver().url_patterns), *_websocket_routes()]


def foreign_need(route: Route) -> tuple[str, str] | None:
    """Return what a route of another package needs and why, or None if nobody has thought about it."""
    return next((told for prefix, told in FOREIGN.items() if route.module.startswith(prefix)), None)


def _http_routes(
    patterns: list[URLPattern | URLResolver], prefix: str = "", namespaces: tuple[str, ...] = ()
) -> Iterator[Route]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _http_routes(pattern.url_patterns, address, inner)
        else:
            yield _route(address, ":".join((*namespaces, pattern.name or "")), pattern.callback)


def _websocket_routes() -> Iterator[Route]:
    for app in apps.get_app_configs():
        if app.name.startswith("apps.") and app.module is not None and module_has_submodule(app.module, "routing"):
            for pattern in import_module(f"{app.name}.routing").websocket_urlpatterns:
                yield _route(str(pattern.pattern), "", pattern.callback, only="CONNECT")


def _route(address: str, name: str, callback: Any, *, only: str | None = None) -> Route:
    view = _behind(callback)
    stated = getattr(view, "needs", None)
    if isinstance(stated, str):
        stated = {only or "*": stated}
    elif only and stated is not None:
        stated = {only if method == "*" else method: need for method, need in stated.items()}
    stated = {method: str(need) for method, need in stated.items()} if stated else None
    return Route(readable(address), name.strip(":"), getattr(view, "__module__", ""), stated)


def _behind(callback: Any) -> Any:
    """Return the class behind `as_view()` or `as_asgi()`, or the function itself."""
    for attribute in ("view_class", "cls", "consumer_class"):
        if found := getattr(callback, attribute, None):
            return found
    return callback


def readable(pattern: str) -> str:
    """Write a Django pattern as people read addresses: `^api/(?P<run>[^/]+)$` and `api/<str:run>` as `/api/{run}`."""
    text = _name_groups(pattern)
    text = re.sub(r"<(?:[a-z_]+:)?([a-z_0-9]+)>", r"{\1}", text)
    text = re.sub(r"(?<!\\)[\^$]|\\[AZz]", "", text)
    text = re.sub(r"\\([./-])", r"\1", text)
    return "/" + text.lstrip("/")


def _name_groups(pattern: str) -> str:
    """Replace each named group of a regular expression, whatever is nested in it, by its name in braces."""
    result, position = "", 0
    for start in re.finditer(r"\(\?P<([A-Za-z_0-9]+)>", pattern):
        if start.start() < position:
            continue
        result += pattern[position : start.start()] + "{" + start.group(1) + "}"
        position = _end_of_group(pattern, start.end())
    return result + pattern[position:]


def _end_of_group(pattern: str, position: int) -> int:
    depth = 1
    while depth and position < len(pattern):
        depth += {"(": 1, ")": -1}.get(pattern[position], 0)
        position += 1
    return position
