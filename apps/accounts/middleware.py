"""Sets `request.principal`: by key if the request carries one, else by session, else nobody."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from apps.accounts.access import principal_from_header
from apps.accounts.principal import Principal


def client_address(meta: dict[str, str]) -> str:
    """Return the address of the client; what proxies say counts only from trusted ones."""
    peer = meta.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while forwarded and _is_trusted(peer):
        peer = forwarded.pop()
    return peer


def _is_trusted(address: str) -> bool:
    try:
        return any(ip_address(address) in network for network in settings.CARNET_TRUSTED_PROXIES)
    except ValueError:
        return False


class PrincipalMiddleware:
    """A wrong key is refused by whatever asks for the principal, in that edge's own form (lazy)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.principal = SimpleLazyObject(lambda: principal_of(request))  # type: ignore[attr-defined]
        if request.META.get("HTTP_AUTHORIZATION"):
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # a key is no cookie
            request.user = AnonymousUser()  # nor does a cookie count beside a key, whoever asks for the person
        return self.get_response(request)


def principal_of(request: HttpRequest) -> Principal:
    address, client = client_address(request.META), request.META.get("HTTP_USER_AGENT", "")
    authorization = request.META.get("HTTP_AUTHORIZATION")
    if authorization:
        return principal_from_header(authorization, address=address, client=client)
    user = request.user
    return Principal(user=user if user.is_authenticated else None, address=address, client=client)
