"""Absolute addresses of this server."""

from django.conf import settings
from django.http import HttpRequest


def absolute(request: HttpRequest | None, path: str) -> str:
    """Return `path` with scheme and host: CARNET_EXTERNAL_URL, else the request's checked host, else this machine.

    An address that is absolute already stays as it is.
    """
    if not path.startswith("/"):
        return path
    if settings.CARNET_EXTERNAL_URL:
        return f"{settings.CARNET_EXTERNAL_URL}{path}"
    if request is not None:
        return f"{request.scheme}://{request.get_host()}{path}"
    return f"http://localhost:{settings.CARNET_PORT}{path}"
