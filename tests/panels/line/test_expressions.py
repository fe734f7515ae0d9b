"""Expressions on metrics: arithmetic as in Python, errors with their place, nothing else."""

import math
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import InvalidInput
from apps.panels.kinds.line.expressions import parse_expression


def value(text, **values):
    return parse_expression(text).of(values).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("2 ** -1", 0.5),
        ("7 % 4", 3),
        ("1 - -1", 2),
        ("8 / 2 / 2", 2),
        (".5 + 1e3", 1000.5),
        ("max(1, 5, 3) - min(2, 4)", 3),
        ("sqrt(abs(-16)) + exp(0) + log(1)", 5),
    ],
)
def test_arithmetic_reads_as_in_python(text, expected):
    assert value(text) == expected


def test_keys_are_columns_whatever_they_hold():
    expression = parse_expression("${val/loss.top-1} * 2 + lr")
    assert expression.keys == ("val/loss.top-1", "lr")
    assert expression.of({"val/loss.top-1": np.array([1.0, 2.0]), "lr": 0.5}).tolist() == [2.5, 4.5]


@pytest.mark.parametrize("text", ["1 / ${a}", "1 % ${a}", "log(${a} - 1)", "sqrt(-1 - ${a})", "(${a} - 8) ** 0.5"])
def test_what_has_no_value_is_nan(text):
    assert math.isnan(parse_expression(text).of({"a": np.array([0.0])})[0])


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("${loss} *", 10, "a value is missing"),
        ("", 1, "a value is missing"),
        ("* 2", 1, "a value is missing before “\\*”"),
        ("(1 + 2", 7, r"a “\)” is missing"),
        ("1 + $x", 5, "“\\$” is not known"),
        ("${} + 1", 1, "names no metric"),
        ("eval(1)", 1, "no function “eval”; known are abs"),
        ("1 2", 3, "“2” is not expected"),
        ("log(1, 2)", 10, "“log” takes one value"),
        ("(" * 60 + "1" + ")" * 60, 41, "nested too deep"),
        ("2" + " ** 2" * 60, 0, "nested too deep"),
    ],
)
def test_an_error_names_its_place(text, place, reason):
    with pytest.raises(InvalidInput, match=reason) as refused:
        parse_expression(text)
    assert not place or f"at character {place}:" in refused.value.sentence


def test_an_expression_has_an_end():
    with pytest.raises(InvalidInput, match="at most 500 characters"):
        parse_expression("1" + "+1" * 400)


@given(
    st.recursive(
        st.integers(1, 9).map(str),
        lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        max_leaves=12,
    )
)
def test_any_nesting_gives_what_python_gives(text):
    try:
        expected = eval(text)  # noqa: S307  Python itself is the model
    except ZeroDivisionError:
        expected = math.nan
    found = parse_expression(text).of({}).item()
    assert math.isnan(found) == math.isnan(expected)
    assert math.isnan(expected) or math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)


@given(st.text("${}()+-*/% .1ae_", max_size=30))
def test_any_text_is_read_or_refused(text):
    with suppress(InvalidInput):
        expression = parse_expression(text)
        assert expression.of(dict.fromkeys(expression.keys, 1.0)).shape == ()
