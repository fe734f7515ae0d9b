"""What templates say of runs. `{% load runs %}`."""

import zlib
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from apps.core import json
from apps.core.templatetags.carnet import number
from apps.runs.headlines import SLOTS

register = template.Library()


@register.simple_tag
def run_url(row: Any, page: str = "overview") -> str:
    """Return the address of a run in a list: `{% run_url row %}`, `{% run_url row "logs" %}`."""
    return reverse(f"runs:{page}", kwargs={"entity": row.entity, "project": row.project, "run": row.name})


@register.simple_tag
def ordered_url(search: Any, key: str) -> str:
    """Return the query of a search ordered by a column, the other way round if it is already."""
    return str(search.ordered(key).query())


@register.filter
def direction(search: Any, key: str) -> str:
    """Return `asc`, `desc` or nothing: how a list is ordered by a column."""
    return str(search.direction(key))


@register.simple_tag
def narrowed_url(key: str, value: str) -> str:
    """Return the query of the runs with a value: `{% narrowed_url "tags" tag %}`."""
    return f"?{urlencode({'filters': json.dumps_text({key: value})})}"


@register.filter
def words(text: str) -> list[str]:
    """Return the words of a text, to loop over: `{% for form in "a b"|words %}`."""
    return text.split()


@register.simple_tag
def page_url(at: Any, name: str, **more: str) -> str:
    """Return the address of a page or form of a run: `{% page_url at "stop" %}`."""
    return str(at.to(name, **more))


@register.filter
def slot(number: int) -> int:
    """Return the colour (1…12) of a run's slot."""
    return (number - 1) % SLOTS + 1


@register.filter
def turn(number: int) -> int:
    """Return how often the colours have come round: 1 solid, 2 and 3 dashed."""
    return min((number - 1) // SLOTS + 1, 3)


@register.simple_tag
def page_url_of(at: Any, run: Any) -> str:
    """Return the address of another run of the project that `at` is in."""
    return reverse("runs:overview", kwargs={"entity": at.entity, "project": at.project, "run": run.name})


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON, for an attribute."""
    return json.dumps_text(value)


@register.filter
def stamp(text: str) -> str:
    """Return a short word that stays the same as long as the text does: ids of what must be drawn anew."""
    return f"{zlib.crc32(text.encode()):08x}"


@register.simple_tag
def cells(found: Any, place: int) -> list[tuple[str, Any]]:
    """Return the kind and the value of each cell in a row of a table."""
    return [(column.key.kind, column.values[place]) for column in found.columns]


@register.filter
def cell(value: Any) -> Any:
    """Write a value of config or summary as a cell of a table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number(value)
