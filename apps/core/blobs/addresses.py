"""Addresses that are handed to clients."""

from django.conf import settings
from django.http import HttpRequest

from apps.core.blobs.store import SignedPut, blob_store
from apps.core.blobs.terms import GetTerms, PutTerms
from apps.core.urls import absolute


def signed_put_url(
    request: HttpRequest | None, key: str, *, size: int | None = None, max_size: int | None = None, md5: str = ""
) -> SignedPut:
    """Return where to PUT the bytes of `key` within 24 h; give the exact `size` or a `max_size`. `md5` is base64."""
    signed = blob_store().put_address(key, PutTerms(size=size, max_size=max_size, md5=md5))
    return SignedPut(absolute(request, signed.url), signed.headers)


def signed_get_url(
    request: HttpRequest | None,
    key: str,
    *,
    filename: str,
    content_type: str = "",
    attachment: bool = False,
    scripts: bool = False,
) -> str:
    """Return an address that serves `key` for an hour, on CARNET_CONTENT_URL if that is set.

    `content_type` is guessed from `filename` where empty. `scripts` is for framed HTML media only.
    """
    path = signed_get_path(key, filename=filename, content_type=content_type, attachment=attachment, scripts=scripts)
    return absolute(request, path)


def signed_get_path(
    key: str, *, filename: str, content_type: str = "", attachment: bool = False, scripts: bool = False
) -> str:
    """Return the same for pages of this server: a path, where the bytes come from no other host."""
    terms = GetTerms(filename=filename, content_type=content_type, attachment=attachment, scripts=scripts)
    return _apart(blob_store().get_address(key, terms))


def _apart(address: str) -> str:
    return settings.CARNET_CONTENT_URL + address if _is_served_apart(address) else address


def _is_served_apart(address: str) -> bool:
    return bool(settings.CARNET_CONTENT_URL) and address.startswith("/")
