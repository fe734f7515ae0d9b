"""Columns on the wire: one JSON head, then the arrays as they lie in memory (docs/panels.md).

    "CARNET1\\n" · length of the head (uint32, little-endian) · head · padding to 8 · array · padding · array …

The head is the tree with `{"$": n}` in place of each array, and `$arrays` saying where each lies and how to read it.
Integers that do not fall are sent as their first value and their differences in the smallest type that holds them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.core import json

MEDIA_TYPE = "application/vnd.carnet.columns"
MAGIC = b"CARNET1\n"
_ALIGN = 8
_SINGLE_MOST = 3.0e38
_SINGLE_LEAST = 1.2e-38

Array = npt.NDArray[Any]


def tree_of(value: Any) -> Any:
    """Return dataclasses as dictionaries, tuples as lists; arrays stay arrays."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: tree_of(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): tree_of(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [tree_of(item) for item in value]
    return value


def plain_of(value: Any) -> Any:
    """Return the same tree with arrays as lists and numbers in full, NaN and infinities as their names."""
    if isinstance(value, np.ndarray):
        return [_named(item) for item in value.tolist()]
    if isinstance(value, dict):
        return {key: plain_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_of(item) for item in value]
    return _named(value)


def encode(tree: Any) -> bytes:
    """Return a tree of dataclasses, dictionaries, lists and arrays as one frame. Equal arrays are sent once."""
    arrays = _Arrays()
    if _is_odd(tree):
        tree = arrays.take(tree_of(tree))
    text = b'{"tree":%b,"$arrays":%b}' % (json.dumps_finite(tree, arrays.told_of), json.dumps_finite(arrays.told, str))
    start = len(MAGIC) + 4 + len(text)
    body = [MAGIC, len(text).to_bytes(4, "little"), text, b"\0" * (-start % _ALIGN)]
    return b"".join([*body, *arrays.parts])


def _is_odd(tree: Any) -> bool:
    """Whether a NaN or an infinity stands somewhere outside the arrays: it is written by its name then."""
    stack = [tree]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind in _PLAIN:
            continue
        if kind is float:
            if not isfinite(item):
                return True
        elif kind is list or kind is tuple:
            stack += item
        elif isinstance(item, Mapping):
            stack += item.values()
        elif names := _names_of(kind):
            stack += [getattr(item, name) for name in names]
        elif isinstance(item, (float, np.generic)):
            return True
    return False


_PLAIN = frozenset({str, int, bool, type(None), np.ndarray})
_NAMES: dict[type, tuple[str, ...]] = {}


def _names_of(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass; none of anything else."""
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
    return names


class _Arrays:
    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.parts: list[bytes] = []
        self._at = 0
        self._known: dict[tuple[str, int, bytes], int] = {}

    def take(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return {"$": self._put(value)}
        if isinstance(value, dict):
            return {key: self.take(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.take(item) for item in value]
        return _named(value)

    def told_of(self, value: Any) -> Any:
        """Stand in for what JSON does not know: an array, or a mapping that is no dictionary."""
        if isinstance(value, np.ndarray):
            return {"$": self._put(value)}
        if isinstance(value, Mapping):
            return dict(value)
        raise TypeError(type(value).__name__)

    def _put(self, array: Array) -> int:
        how, packed = _packed(array)
        raw = packed.tobytes()
        known = packed.dtype.str, how.get("first", 0), raw
        if known in self._known:
            return self._known[known]
        self.told.append({"type": packed.dtype.str[1:], "at": self._at, "length": len(packed), **how})
        self.parts += [raw, b"\0" * (-len(raw) % _ALIGN)]
        self._at += len(raw) + (-len(raw) % _ALIGN)
        self._known[known] = len(self.told) - 1
        return len(self.told) - 1


def _packed(array: Array) -> tuple[dict[str, Any], Array]:
    if array.dtype.kind in "iu":
        return _differences(array)
    return {}, _single(array)


def _differences(array: Array) -> tuple[dict[str, Any], Array]:
    wide = array.astype(np.int64)
    steps = np.diff(wide)
    if not len(wide) or (len(steps) and (steps.min() < 0 or steps.max() > 2**32 - 1)) or abs(int(wide[0])) > 2**53:
        return {}, wide.astype("<f8")
    most = int(steps.max()) if len(steps) else 0
    kind = next(kind for kind, top in (("<u1", 2**8), ("<u2", 2**16), ("<u4", 2**32)) if most < top)
    return {"first": int(wide[0])}, steps.astype(kind)


def _single(array: Array) -> Array:
    """Return floats in single precision where that loses nothing a chart shows: not times, nor large counters."""
    floats = array.astype("<f8", copy=False)
    if not len(floats):
        return floats
    low, high = np.fmin.reduce(floats), np.fmax.reduce(floats)
    if not (isfinite(low) and isfinite(high)):
        finite = floats[np.isfinite(floats)]
        low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 0.0)
    peak = max(abs(low), abs(high))
    if peak > _SINGLE_MOST or 0 < high - low < peak * 1e-3:
        return floats
    single = floats.astype("<f4")
    is_kept = np.count_nonzero(np.abs(single) > _SINGLE_LEAST) == np.count_nonzero(floats)
    return single if is_kept else floats


def _named(value: Any) -> Any:
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124
    return value.item() if isinstance(value, np.generic) else value
