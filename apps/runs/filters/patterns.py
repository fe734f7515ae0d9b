"""Regular expressions in RE2's language, on both databases, without patterns that never end.

RE2 reads every pattern first, so that what it refuses (back-references, look-around) is refused on both. SQLite then
matches with RE2 itself; PostgreSQL with its own engine, to whose dialect the pattern is translated.
Path not taken: Python's `re` behind SQLite's REGEXP, which `(a+)+b` keeps busy for hours.
"""

import re
from functools import lru_cache
from typing import Any

import re2
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, JSONField, Lookup, TextField

from apps.core.errors import InvalidInput

MAX_LENGTH = 500
MAX_REPEATS = 255  # PostgreSQL's; RE2 itself takes 1000
FUNCTION = "carnet_matches"

_LEADING_FLAGS = re.compile(r"\(\?([is]+)\)")
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_ESCAPES = {"b": r"\y", "B": r"\Y", "z": r"\Z", "A": r"\A"}  # RE2's → PostgreSQL's
_REFUSED_ESCAPES = frozenset("pPQECxG")


def check_pattern(pattern: str) -> str:
    """Return the pattern if both databases can match it, else raise InvalidInput with the reason."""
    if len(pattern) > MAX_LENGTH:
        raise _refused(f"A pattern has at most {MAX_LENGTH} characters; this one has {len(pattern)}.")
    if "\x00" in pattern:
        raise _refused("A pattern cannot hold the character NUL.")
    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise _refused(f"The pattern “{pattern}” cannot be used: {reason}.") from None
    postgres_pattern(pattern)
    return pattern


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    return re2.compile(pattern, options=options)


def matches(pattern: str, text: str | None) -> bool:
    """Return whether the pattern is found anywhere in the text."""
    return text is not None and _compiled(pattern).search(text) is not None


@lru_cache(maxsize=500)
def postgres_pattern(pattern: str) -> str:
    """Translate a pattern that RE2 accepts to PostgreSQL's dialect. Raises InvalidInput for what that cannot say."""
    flags = ""
    if leading := _LEADING_FLAGS.match(pattern):
        flags, pattern = leading.group(1), pattern[leading.end() :]
    # `p`: the dot stops at line ends, `^` and `$` do not, as in RE2. `s`: the dot takes line ends too.
    head = "(?" + ("s" if "s" in flags else "p") + ("i" if "i" in flags else "") + ")"
    return head + "".join(_translated(pattern))


def _translated(pattern: str) -> list[str]:
    parts: list[str] = []
    position, in_class = 0, False
    while position < len(pattern):
        part, taken, in_class = _next(pattern, position, in_class=in_class)
        parts.append(part)
        position += taken
    return parts


def _next(pattern: str, position: int, *, in_class: bool) -> tuple[str, int, bool]:
    """Return (translation, characters read, whether a bracket is open now)."""
    rest = pattern[position:]
    character = rest[0]
    if character == "\\":
        return _escape(rest[1:2], in_class=in_class), 2, in_class
    if in_class:
        if rest.startswith("[:"):
            end = rest.index(":]") + 2
            return rest[:end], end, True
        return (r"\[" if character == "[" else character), 1, character != "]"
    if character == "[":
        return _bracket(rest)
    if character == "{":
        return _braces(rest)
    if rest.startswith("(?"):
        return _group(rest)
    return character, 1, False


def _bracket(rest: str) -> tuple[str, int, bool]:
    """Open a class of characters; a `]` that comes first in it is meant literally."""
    head = "[^" if rest.startswith("[^") else "["
    literal = rest.startswith("]", len(head))
    return head + (r"\]" if literal else ""), len(head) + literal, True


def _escape(letter: str, *, in_class: bool) -> str:
    if letter in _REFUSED_ESCAPES:
        raise _refused(f"The pattern holds “\\{letter}”, which cannot be used here.")
    return f"\\{letter}" if in_class else _ESCAPES.get(letter, f"\\{letter}")


def _braces(rest: str) -> tuple[str, int, bool]:
    repeat = _REPEAT.match(rest)
    if repeat is None:
        return r"\{", 1, False
    if any(int(number) > MAX_REPEATS for number in repeat.groups() if number):
        raise _refused(f"A pattern repeats at most {MAX_REPEATS} times.")
    return repeat.group(), repeat.end(), False


def _group(rest: str) -> tuple[str, int, bool]:
    if rest.startswith("(?:"):
        return "(?:", 3, False
    if named := re.match(r"\(\?P?<\w+>", rest):
        return "(", named.end(), False
    raise _refused("In a pattern, “(?i)” and “(?s)” can stand at the beginning only.")


class Matches(Lookup):
    """`column__matches=pattern`."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        offer_matches(connection)
        return f"{FUNCTION}(%s, {left})", [self.rhs, *parameters]

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} ~ %s", [*parameters, postgres_pattern(str(self.rhs))]


class HasMember(Lookup):
    """`list__has_member=text`: whether a JSON list holds this text."""

    lookup_name = "has_member"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"EXISTS (SELECT 1 FROM json_each({left}) WHERE value = %s)", [*parameters, self.rhs]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"jsonb_exists({left}, %s)", [*parameters, self.rhs]


class MemberMatches(Lookup):
    """`list__member_matches=pattern`: whether the pattern is found in a text of a JSON list."""

    lookup_name = "member_matches"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        offer_matches(connection)
        return f"EXISTS (SELECT 1 FROM json_each({left}) WHERE {FUNCTION}(%s, value))", [*parameters, self.rhs]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        pattern = postgres_pattern(str(self.rhs))
        found = f"SELECT 1 FROM jsonb_array_elements_text({left}) AS member WHERE member ~ %s"  # noqa: S608
        return f"EXISTS ({found})", [*parameters, pattern]


def offer_matches(connection: BaseDatabaseWrapper) -> None:
    """Make the function known to this SQLite connection; a repeat changes nothing."""
    connection.ensure_connection()
    connection.connection.create_function(FUNCTION, 2, matches, deterministic=True)


for field in (CharField, TextField):
    field.register_lookup(Matches)
for lookup in (HasMember, MemberMatches):
    JSONField.register_lookup(lookup)


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, code="bad_pattern", fields={"filters": sentence})
