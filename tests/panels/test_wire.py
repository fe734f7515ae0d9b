"""Columns on the wire come back as they were."""

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from apps.core import json
from apps.panels.wire import MAGIC, encode, plain_of


def decode(frame: bytes):
    """Read a frame as a browser does (frontend/panels/frame.ts)."""
    assert frame.startswith(MAGIC)
    (length,) = struct.unpack_from("<I", frame, len(MAGIC))
    start = len(MAGIC) + 4
    head = json.loads(frame[start : start + length])
    begin = -(-(start + length) // 8) * 8
    arrays = []
    for told in head["$arrays"]:
        raw = np.frombuffer(frame, f"<{told['type']}", told["length"], begin + told["at"])
        if "first" in told:
            raw = np.concatenate([[told["first"]], told["first"] + np.cumsum(raw, dtype=np.int64)])
        arrays.append(raw)
    return _filled(head["tree"], arrays)


def _filled(value, arrays):
    if isinstance(value, dict):
        return arrays[value["$"]] if "$" in value else {key: _filled(item, arrays) for key, item in value.items()}
    return [_filled(item, arrays) for item in value] if isinstance(value, list) else value


@given(st.lists(st.integers(0, 2**53), max_size=50))
def test_rising_integers_come_back_exact(values):
    array = np.array(sorted(values), np.int64)
    assert decode(encode({"x": array}))["x"].tolist() == array.tolist()


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=50))
def test_floats_come_back_to_seven_digits_and_the_odd_ones_as_they_are(values):
    array = np.array(values, np.float64)
    found = decode(encode([array]))[0]
    assert np.allclose(found, array, rtol=1e-6, atol=0, equal_nan=True)


def test_instants_lose_nothing():
    array = np.array([1.795163993986e9, 1.795163994086e9])
    assert decode(encode(array)).tolist() == array.tolist()


def test_equal_arrays_are_sent_once():
    steps = np.arange(0, 32_000, 32)
    alone, together = encode([steps]), encode([steps, steps.copy(), steps.copy()])
    assert len(together) - len(alone) < 100


def test_integers_that_fall_come_back():
    assert decode(encode(np.array([5, 3, -2], np.int64))).tolist() == [5, 3, -2]


def test_in_json_odd_numbers_are_named():
    assert plain_of({"y": np.array([1.5, np.nan, np.inf])}) == {"y": [1.5, "NaN", "Infinity"]}
