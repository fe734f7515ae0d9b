"""The order of runs, and pages within it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import Combinable

from apps.core.errors import InvalidInput, NotFound
from apps.core.ids import parse_wire_id, wire_id
from apps.runs.filters.targets import Target, target_of
from apps.runs.models import Run
from apps.runs.querysets import RunQuerySet

NEWEST_FIRST = "-created_at"
MAX_KEYS = 5
MAX_FIRST = 1000


@dataclass(frozen=True)
class RunPage:
    """Some runs of an ordered list, and whether more follow."""

    runs: list[Run]
    has_next: bool

    def cursor(self, run: Run) -> str:
        """Return the place of a run of this page: pass it as `after`."""
        return wire_id("Run", run.uid)


@dataclass(frozen=True)
class _Key:
    alias: str
    expression: Combinable
    descends: bool


_TIES = (_Key("created_at", F("created_at"), False), _Key("pk", F("pk"), False))


def order_runs(runs: RunQuerySet, order: str | None) -> RunQuerySet:
    """Order by a text such as `-summary_metrics.loss,+created_at`; without a sign ascending, newest first if empty.

    Runs without the value come last either way. Ties: by creation, so that the order is total.
    """
    return _ordered(runs, _keys(order))


def order_by_targets(runs: RunQuerySet, targets: Sequence[tuple[Target, bool]]) -> RunQuerySet:
    """Order by what was looked up already: pairs of a target and whether it descends. Ties as in `order_runs`."""
    keys = [(expression, descends) for target, descends in targets for expression in target.sort_keys()]
    named = [_Key(f"order_{place}", expression, descends) for place, (expression, descends) in enumerate(keys)]
    return _ordered(runs, [*named, *_TIES])


def run_page(
    runs: RunQuerySet,
    *,
    order: str | None,
    after: str | None = None,
    first: int = 50,
    within: RunQuerySet | None = None,
) -> RunPage:
    """Return up to `first` runs that follow the one whose cursor is `after`. Runs arriving meanwhile shift nothing.

    The run of the cursor is looked up `within` what the asker may see, deleted ones included; among `runs` by default.
    Elsewhere its place would tell how its values compare with those of others.
    """
    keys = _keys(order)
    if not 0 < first <= MAX_FIRST:
        raise InvalidInput(f"A page has 1 to {MAX_FIRST} runs.", code="bad_page")
    ordered = _ordered(runs, keys)
    if after:
        ordered = ordered.filter(_follows(keys, _place(keys, runs if within is None else within, after)))
    found = list(ordered[: first + 1])
    return RunPage(found[:first], len(found) > first)


def _keys(order: str | None) -> list[_Key]:
    keys: list[_Key] = []
    words = [word.strip() for word in (order or NEWEST_FIRST).split(",")]
    if len(words) > MAX_KEYS:
        raise InvalidInput(f"Runs are ordered by at most {MAX_KEYS} keys.", code="bad_order")
    for word in words:
        descends = word.startswith("-")
        name = word.lstrip("+-").strip()
        if not name:
            raise InvalidInput(f"“{order}” is not an order such as “-created_at”.", code="bad_order")
        for expression in target_of(name).sort_keys():
            keys.append(_Key(f"order_{len(keys)}", expression, descends))
    return [*keys, *_TIES]


def _ordered(runs: RunQuerySet, keys: list[_Key]) -> RunQuerySet:
    added = {key.alias: key.expression for key in keys if key.alias.startswith("order_")}
    directions = [
        F(key.alias).desc(nulls_last=True) if key.descends else F(key.alias).asc(nulls_last=True) for key in keys
    ]
    return runs.alias(**added).order_by(*directions)


def _place(keys: list[_Key], runs: RunQuerySet, after: str) -> list[Any]:
    """Return the values of the keys for the run behind a cursor."""
    try:
        rows = runs.filter(uid=parse_wire_id(after, "Run"))
    except NotFound:
        rows = runs.none()
    added = {key.alias: key.expression for key in keys if key.alias.startswith("order_")}
    row = rows.annotate(**added).values_list(*(key.alias for key in keys)).first()
    if row is None:
        raise InvalidInput("This cursor belongs to another list. Begin again without it.", code="bad_cursor")
    return list(row)


def _follows(keys: list[_Key], place: list[Any]) -> Q:
    """The condition "comes later": equal in the first keys and later in the next one."""
    later, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, place, strict=True):
        later = later | (equal & _later(key, value))
        equal = equal & (Q(**{f"{key.alias}__isnull": True}) if value is None else Q(**{key.alias: value}))
    return later


def _later(key: _Key, value: Any) -> Q:
    if value is None:
        return Q(pk__in=[])
    return Q(**{f"{key.alias}__{'lt' if key.descends else 'gt'}": value}) | Q(**{f"{key.alias}__isnull": True})
