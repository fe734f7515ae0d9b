"""MD5 digests are base64 (24 characters) everywhere but in an `ETag` and in addresses, where they are hex."""

from base64 import b64decode, b64encode


def md5_to_hex(md5: str) -> str:
    return b64decode(md5).hex()


def md5_of_hex(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()


def is_md5(text: str) -> bool:
    """Return whether `text` is the base64 of an MD5, in its one spelling."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return False
    return len(raw) == 16 and b64encode(raw).decode() == text
