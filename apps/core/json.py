"""The only module that imports a JSON library.

orjson is quick but refuses NaN on reading and writes it as null; a NaN is never written as null here. Three ways out:
`dumps` for documents without NaN (raises on one), `dumps_lenient` for text that only Python and Go clients read
(bare `NaN`, `Infinity`), `plain` to make a value safe for any JSON reader (`"NaN"`, `"Infinity"` as strings).
"""

import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.utils.functional import Promise

MAX_DEPTH = 200  # Python's own parser recurses; deeper documents are refused, not crashed on.


class JSONError(ValueError):
    """The text is not JSON, or is nested deeper than MAX_DEPTH."""


def loads(text: bytes | bytearray | memoryview | str) -> Any:
    """Read JSON, accepting the bare words NaN, Infinity and -Infinity. Raises JSONError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _loads_lenient(text)


def _loads_lenient(text: bytes | bytearray | memoryview | str) -> Any:
    try:
        source = text if isinstance(text, str) else bytes(text).decode("utf-8")
        value = json.loads(source)
        return _without_lone_surrogates(value) if "\\ud" in source.lower() else value
    except RecursionError:
        raise JSONError("The document is nested too deeply.") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise JSONError(f"This is not JSON: {error}.") from None


def _without_lone_surrogates(value: Any) -> Any:
    """Return `value` with `\ufffd` for each half of a character, which no UTF-8 text can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_without_lone_surrogates(key): _without_lone_surrogates(item) for key, item in value.items()}
    return [_without_lone_surrogates(item) for item in value] if isinstance(value, list) else value


def dumps(value: Any) -> bytes:
    """Write compact JSON in UTF-8. NaN and infinities become the strings "NaN", "Infinity", "-Infinity"."""
    safe = plain(value) if has_nonfinite(value) else value
    try:
        return orjson.dumps(safe, option=_OPTIONS, default=_default)
    except orjson.JSONEncodeError:
        return _dumps_odd(safe).encode()


def dumps_finite(value: Any, default: Callable[[Any], Any]) -> bytes:
    """Write JSON of a value without NaN and infinities, dataclasses included; what JSON does not know `default` turns
    into something it does. The caller has made sure of the numbers: they are not looked at."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=default)


def dumps_text(value: Any) -> str:
    return dumps(value).decode()


def dumps_pretty(value: Any) -> str:
    safe = plain(value)
    try:
        return orjson.dumps(safe, option=_OPTIONS | orjson.OPT_INDENT_2, default=_default).decode()
    except orjson.JSONEncodeError:  # integers over 64 bits, halves of surrogate pairs
        return json.dumps(safe, indent=2, default=_default)


def dumps_lenient(value: Any) -> str:
    """Write JSON text that may hold the bare words NaN, Infinity, -Infinity (Python and Go readers accept them)."""
    if has_nonfinite(value):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_default)
    try:
        return orjson.dumps(value, option=_OPTIONS, default=_default).decode()
    except orjson.JSONEncodeError:
        return _dumps_odd(value)


def _dumps_odd(value: Any) -> str:
    """Write what orjson refuses though it is JSON: integers over 64 bits, halves of surrogate pairs (escaped)."""
    return json.dumps(value, separators=(",", ":"), default=_default)


def has_nonfinite(value: Any) -> bool:
    """Return whether a NaN or infinity stands anywhere in `value`."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float):
            if not math.isfinite(item):
                return True
        elif isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, (list, tuple)):
            stack.extend(item)
    return False


def plain(value: Any) -> Any:
    """Return `value` with NaN and infinities as the strings that the wandb client understands."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def depth(value: Any) -> int:
    """Return how deeply `value` is nested; a scalar is 0. Does not recurse."""
    deepest, stack = 0, [(value, 0)]
    while stack:
        item, level = stack.pop()
        deepest = max(deepest, level)
        children = item.values() if isinstance(item, dict) else item if isinstance(item, (list, tuple)) else ()
        stack.extend((child, level + 1) for child in children)
    return deepest


_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def _default(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID, Promise)):
        return str(value)
    raise TypeError(type(value).__name__)


class Encoder(json.JSONEncoder):
    """For Django's JSONField: keeps a NaN as a string mark, since jsonb and browsers refuse the bare word."""

    def encode(self, o: Any) -> str:
        return super().encode(mark(o))


class Decoder(json.JSONDecoder):
    """Undoes Encoder."""

    def decode(self, s: str, *args: Any) -> Any:
        return unmark(super().decode(s, *args))


_MARK = "\ue000"  # private use: no user text begins with it by accident
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL keeps in no text


def mark(value: Any) -> Any:
    """Return `value` with each NaN or infinity as a marked string, fit for a JSON column.

    Replaces NUL characters and halves of surrogate pairs.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return f"{_MARK}{value}"
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {str(mark(key)): mark(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [mark(item) for item in value]
    return value


def storable(text: str) -> str:
    """Return a text that every database keeps: symbols in place of NUL and of halves of surrogate pairs."""
    return text if text.isascii() and "\x00" not in text else _UNSTORABLE.sub(_storable, text)


def _storable(match: re.Match[str]) -> str:
    return "\N{SYMBOL FOR NULL}" if match[0] == "\x00" else "\N{REPLACEMENT CHARACTER}"


def unmark(value: Any) -> Any:
    """Undo `mark`."""
    if isinstance(value, str) and value.startswith(_MARK):
        try:
            return float(value[1:])
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: unmark(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unmark(item) for item in value]
    return value
