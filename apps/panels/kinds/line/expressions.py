"""Expressions on metrics, as panels write them: `${loss} * 2`, `log(${val/loss} + 1)`, `1 - config.dropout`.

A small parser of our own, so that nothing but arithmetic can be said; an error names its place.

    sum     = product { ("+" | "-") product }
    product = sign { ("*" | "/" | "%") sign }
    sign    = ("+" | "-") sign | power
    power   = value [ "**" sign ]
    value   = number | "${" key "}" | name | function "(" sum { "," sum } ")" | "(" sum ")"
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from apps.core.errors import InvalidInput
from apps.panels.terms import Floats

MOST_CHARACTERS = 500
MOST_DEPTH = 40

_TOKENS = re.compile(
    r"\s*(?:(?P<key>\$\{[^}]*\})|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][\w.:]*)"
    r"|(?P<sign>\*\*|[-+*/%(),]))"
)


def _divided(left: Any, right: Any) -> Any:
    return np.where(np.equal(right, 0), np.nan, np.divide(left, np.where(np.equal(right, 0), 1, right)))


def _rest(left: Any, right: Any) -> Any:
    return np.where(np.equal(right, 0), np.nan, np.mod(left, np.where(np.equal(right, 0), 1, right)))


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _divided,
    "%": _rest,
    "**": np.power,
}
_ONE: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "cos": np.cos,
    "exp": np.exp,
    "floor": np.floor,
    "log": np.log,
    "log10": np.log10,
    "log2": np.log2,
    "round": np.round,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
}
_MANY: dict[str, Callable[[Any, Any], Any]] = {"max": np.maximum, "min": np.minimum}

Tree = tuple[Any, ...]  # ("number", 2.0), ("key", "loss"), ("*", left, right), ("-", inner), ("call", name, arguments)


@dataclass(frozen=True)
class Expression:
    """A parsed expression. `keys` are the names it reads, in the order in which they first stand there."""

    text: str
    keys: tuple[str, ...]
    tree: Tree

    def of(self, values: Mapping[str, Any]) -> Floats:
        """Return the values of the expression over columns of equal length, or single numbers, by key.

        Dividing by zero and what has no real result give NaN.
        """
        with np.errstate(all="ignore"):
            return np.asarray(_value(self.tree, values), np.float64)


@lru_cache(maxsize=500)
def parse_expression(text: str) -> Expression:
    """Read an expression. Raises InvalidInput naming the place of the error."""
    if len(text) > MOST_CHARACTERS:
        sentence = f"An expression has at most {MOST_CHARACTERS} characters; this one has {len(text)}."
        raise InvalidInput(sentence, code="bad_expression")
    parser = _Parser(text)
    return Expression(text, tuple(dict.fromkeys(parser.keys)), parser.tree)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: list[str] = []
        self._tokens = self._split()
        self._at = 0
        self._depth = 0
        self.tree = self._sum()
        if self._at < len(self._tokens):
            raise self._refused(f"“{self._tokens[self._at][1]}” is not expected here")

    def _split(self) -> list[tuple[str, str, int]]:
        """Return (kind, text, place) of each token."""
        found, place, text = [], 0, self.text.rstrip()
        while place < len(text):
            token = _TOKENS.match(text, place)
            if token is None:
                start = place + len(text[place:]) - len(text[place:].lstrip())
                raise _error(self.text, start, f"“{text[start]}” is not known")
            kind = str(token.lastgroup)
            found.append((kind, token.group(kind), token.start(kind)))
            place = token.end()
        return found

    def _sum(self) -> Tree:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise self._refused("the expression is nested too deep")
        tree = self._product()
        while sign := self._take("+", "-"):
            tree = (sign, tree, self._product())
        self._depth -= 1
        return tree

    def _product(self) -> Tree:
        tree = self._sign()
        while sign := self._take("*", "/", "%"):
            tree = (sign, tree, self._sign())
        return tree

    def _sign(self) -> Tree:
        minus = False
        while sign := self._take("+", "-"):
            minus ^= sign == "-"
        tree = self._power()
        return ("-", tree) if minus else tree

    def _power(self) -> Tree:
        tree = self._operand()
        if self._take("**"):
            self._depth += 1
            if self._depth > MOST_DEPTH:
                raise self._refused("the expression is nested too deep")
            tree = ("**", tree, self._sign())
            self._depth -= 1
        return tree

    def _operand(self) -> Tree:
        if self._at == len(self._tokens):
            raise self._refused("a value is missing")
        kind, text, _ = self._tokens[self._at]
        if kind == "sign" and text != "(":
            raise self._refused(f"a value is missing before “{text}”")
        self._at += 1
        if kind == "number":
            return ("number", float(text))
        if kind == "key":
            return self._key(text[2:-1].strip())
        if kind == "name":
            return self._call(text) if self._take("(") else self._key(text)
        tree = self._sum()
        self._close()
        return tree

    def _key(self, name: str) -> Tree:
        if not name:
            self._at -= 1
            raise self._refused("“${}” names no metric")
        self.keys.append(name)
        return ("key", name)

    def _call(self, name: str) -> Tree:
        if name not in _ONE and name not in _MANY:
            self._at -= 2
            raise self._refused(f"there is no function “{name}”; known are {', '.join(sorted([*_ONE, *_MANY]))}")
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._close()
        if name in _ONE and len(arguments) > 1:
            raise self._refused(f"“{name}” takes one value")
        return ("call", name, arguments)

    def _close(self) -> None:
        if not self._take(")"):
            raise self._refused("a “)” is missing")

    def _take(self, *signs: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][0] == "sign" and self._tokens[self._at][1] in signs:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return ""

    def _refused(self, what: str) -> InvalidInput:
        place = self._tokens[self._at][2] if self._at < len(self._tokens) else len(self.text.rstrip())
        return _error(self.text, place, what)


def _error(text: str, place: int, what: str) -> InvalidInput:
    sentence = f"The expression “{text}” cannot be read at character {place + 1}: {what}."
    return InvalidInput(sentence, code="bad_expression", fields={"expressions": sentence})


def _value(tree: Tree, values: Mapping[str, Any]) -> Any:
    kind, *parts = tree
    if kind == "number":
        return parts[0]
    if kind == "key":
        return values[parts[0]]
    if kind == "call":
        arguments = [_value(each, values) for each in parts[1]]
        if parts[0] in _ONE:
            return _ONE[parts[0]](arguments[0])
        result = arguments[0]
        for each in arguments[1:]:
            result = _MANY[parts[0]](result, each)
        return result
    operands = [np.asarray(_value(each, values), np.float64) for each in parts]
    return np.negative(operands[0]) if len(operands) == 1 else _OPERATORS[kind](*operands)
