"""How columns of the run table are called: `run:state`, `config:lr`, `summary:loss`, `metric:val/acc:max`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.errors import InvalidInput
from apps.runs.filters import MetricFact, target_of
from apps.runs.filters.targets import METRIC_FACTS, Target
from apps.runs.headlines import Goal, goal_of
from apps.runs.models import RunValue

MAX_COLUMNS = 60
SECTIONS = ("run", "config", "summary", "metric")
SOURCES = {"config": RunValue.Source.CONFIG, "summary": RunValue.Source.SUMMARY}  # where values are kept
BEST = {"best": "", "best_step": "_step"}

# Own columns of a run: name → (words of its head, kind).
RUN_COLUMNS: dict[str, tuple[str, str]] = {
    "displayName": ("Name", "text"),
    "name": ("Id", "text"),
    "state": ("State", "state"),
    "createdAt": ("Created", "time"),
    "heartbeatAt": ("Last sign of life", "time"),
    "duration": ("Duration", "seconds"),
    "username": ("User", "user"),
    "group": ("Group", "text"),
    "jobType": ("Job type", "text"),
    "tags": ("Tags", "tags"),
    "notes": ("Notes", "text"),
    "host": ("Host", "text"),
    "sweep": ("Sweep", "text"),
    "commit": ("Commit", "text"),
}


@dataclass(frozen=True, slots=True)
class ColumnKey:
    """A column by name. `fact` is of metrics: last, min, max, best, or the step of one; `goal` says what best means."""

    section: str
    name: str
    fact: str = ""
    goal: Goal | None = None

    def __str__(self) -> str:
        return ":".join(part for part in (self.section, self.name, self.fact) if part)

    @property
    def label(self) -> str:
        return RUN_COLUMNS[self.name][0] if self.section == "run" else self.name

    @property
    def kind(self) -> str:
        """Return how values are shown: text, state, time, seconds, user, tags; else what they are, `value`."""
        if self.section == "run":
            return RUN_COLUMNS[self.name][1]
        return "value" if self.section in SOURCES else "step" if self.is_step else "number"

    @property
    def is_step(self) -> bool:
        return self.fact.endswith("_step")

    @property
    def field(self) -> str:
        """Return the field of the catalogue that a metric column shows."""
        if self.fact not in BEST:
            return self.fact
        return ("min" if self.goal == Goal.MINIMISE else "max") + BEST[self.fact]

    @property
    def target(self) -> Target:
        """Return what the language of filters calls this column."""
        return (
            MetricFact(self.name, self.field) if self.section == "metric" else target_of(f"{self.section}:{self.name}")
        )

    @property
    def path(self) -> str:
        """Return where a value of config or summary is kept: `lr.value` is kept as `lr`, as clients wrap it."""
        first, *rest = self.name.split(".")
        if self.section == "config" and "value" in rest:
            rest.remove("value")
        return ".".join([first, *rest])


@dataclass(frozen=True, slots=True)
class Column:
    """A column with one value per row; None where a run has none."""

    key: ColumnKey
    values: list[Any]


def column_keys(names: Iterable[str], definitions: Any = None) -> list[ColumnKey]:
    """Read names of columns; doubles count once. `definitions` are those of the project's metrics, for `best`.

    A metric of which nobody said which way is better counts as better when higher. Raises InvalidInput.
    """
    keys = [column_key(name, definitions) for name in dict.fromkeys(names)]
    if len(keys) > MAX_COLUMNS:
        sentence = f"A table has at most {MAX_COLUMNS} columns at a time."
        raise InvalidInput(sentence, code="too_many_columns", fields={"columns": sentence})
    return keys


def column_key(name: str, definitions: Any = None) -> ColumnKey:
    section, _, rest = name.partition(":")
    if section == "metric" and rest:
        key, _, fact = rest.rpartition(":")
        if not key or fact not in {*METRIC_FACTS, *BEST}:
            key, fact = rest, "last"
        return ColumnKey(section, key, fact, goal_of(key, definitions))
    if section in SOURCES and rest:
        return ColumnKey(section, rest)
    if section == "run" and rest in RUN_COLUMNS:
        return ColumnKey(section, rest)
    sentence = f"There is no column “{name}”. Columns are called {', '.join(f'{word}:<name>' for word in SECTIONS)}."
    raise InvalidInput(sentence, code="unknown_column", fields={"columns": sentence})


def order_keys(words: Sequence[str], definitions: Any = None) -> list[tuple[ColumnKey, bool]]:
    """Read an order: `-metric:val/acc:max` is descending, without a sign or with a plus it rises."""
    return [(column_key(word.lstrip("+-"), definitions), word.startswith("-")) for word in words]


def speaks_of_best(names: Iterable[str]) -> bool:
    """Whether a name asks for the best of a metric, so that the project's definitions are needed."""
    return any(name.lstrip("+-").startswith("metric:") and ":best" in name for name in names)
