"""The forms of config and summary: as clients send them, as we keep them, and flattened for filters."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apps.core import json
from apps.core.errors import InvalidInput

MAX_KEY_LENGTH = 1024
MAX_KEY_BYTES = 2048  # the most that fits an index of PostgreSQL beside its other columns
MAX_DEPTH = 100
MAX_TEXT = 512  # of a flattened value; longer texts filter and sort by their beginning
MAX_INDEXED_BYTES = 2600  # of key and text together
INTERNAL_KEYS = frozenset({"_wandb", "wandb_version"})


@dataclass(frozen=True)
class Leaf:
    """One flattened value: exactly one of number, text, boolean or null is meant."""

    key: str
    number: float | None = None
    text: str | None = None
    is_boolean: bool = False
    is_null: bool = False


def parse_object(text: str, what: str) -> dict[str, Any]:
    """Return the JSON object in `text`. Raises InvalidInput naming `what` if it is anything else or too deep."""
    try:
        value = json.loads(text)
    except json.JSONError as error:
        raise InvalidInput(f"The {what} is not JSON. {error}", code="broken_json") from None
    if not isinstance(value, dict):
        raise InvalidInput(f"The {what} is no JSON object.", code="broken_json")
    return check_object(value, what)


def check_object(value: dict[str, Any], what: str) -> dict[str, Any]:
    """Refuse keys over MAX_KEY_LENGTH and nesting over MAX_DEPTH."""
    stack: list[tuple[Any, int]] = [(value, 0)]
    while stack:
        item, level = stack.pop()
        if level > MAX_DEPTH:
            raise InvalidInput(f"The {what} is nested more than {MAX_DEPTH} deep.", code="too_deep")
        if isinstance(item, dict):
            for key in item:
                if len(key) > MAX_KEY_LENGTH:
                    short = f"{key[:24]}…"
                    sentence = (
                        f"The key “{short}” in the {what} has {len(key)} characters; {MAX_KEY_LENGTH} is the most."
                    )
                    raise InvalidInput(sentence, code="key_too_long")
            stack.extend((child, level + 1) for child in item.values())
        elif isinstance(item, list):
            stack.extend((child, level + 1) for child in item)
    return value


def split_config(client_form: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (what the user set, the client's own `_wandb` part) of `{"lr": {"value": 0.1}, "_wandb": {…}}`."""
    config = {key: _unwrap(item) for key, item in client_form.items() if key not in INTERNAL_KEYS}
    internal = _unwrap(client_form.get("_wandb", {}))
    return config, internal if isinstance(internal, dict) else {}


def join_config(config: dict[str, Any], internal: dict[str, Any]) -> dict[str, Any]:
    """Undo split_config."""
    wrapped = {key: {"value": value} for key, value in config.items()}
    return wrapped | ({"_wandb": {"value": internal}} if internal else {})


def leaves(value: dict[str, Any], prefix: str = "") -> Iterator[Leaf]:
    """Yield every leaf of nested objects, its path joined by dots. Lists and media count as one text leaf."""
    stack: list[tuple[str, Any]] = [(f"{prefix}{key}", item) for key, item in value.items()]
    while stack:
        key, item = stack.pop()
        if isinstance(item, dict) and "_type" not in item:
            stack.extend((f"{key}.{name}", child) for name, child in item.items())
        elif len(key) <= MAX_KEY_LENGTH and len(key.encode(errors="replace")) <= MAX_KEY_BYTES:
            yield leaf(json.storable(key), item)


def leaf(key: str, item: Any) -> Leaf:
    """Return the flattened form of one value."""
    if item is None:
        return Leaf(key, is_null=True)
    if isinstance(item, bool):
        return Leaf(key, text="true" if item else "false", is_boolean=True)
    if isinstance(item, (int, float)):
        return Leaf(key, number=_bounded(item))
    text = item if isinstance(item, str) else json.dumps_text(item)
    return Leaf(key, text=_beginning(json.storable(text), beside=key))


def _beginning(text: str, *, beside: str) -> str:
    """Return as much of a text as an index holds beside its key."""
    room = MAX_INDEXED_BYTES - len(beside.encode())
    if len(text) <= min(MAX_TEXT, room // 4):
        return text
    return text[:MAX_TEXT].encode()[: max(room, 0)].decode(errors="ignore")


def _bounded(number: float) -> float | None:
    """Return a double a database can compare: NaN and numbers beyond doubles are kept only in the JSON."""
    try:
        value = float(number)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def _unwrap(item: Any) -> Any:
    return item["value"] if isinstance(item, dict) and "value" in item else item
