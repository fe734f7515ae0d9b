"""Ids that travel. Every row that leaves the server has a `uid` that does not depend on where it lives."""

import base64
import binascii
import secrets

from apps.core.errors import NotFound

UID_LENGTH = 13


def new_uid() -> str:
    """Return 13 random decimal digits, the first of them not 0, so that the number keeps its length."""
    return str(secrets.randbelow(9 * 10 ** (UID_LENGTH - 1)) + 10 ** (UID_LENGTH - 1))


def wire_id(kind: str, uid: str) -> str:
    """Return the opaque id that foreign clients keep: standard base64 of `kind:uid`."""
    return base64.b64encode(f"{kind}:{uid}".encode()).decode()


def parse_wire_id(text: str, kind: str) -> str:
    """Return the uid in a wire id of this kind. Raises NotFound for anything else."""
    try:
        found, _, uid = base64.b64decode(text, validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise NotFound() from None
    if found != kind or not uid.isdigit():
        raise NotFound()
    return uid
