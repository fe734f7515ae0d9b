"""Signatures of blob addresses: `/blobs/<key>?<terms>&expires=…&sig=…`.

Covered: method, key, every term (size or maximum, MD5, name, type, presentation) and the expiry; not the host, so that
an address works through every name of the server. Method, key and sorted terms, a line each, are signed by HMAC-SHA256
with a key derived from SECRET_KEY.
"""

import re
import time
from base64 import urlsafe_b64encode
from urllib.parse import parse_qsl, quote, urlencode

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.core.blobs.terms import GET_SECONDS, PUT_SECONDS, GetTerms, PutTerms, safe_name
from apps.core.errors import Forbidden

PREFIX = "/blobs/"
KEY = re.compile(r"[0-9a-f]{32}")
_SALT = "carnet.blobs.address"
_MOST_FIELDS = 8


def put_path(key: str, terms: PutTerms, *, lifetime_seconds: int = PUT_SECONDS) -> str:
    """Return the path that accepts the bytes of `key` once or more until it expires."""
    given = {"size": terms.size, "max": terms.max_size, "md5": terms.md5 or None}
    fields = {name: str(value) for name, value in given.items() if value is not None}
    return _signed("PUT", key, fields, lifetime_seconds)


def get_path(key: str, terms: GetTerms, *, lifetime_seconds: int = GET_SECONDS) -> str:
    """Return the path that serves the bytes of `key`, also to HEAD, until it expires."""
    fields = {"name": safe_name(terms.filename), "type": terms.content_type}
    fields |= {"as": "attachment" if terms.attachment else "", "scripts": "1" if terms.scripts else ""}
    return _signed("GET", key, {name: value for name, value in fields.items() if value}, lifetime_seconds)


def read_put(path: str, query: bytes) -> tuple[str, PutTerms]:
    """Return the key and terms of a signed upload address. Raises Forbidden if altered or expired."""
    key, fields = _verified("PUT", path, query)
    size, most = fields.get("size"), fields.get("max")
    return key, PutTerms(
        size=None if size is None else int(size),
        max_size=None if most is None else int(most),
        md5=fields.get("md5", ""),
    )


def read_get(path: str, query: bytes) -> tuple[str, GetTerms]:
    """Return the key and terms of a signed download address. Raises Forbidden if altered or expired."""
    key, fields = _verified("GET", path, query)
    return key, GetTerms(
        filename=fields.get("name", ""),
        content_type=fields.get("type", ""),
        attachment="as" in fields,
        scripts="scripts" in fields,
    )


def _signed(method: str, key: str, fields: dict[str, str], lifetime_seconds: int) -> str:
    fields = {**fields, "expires": str(int(time.time()) + lifetime_seconds)}
    sig = _signature(method, key, fields, settings.SECRET_KEY)
    return f"{PREFIX}{key}?{urlencode({**fields, 'sig': sig}, quote_via=quote, safe='')}"


def _verified(method: str, path: str, query: bytes) -> tuple[str, dict[str, str]]:
    key = path.removeprefix(PREFIX)
    fields = _fields(query)
    given = fields.pop("sig", "")
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not KEY.fullmatch(key) or not any(
        constant_time_compare(given, _signature(method, key, fields, secret)) for secret in secrets
    ):
        raise Forbidden("This address was not signed by this server, or was changed on the way.", code="bad_signature")
    if int(fields["expires"]) < time.time():
        raise Forbidden("This address has expired; ask for a new one.", code="expired")
    return key, fields


def _fields(query: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        return {}
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else {}  # a field given twice has no one meaning


def _signature(method: str, key: str, fields: dict[str, str], secret: str | bytes) -> str:
    text = f"{method}\n{key}\n{urlencode(sorted(fields.items()))}"
    return urlsafe_b64encode(salted_hmac(_SALT, text, secret, algorithm="sha256").digest()).rstrip(b"=").decode()
