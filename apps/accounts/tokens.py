"""How keys are made, read and checked: `<prefix>-` + 12 public + 28 secret characters of [A-Za-z0-9].

The wandb client demands at least 40 characters after the first dash. Source: protocols of the client; GitHub's token
format for the recognisable prefix.
"""

import base64
import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

ALPHABET = string.ascii_letters + string.digits
PERSONAL, SERVICE = "carnet", "carnetsa"
_KEY = re.compile(r"(carnet|carnetsa)-([A-Za-z0-9]{12})([A-Za-z0-9]{28})\Z")


@dataclass(frozen=True)
class Key:
    """The parts of a key. `secret` never leaves memory."""

    prefix: str
    public_id: str
    secret: str

    def __str__(self) -> str:
        return f"{self.prefix}-{self.public_id}{self.secret}"

    def __repr__(self) -> str:
        return f"<Key {self.prefix}-{self.public_id[:4]}…>"


def new_key(prefix: str) -> Key:
    return Key(prefix, _random(12), _random(28))


def parse_key(text: str) -> Key | None:
    """Return the parts of a well-formed key, else None."""
    match = _KEY.match(text)
    return Key(*match.groups()) if match else None


def secret_hash(secret: str) -> str:
    """Return the SHA-256 of a secret. Secrets are random and long, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, stored: str) -> bool:
    return hmac.compare_digest(secret_hash(secret), stored)


def seal(key: Key) -> str:
    """Encrypt a key for the one minute in which its maker may read it again."""
    return _box().encrypt(str(key).encode()).decode()


def unseal(sealed: str, *, seconds: int) -> str | None:
    """Return the key sealed at most `seconds` ago, else None."""
    try:
        return _box().decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken:
        return None


def seal_text(text: str) -> str:
    """Encrypt a text that is kept for long, such as the secret of an authenticator app."""
    return _box().encrypt(text.encode()).decode()


def unseal_text(sealed: str) -> str:
    """Return the text. Raises InvalidToken if CARNET_SECRET_KEY is another one now."""
    return _box().decrypt(sealed.encode()).decode()


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _box() -> Fernet:
    digest = hashlib.sha256(b"carnet.sealed-keys" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
