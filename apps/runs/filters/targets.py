"""What a key of a filter or an order addresses: a column of the run, its tags, a config or summary value, a metric."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol

from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable, ExpressionWrapper, Subquery
from django.db.models.fields import DurationField
from django.db.models.functions import Coalesce, NullIf, Substr
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware

from apps.core.errors import InvalidInput
from apps.runs.models import HistoryKey, RunValue, Stream
from apps.runs.values import MAX_TEXT, leaf, leaves

EVERYTHING = Q(pk__isnull=False)
NOTHING = Q(pk__in=[])


class BinaryText(Func):
    """A text compared byte by byte on both databases, whatever the database's language."""

    template = "%(expressions)s"
    arity = 1

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, output_field=TextField())

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)


class Target(Protocol):
    """Conditions are two-valued: a run that lacks the value meets none of them but `is_null`."""

    def is_present(self) -> Q: ...
    def is_null(self) -> Q: ...
    def equals(self, values: list[Any]) -> Q: ...
    def compares(self, operator: str, value: Any) -> Q: ...
    def matches(self, pattern: str) -> Q: ...
    def sort_keys(self) -> list[Combinable]: ...


@dataclass(frozen=True)
class TextColumn:
    """A column in which an empty text means "missing"."""

    path: str

    def is_present(self) -> Q:
        return Q(**{f"{self.path}__gt": ""})

    def is_null(self) -> Q:
        return ~self.is_present()

    def equals(self, values: list[Any]) -> Q:
        texts = [value for value in values if isinstance(value, str)]
        found = Q(**{f"{self.path}__in": [text for text in texts if text]})
        return found | self.is_null() if "" in texts else found

    def compares(self, operator: str, value: Any) -> Q:
        if not isinstance(value, str):
            return NOTHING
        return self.is_present() & Q(_LOOKUPS[operator](BinaryText(F(self.path)), value))

    def matches(self, pattern: str) -> Q:
        return self.is_present() & Q(**{f"{self.path}__matches": pattern})

    def sort_keys(self) -> list[Combinable]:
        return [BinaryText(NullIf(F(self.path), Value("")))]


@dataclass(frozen=True)
class TimeColumn:
    """An instant, compared with ISO texts, which are UTC where they name no zone."""

    path: str

    def is_present(self) -> Q:
        return Q(**{f"{self.path}__isnull": False})

    def is_null(self) -> Q:
        return Q(**{f"{self.path}__isnull": True})

    def equals(self, values: list[Any]) -> Q:
        return Q(**{f"{self.path}__in": [moment for value in values if (moment := instant(value))]})

    def compares(self, operator: str, value: Any) -> Q:
        moment = instant(value)
        return self.is_present() & Q(**{f"{self.path}__{operator}": moment}) if moment else NOTHING

    def matches(self, pattern: str) -> Q:
        return NOTHING

    def sort_keys(self) -> list[Combinable]:
        return [F(self.path)]


class Duration:
    """Seconds from the start of a run to its end, or to its last sign of life."""

    @property
    def length(self) -> "ExpressionWrapper[Any]":
        end = Coalesce("finished_at", "pulse__last_seen_at", "created_at")
        start = Coalesce("started_at", "created_at")
        return ExpressionWrapper(end - start, output_field=DurationField())

    def is_present(self) -> Q:
        return EVERYTHING

    def is_null(self) -> Q:
        return NOTHING

    def equals(self, values: list[Any]) -> Q:
        found = NOTHING
        for value in values:
            if (length := seconds(value)) is not None:
                found = found | Q(Exact(self.length, length))
        return found

    def compares(self, operator: str, value: Any) -> Q:
        length = seconds(value)
        return NOTHING if length is None else Q(_LOOKUPS[operator](self.length, length))

    def matches(self, pattern: str) -> Q:
        return NOTHING

    def sort_keys(self) -> list[Combinable]:
        return [self.length]


class Tags:
    """The list of tags: a text means membership, a list the whole."""

    def is_present(self) -> Q:
        return ~Q(tags=[])

    def is_null(self) -> Q:
        return Q(tags=[])

    def equals(self, values: list[Any]) -> Q:
        found = NOTHING
        for value in values:
            if isinstance(value, str):
                found = found | Q(tags__has_member=value)
            elif isinstance(value, list):
                found = found | Q(tags=value)
        return found

    def compares(self, operator: str, value: Any) -> Q:
        return NOTHING

    def matches(self, pattern: str) -> Q:
        return Q(tags__member_matches=pattern)

    def sort_keys(self) -> list[Combinable]:
        raise InvalidInput("Runs cannot be ordered by their tags.", code="bad_order")


@dataclass(frozen=True)
class RunValues:
    """A flattened value of config or summary. `keys` are tried in order: the first that a run has counts."""

    source: int
    keys: tuple[str, ...]

    def _rows(self, key: str) -> "QuerySet[RunValue]":
        return RunValue.objects.filter(run=OuterRef("pk"), source=self.source, key=key)

    def _has(self, test: Q) -> Q:
        found, earlier = NOTHING, EVERYTHING
        for key in self.keys:
            here = Q(Exists(self._rows(key).filter(test)))
            found = here if found is NOTHING else found | (earlier & here)
            earlier = ~Q(Exists(self._rows(key))) if earlier is EVERYTHING else earlier & ~Q(Exists(self._rows(key)))
        return found

    def is_present(self) -> Q:
        found = NOTHING
        for key in self.keys:
            start = f"{key}."
            rows = RunValue.objects.filter(run=OuterRef("pk"), source=self.source).annotate(
                start=Substr("key", 1, len(start))
            )
            here = Q(Exists(rows.filter(Q(key=key) | Q(start=start))))
            found = here if found is NOTHING else found | here
        return found

    def is_null(self) -> Q:
        return ~self.is_present() | self._has(Q(is_null=True))

    def equals(self, values: list[Any]) -> Q:
        numbers, texts, booleans, objects = _by_type(values)
        test = Q(number__in=numbers) | Q(is_boolean=False, text__in=texts) | Q(is_boolean=True, text__in=booleans)
        found = self._has(test)
        for value in objects:
            found = found | self._equals_object(value)
        return found

    def _equals_object(self, value: dict[str, Any]) -> Q:
        """An object equals when each of its leaves does."""
        found = NOTHING
        for key in self.keys:
            every = EVERYTHING
            for item in leaves(value):
                every = every & RunValues(self.source, (f"{key}.{item.key}",))._is(item)
            found = found | every
        return found if value else NOTHING

    def _is(self, item: Any) -> Q:
        test = Q(number=item.number, text=item.text, is_boolean=item.is_boolean, is_null=item.is_null)
        return self._has(test)

    def compares(self, operator: str, value: Any) -> Q:
        numbers, _, _, _ = _by_type([value])
        if numbers:
            return self._has(Q(**{f"number__{operator}": numbers[0]}))
        if isinstance(value, str):
            return self._has(Q(_LOOKUPS[operator](BinaryText(F("text")), value[:MAX_TEXT])) & Q(is_boolean=False))
        return NOTHING

    def matches(self, pattern: str) -> Q:
        return self._has(Q(is_boolean=False, text__matches=pattern))

    def sort_keys(self) -> list[Combinable]:
        rows = RunValue.objects.filter(run=OuterRef("pk"), source=self.source, key__in=self.keys)
        if len(self.keys) > 1:
            rank = Case(*(When(key=key, then=Value(place)) for place, key in enumerate(self.keys)))
            rows = rows.order_by(rank)
        return [Subquery(rows.values("number")[:1]), BinaryText(Subquery(rows.values("text")[:1]))]


@dataclass(frozen=True)
class HistoryKeys:
    """Whether a run has logged a metric."""

    key: str

    def is_present(self) -> Q:
        start = f"{self.key}."
        rows = HistoryKey.objects.filter(run=OuterRef("pk"), stream=Stream.HISTORY).annotate(
            start=Substr("key", 1, len(start))
        )
        return Q(Exists(rows.filter(Q(key=self.key) | Q(start=start))))

    def is_null(self) -> Q:
        return ~self.is_present()

    def equals(self, values: list[Any]) -> Q:
        return NOTHING

    def compares(self, operator: str, value: Any) -> Q:
        return NOTHING

    def matches(self, pattern: str) -> Q:
        return NOTHING

    def sort_keys(self) -> list[Combinable]:
        raise InvalidInput("Runs can be ordered by summary_metrics.<key>, not by keys_info.", code="bad_order")


@dataclass(frozen=True)
class MetricFact:
    """What the catalogue tells of a metric: its last, least or greatest finite number, or the step of one."""

    key: str
    fact: str

    def _has(self, test: Q) -> Q:
        return Q(Exists(self.rows().filter(test, run=OuterRef("pk"))))

    def rows(self) -> "QuerySet[HistoryKey]":
        """Return the rows of the catalogue, of every run."""
        return HistoryKey.objects.filter(stream=Stream.HISTORY, key=self.key)

    def is_present(self) -> Q:
        return self._has(Q(**{f"{self.fact}__isnull": False}))

    def is_null(self) -> Q:
        return ~self.is_present()

    def equals(self, values: list[Any]) -> Q:
        return self._has(Q(**{f"{self.fact}__in": _by_type(values)[0]}))

    def compares(self, operator: str, value: Any) -> Q:
        numbers = _by_type([value])[0]
        return self._has(Q(**{f"{self.fact}__{operator}": numbers[0]})) if numbers else NOTHING

    def matches(self, pattern: str) -> Q:
        return NOTHING

    def sort_keys(self) -> list[Combinable]:
        return [Subquery(self.rows().filter(run=OuterRef("pk")).values(self.fact)[:1])]


METRIC_FACTS = ("last", "min", "max", "last_step", "min_step", "max_step")

_COLUMNS: dict[str, Target] = {
    "name": TextColumn("name"),
    "displayname": TextColumn("display_name"),
    "state": TextColumn("state"),
    "group": TextColumn("group"),
    "jobtype": TextColumn("job_type"),
    "host": TextColumn("host"),
    "username": TextColumn("owner__username"),
    "sweep": TextColumn("sweep_name"),
    "notes": TextColumn("notes"),
    "commit": TextColumn("commit"),
    "program": TextColumn("program"),
    "tags": Tags(),
    "createdat": TimeColumn("created_at"),
    "heartbeatat": TimeColumn("pulse__last_seen_at"),
    "updatedat": TimeColumn("updated_at"),
    "duration": Duration(),
}


def target_of(key: str) -> Target:
    """Return what a key addresses. Raises InvalidInput for a key that runs do not have.

    `run:state`, `config:lr`, `summary:loss` and `metric:loss:max`, as columns are called, read like `state`,
    `config.lr`, `summary.loss` and `metric.loss.max`.
    """
    name = key.removeprefix("run:").replace("_", "").lower()
    if name in _COLUMNS:
        return _COLUMNS[name]
    for prefix, make in _PREFIXES.items():
        if key.startswith(prefix) and len(key) > len(prefix):
            return make(key.removeprefix(prefix))
    known = ", ".join([*_COLUMNS, *(f"{prefix}<key>" for prefix in _PREFIXES)])
    sentence = f"Runs have no “{key}”. Known are {known}."
    raise InvalidInput(sentence, code="unknown_key", fields={"filters": sentence})


def _config(path: str) -> RunValues:
    """`lr`, `lr.value`, `net.value.depth`: the client wraps config values, we keep them plain."""
    first, *rest = path.split(".")
    if "value" not in rest:
        return RunValues(RunValue.Source.CONFIG, (path,))
    rest.remove("value")
    return RunValues(RunValue.Source.CONFIG, (path, ".".join([first, *rest])))


def _summary(path: str) -> RunValues:
    return RunValues(RunValue.Source.SUMMARY, (path,))


def _metric(path: str) -> Target:
    """`val/acc.max`, `val/acc:max`; without a word after it, the last value."""
    for sign in ":.":
        key, _, fact = path.rpartition(sign)
        if key and fact in METRIC_FACTS:
            return MetricFact(key, fact)
    return MetricFact(path, "last")


_PREFIXES: dict[str, Callable[[str], Target]] = {
    "config.": _config,
    "config:": _config,
    "summary:": _summary,
    "metric.": _metric,
    "metric:": _metric,
    "summary_metrics.": _summary,
    "summaryMetrics.": _summary,
    "summary.": _summary,
    "keys_info.keys.": HistoryKeys,
}
_LOOKUPS: dict[str, Any] = {
    "gt": GreaterThan,
    "gte": GreaterThanOrEqual,
    "lt": LessThan,
    "lte": LessThanOrEqual,
}


def instant(value: Any) -> datetime | None:
    """Return the instant an ISO text names, taken as UTC without a zone; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = parse_datetime(value)
        day = None if moment else parse_date(value)
    except ValueError:
        return None
    if day is not None:
        return datetime.combine(day, time.min, UTC)
    return make_aware(moment, UTC) if moment and is_naive(moment) else moment


def seconds(value: Any) -> timedelta | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return timedelta(seconds=value)
    except (OverflowError, ValueError):
        return None


def _by_type(values: list[Any]) -> tuple[list[float], list[str], list[str], list[dict[str, Any]]]:
    """Return (numbers, texts, booleans as texts, objects). Lists count as their JSON text, as they are kept."""
    numbers, texts, booleans, objects = [], [], [], []
    for value in values:
        if isinstance(value, dict):
            objects.append(value)
            continue
        flat = leaf("", value)
        if flat.is_boolean:
            booleans.append(flat.text or "")
        elif flat.text is not None:
            texts.append(flat.text)
        elif flat.number is not None:
            numbers.append(flat.number)
    return numbers, texts, booleans, objects
