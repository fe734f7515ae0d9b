"""One value per run, for thousands of runs in a handful of queries: metrics from the catalogue, config, summary, fields
of the run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.panels.facts import facts_of, rows_of, shown
from apps.panels.keys import Key, parse_key
from apps.panels.terms import AxisKind, Floats
from apps.runs.headlines import Goal, goal_of
from apps.runs.models import HistoryKey, Run
from apps.runs.queries.project_keys import metric_definitions

FACTS = ("last", "min", "max", "best")
VALUES = ("summary", *FACTS)
_TIMES = frozenset({"createdat", "heartbeatat", "updatedat"})
_WORDS = {"createdat": "Created", "heartbeatat": "Last sign of life", "updatedat": "Updated", "duration": "Duration"}


@dataclass(frozen=True, slots=True)
class ValueKey:
    """What of a run is drawn: a key, and of a metric which fact of the catalogue; without one its summary first."""

    key: Key
    fact: str = ""

    @property
    def label(self) -> str:
        return _WORDS.get(_field(self.key), self.key.name) if self.key.section == "run" else self.key.name

    @property
    def text(self) -> str:
        return f"metric:{self.key.name}:{self.fact}" if self.fact else self.key.text


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a key, one per run in their order. Numbers are NaN where missing; `names` of a category are what the
    numbers count, from 0."""

    key: ValueKey
    numbers: Floats
    kind: AxisKind = "number"
    names: tuple[str, ...] = ()

    @property
    def is_known(self) -> npt.NDArray[np.bool_]:
        return np.isfinite(self.numbers)


def value_key(raw: Any, fact: str = "") -> ValueKey:
    """Read a key as panels write it, or `metric:<key>:<fact>` as tables do. `fact` is of metrics that name none."""
    own = "" if fact == "summary" else fact
    if isinstance(raw, str) and raw.startswith("metric:"):
        name, _, named = raw.removeprefix("metric:").rpartition(":")
        if name and named in FACTS:
            return ValueKey(Key("summary", name), named)
        return ValueKey(Key("summary", raw.removeprefix("metric:")), own or "last")
    key = parse_key(raw)
    return ValueKey(key, own if key.section == "summary" else "")


def values_of(runs: Sequence[Run], keys: Iterable[ValueKey]) -> dict[ValueKey, Values]:
    """Return the values of keys. At most one query for each of config, summary, catalogue and times, and one for metric
    definitions where the best value is asked for; of more than 500 runs these read their projects.

    A metric that a run did not log counts by its summary. A bare name that no run has may be a field of the run.
    """
    wanted = list(dict.fromkeys(keys))
    found = _read(runs, wanted)
    bare = [key for key in wanted if key.key.section == "summary" and not found[key] and _is_field(key.key)]
    if bare:
        fields = _read(runs, [ValueKey(Key("run", key.key.name)) for key in bare])
        found |= {key: fields[ValueKey(Key("run", key.key.name))] for key in bare}
    return {key: _column(key, runs, found[key]) for key in wanted}


def _read(runs: Sequence[Run], wanted: Sequence[ValueKey]) -> dict[ValueKey, dict[int, Any]]:
    facts = facts_of(runs, [key.key for key in wanted if not _is_time(key.key)])
    logged = _catalogue(runs, [key for key in wanted if key.key.section == "summary"])
    moments = _moments(runs, {_field(key.key) for key in wanted if _is_time(key.key)})
    found = {}
    for key in wanted:
        if _is_time(key.key):
            found[key] = moments[_field(key.key)]
        else:
            said, known = dict(facts[key.key]), logged.get(key, {})
            found[key] = said | known if key.fact else known | said
    return found


def _catalogue(runs: Sequence[Run], wanted: Sequence[ValueKey]) -> dict[ValueKey, dict[int, float]]:
    """Return facts of metrics by run. A user's key goes before a system metric of the same name."""
    if not wanted or not runs:
        return {}
    rows = rows_of(HistoryKey.objects.filter(key__in={key.key.name for key in wanted}), runs)
    columns = _columns(runs, wanted)
    by_name: dict[str, list[ValueKey]] = {}
    for key in wanted:
        by_name.setdefault(key.key.name, []).append(key)
    mine = {run.pk for run in runs}
    found: dict[ValueKey, dict[int, float]] = {key: {} for key in wanted}
    fields = ("run_id", "key", "last", "min", "max")
    for run_id, name, *numbers in rows.order_by("-stream").values_list(*fields):
        if run_id in mine and name in by_name:
            for key in by_name[name]:
                value = numbers[columns[key]]
                if value is not None:
                    found[key][run_id] = value
    return found


def _columns(runs: Sequence[Run], wanted: Sequence[ValueKey]) -> dict[ValueKey, int]:
    """Return which of last, min, max a key reads. Best is what the metric's goal says, higher where it has none."""
    asks_best = any(key.fact == "best" for key in wanted)
    definitions = metric_definitions(runs[0].project) if asks_best else []
    places = {"": 0, "last": 0, "min": 1, "max": 2}
    return {
        key: (1 if goal_of(key.key.name, definitions) is Goal.MINIMISE else 2)
        if key.fact == "best"
        else places[key.fact]
        for key in wanted
    }


def _moments(runs: Sequence[Run], fields: set[str]) -> dict[str, dict[int, float]]:
    """Return instants as seconds since 1970, and durations in seconds."""
    found: dict[str, dict[int, float]] = {field: {} for field in fields}
    if not fields or not runs:
        return found
    if fields == {"createdat"}:
        return {"createdat": {run.pk: run.created_at.timestamp() for run in runs}}
    rows = rows_of(Run.objects.all(), runs, by="pk")
    names = ("pk", "created_at", "started_at", "finished_at", "pulse__last_seen_at", "updated_at")
    for pk, created, started, finished, seen, updated in rows.values_list(*names):
        length = ((finished or seen or created) - (started or created)).total_seconds()
        moments = {"createdat": created, "heartbeatat": seen, "updatedat": updated}
        for field in fields:
            moment = moments.get(field)
            if field == "duration":
                found[field][pk] = length
            elif moment is not None:
                found[field][pk] = moment.timestamp()
    return found


def _column(key: ValueKey, runs: Sequence[Run], found: Mapping[int, Any]) -> Values:
    values = [found.get(run.pk) for run in runs]
    if not all(value is None or _is_number(value) for value in values):
        return _category(key, [None if value in (None, "", []) else shown(value) for value in values])
    kind: AxisKind = "number"
    if _is_time(key.key):
        kind = "duration" if _field(key.key) == "duration" else "time"
    return Values(key, np.array([np.nan if value is None else value for value in values], np.float64), kind)


def _category(key: ValueKey, texts: Sequence[str | None]) -> Values:
    names = sorted({text for text in texts if text is not None}, key=_natural)
    places = {name: place for place, name in enumerate(names)}
    numbers = np.array([np.nan if text is None else places[text] for text in texts], np.float64)
    return Values(key, numbers, "category", tuple(names))


def _natural(text: str) -> tuple[int, float, str]:
    """Numbers by size before texts by letters."""
    try:
        return 0, float(text), text
    except ValueError:
        return 1, 0.0, text


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _field(key: Key) -> str:
    return key.name.replace("_", "").lower() if key.section == "run" else ""


def _is_time(key: Key) -> bool:
    return _field(key) in _TIMES or _field(key) == "duration"


def _is_field(key: Key) -> bool:
    name = key.name.replace("_", "").lower()
    return name in _TIMES or name in ("duration", "state", "group", "jobtype", "username", "host", "sweep")
