"""What every resolver may ask of the request it works for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeAlias, TypeVar

from django.http import HttpRequest
from graphql import GraphQLResolveInfo

from apps.accounts.principal import Principal
from apps.core.errors import InvalidInput, NotFound, TooLarge, Unauthenticated

MAX_ROWS = 500_000  # of all lists of one request together
MAX_PAGE = 1_000
MAX_STATEMENTS = 1_500  # of SQL in one request; whole pages of runs with all their fields take a few dozen
R = TypeVar("R")


@dataclass
class Context:
    """Who asks, through which request, and what is left of the budget."""

    request: HttpRequest
    principal: Principal
    rows_left: int = MAX_ROWS
    kept: dict[Any, Any] = field(default_factory=dict)  # answers that several fields of one request share

    def spend(self, rows: int) -> None:
        """Count rows that are about to be read. Raises TooLarge when one request wants too many."""
        self.rows_left -= max(rows, 1)
        if self.rows_left < 0:
            raise TooLarge(f"This query asks for more than {MAX_ROWS:,} rows at once. Ask for smaller pages.")


class StatementBudget:
    """Bounds what one request may ask of the database, whatever its aliases multiply: a wrapper of `execute`."""

    def __init__(self) -> None:
        self.left = MAX_STATEMENTS

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left < 0 and not sql.startswith(_ALWAYS):
            raise TooLarge("This query asks the database too many questions. Ask for less at a time.")
        return execute(sql, params, many, context)


_ALWAYS = ("ROLLBACK", "RELEASE")  # what ends a transaction that was refused

Info: TypeAlias = GraphQLResolveInfo[Context]


def asker(info: Info) -> Principal:
    return info.context.principal


def signed_in(info: Info) -> Principal:
    """Return who asks. Raises Unauthenticated if that is nobody."""
    principal = asker(info)
    if not principal.is_signed_in:
        raise Unauthenticated("Send an API key. Create one at /authorize.", code="no_key")
    return principal


def null_if_missing(resolver: Callable[..., R]) -> Callable[..., R | None]:
    """A read of something absent or hidden is null, not an error: the client tells "not found" from it."""

    @wraps(resolver)
    def resolve(*args: Any, **kwargs: Any) -> R | None:
        try:
            return resolver(*args, **kwargs)
        except NotFound:
            return None

    return resolve


def page_size(first: int | None, *, default: int = 50) -> int:
    """Return how many rows a page has; more than MAX_PAGE are had by paging on."""
    size = default if first is None else first
    if size < 1:
        raise InvalidInput(f"“first” is {size}; a page has at least 1 row.", code="bad_page")
    return min(size, MAX_PAGE)


def empty_connection(*_: Any, **__: Any) -> dict[str, Any]:
    """Answer for lists of things that do not exist yet."""
    return {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}, "totalCount": 0}
