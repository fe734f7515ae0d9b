"""Lists by the page. A cursor says after which row to go on, so that rows which come or go meanwhile shift nothing.

A cursor holds the ordering values of the last row that was handed out, sealed: ids would tell how busy others are.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldError, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

from apps.core import json
from apps.core.errors import InvalidInput

T = TypeVar("T")
S = TypeVar("S")
M = TypeVar("M", bound=Model)
_PREFIX = "order_term_"


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and the cursor of the next ones: None at the end."""

    items: list[T]
    next_cursor: str | None

    def each(self, shape: Callable[[T], S]) -> "Page[S]":
        """Return the page with every item in another shape."""
        return Page([shape(item) for item in self.items], self.next_cursor)


def page_of(rows: "QuerySet[M]", *, cursor: str | None, limit: int) -> Page[M]:
    """Return the next `limit` rows of an ordered queryset after `cursor`, with one query.

    The order must be total (end with the primary key), and a term that may be null must say where nulls go.
    Raises InvalidInput for a cursor of another list.
    """
    terms = [_term(term) for term in rows.query.order_by]
    named = {f"{_PREFIX}{index}": term.expression for index, term in enumerate(terms)}
    found = rows.annotate(**named)
    try:
        after = found.filter(_after(terms, _read(cursor, len(terms)))) if cursor else found
    except (ValidationError, ValueError, TypeError, FieldError):
        raise _bad_cursor() from None
    some = list(after[: limit + 1])
    if len(some) <= limit:
        return Page(some, None)
    last = some[limit - 1]
    return Page(some[:limit], _write([getattr(last, name) for name in named]))


def _term(term: Any) -> OrderBy:
    if isinstance(term, OrderBy):
        return term
    if isinstance(term, str):
        return OrderBy(F(term.lstrip("-")), descending=term.startswith("-"))
    return OrderBy(term)


def _after(terms: Sequence[OrderBy], values: Sequence[Any]) -> Q:
    """Return the condition "comes later": greater in the first term, or equal there and greater in the second, …"""
    later, equal = Q(pk__in=[]), Q()
    for index, (term, value) in enumerate(zip(terms, values, strict=True)):
        name = f"{_PREFIX}{index}"
        later |= equal & _beyond(name, term, value)
        equal &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return later


def _beyond(name: str, term: OrderBy, value: Any) -> Q:
    """Rows after `value` in one term, nulls where the term puts them: last unless it says first."""
    nulls_first = bool(term.nulls_first)
    if value is None:
        return Q(**{f"{name}__isnull": False}) if nulls_first else Q(pk__in=[])
    beyond = Q(**{f"{name}__{'lt' if term.descending else 'gt'}": value})
    return beyond if nulls_first else beyond | Q(**{f"{name}__isnull": True})


def _write(values: Sequence[Any]) -> str:
    told = [value.isoformat() if isinstance(value, date) else value for value in values]
    return _box().encrypt(json.dumps(told)).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(_box().decrypt(cursor + "=" * (-len(cursor) % 4)))
    except (InvalidToken, ValueError):
        raise _bad_cursor() from None
    if not isinstance(values, list) or len(values) != length:
        raise _bad_cursor()
    return values


def _box() -> Fernet:
    digest = hashlib.sha256(b"carnet.cursors" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _bad_cursor() -> InvalidInput:
    sentence = "This cursor belongs to another list. Begin again without it."
    return InvalidInput(sentence, code="bad_cursor", fields={"cursor": sentence})
