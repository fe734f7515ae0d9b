"""The executable schema: schema.graphql, its scalars, and the resolvers of each noun."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ariadne import ScalarType, load_schema_from_path, make_executable_schema
from graphql import FloatValueNode, GraphQLError, IntValueNode, ValueNode

from apps.core import json
from apps.gateways.wandb.resolvers import BINDINGS

MAX_INT = 2**63

json_string = ScalarType("JSONString")
plain_json = ScalarType("JSON")
int64 = ScalarType("Int64")
date_time = ScalarType("DateTime")
duration = ScalarType("Duration")


@json_string.serializer
def write_json_string(value: Any) -> str:
    """A text is JSON already; anything else becomes it."""
    return value if isinstance(value, str) else json.dumps_lenient(value)


@json_string.value_parser
def read_json_string(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("A JSONString is a text that holds JSON.")
    return value


@plain_json.serializer
def write_json(value: Any) -> Any:
    return json.plain(value)


@int64.serializer
def write_int64(value: Any) -> int:
    return int(value)


@int64.value_parser
def read_int64(value: Any) -> int:
    """Take whole numbers, also as texts or floats without a fraction, as JSON writers make them."""
    try:
        number = int(value)
        is_whole = not isinstance(value, bool) and (isinstance(value, str) or number == value)
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole or not -MAX_INT <= number < MAX_INT:
        raise GraphQLError(f"{str(value)[:40]!r} is no whole number of 64 bits.")
    return number


@int64.literal_parser
def read_int64_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> int:
    if not isinstance(node, IntValueNode):
        raise GraphQLError("An Int64 is a whole number.")
    return int(read_int64(node.value))


@date_time.serializer
def write_date_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


@duration.value_parser
def read_duration(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise GraphQLError("A Duration is a number of milliseconds.")
    return float(value)


@duration.literal_parser
def read_duration_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> float:
    if not isinstance(node, (IntValueNode, FloatValueNode)):
        raise GraphQLError("A Duration is a number of milliseconds.")
    return float(node.value)


schema = make_executable_schema(
    load_schema_from_path(str(Path(__file__).with_name("schema.graphql"))),
    [json_string, plain_json, int64, date_time, duration, *BINDINGS],
)
