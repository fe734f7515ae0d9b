"""Whom bars, numbers and dots stand for: every run that is shown, or every group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.core.formats import count
from apps.panels.facts import facts_of
from apps.panels.groups import Colours
from apps.panels.kinds.config import Config
from apps.panels.kinds.line.expressions import Expression
from apps.panels.kinds.values import ValueKey, Values, value_key, values_of
from apps.panels.legends import Legend, parse_legend
from apps.panels.marks import mark_of_group, mark_of_run
from apps.panels.scene import Scene
from apps.panels.terms import Floats, Mark, Note
from apps.runs.models import ACTIVE, Run


@dataclass(frozen=True, slots=True)
class Part:
    """One run, or the runs of a group. Its mark is made when it is known to be drawn."""

    runs: tuple[Run, ...]
    mark_made: Mark | None = None  # of a group

    @property
    def is_group(self) -> bool:
        return self.mark_made is not None


@dataclass(frozen=True, slots=True)
class Parts:
    """`keys` are what groups, as a person reads it."""

    items: list[Part]
    keys: tuple[str, ...]

    @property
    def is_grouped(self) -> bool:
        return bool(self.keys)

    @property
    def runs(self) -> list[Run]:
        """Every run, each once."""
        return list({run.pk: run for part in self.items for run in part.runs}.values())

    @property
    def word(self) -> str:
        return "groups" if self.is_grouped else "runs"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A metric or an expression, as it is called."""

    text: str
    label: str
    keys: tuple[ValueKey, ...]
    expression: Expression | None = None

    def numbers(self, found: dict[ValueKey, Values]) -> Floats:
        """Return a number per run; NaN where one of the keys is missing or is a text."""
        columns = [_numbers(found[key]) for key in self.keys]
        if self.expression is None:
            return columns[0]
        return self.expression.of(dict(zip(self.expression.keys, columns, strict=True)))


def parts_of(config: Config, scene: Scene) -> Parts:
    """Return all runs that are shown, or all groups, in the order of the run sets."""
    grouping, colours = config.grouping(), Colours(scene.colours)
    items: list[Part] = []
    names: dict[str, None] = {}
    for part in scene.resolved:
        keys = part.run_set.grouping if grouping is None else grouping
        if not keys:
            items += [Part((run,)) for run in scene.runs(part)]
            continue
        names |= dict.fromkeys(key.name for key in keys)
        for group in scene.groups(part, keys):
            items.append(Part(group.runs, mark_of_group(group, colour=colours.of_group(group))))
    return Parts(items, tuple(names))


def wanted_of(config: Config, fact: str) -> list[Wanted]:
    """Return what is drawn: the expressions where there are some, else the metrics."""
    if expressions := config.expressions():
        return [
            Wanted(each.text, each.text, tuple(value_key(name, fact) for name in each.keys), each)
            for each in expressions
        ]
    keys = [(text, value_key(text, fact)) for text in config.metrics()]
    return [Wanted(text, key.label, (key,)) for text, key in keys]


def columns_of_runs(runs: Sequence[Run], wanted: Sequence[Wanted]) -> dict[str, Floats]:
    """Return a column of numbers for each metric or expression, in the order of the runs."""
    found = values_of(runs, [key for each in wanted for key in each.keys])
    return {each.text: each.numbers(found) for each in wanted}


class Marks:
    """The marks of the parts that are drawn, in the order in which they are first asked for."""

    def __init__(self, config: Config, scene: Scene, drawn: Sequence[Part]) -> None:
        self._colours = Colours(scene.colours)
        self._legend: Legend | None = parse_legend(config.value("legendTemplate"))
        self._facts = facts_of([part.runs[0] for part in drawn], self._legend.keys) if self._legend else {}
        self._places: dict[int, int] = {}
        self.items: list[Mark] = []

    def place(self, part: Part) -> int:
        if id(part) not in self._places:
            self._places[id(part)] = len(self.items)
            self.items.append(self._mark(part))
        return self._places[id(part)]

    def _mark(self, part: Part) -> Mark:
        run = part.runs[0]
        mark = part.mark_made or mark_of_run(run, colour=self._colours.of_run(run))
        if self._legend and self._legend.text:
            label = self._legend.label(self._facts, run.pk, {"count": mark.run_count})
            return replace(mark, label=label or mark.label)
        return mark


def missing_notes(counts: dict[str, int], total: int, among: str = "runs") -> list[Note]:
    """Tell how many runs have no value of a key: they are counted, not hidden."""
    notes = []
    for label, missing in counts.items():
        if not missing:
            continue
        one = among.removesuffix("s")
        who = f"None of the {count(total)} {among} has" if missing == total > 1 else None
        who = who or (
            f"The {one} has"
            if total == 1
            else f"{count(missing)} of {count(total)} {among} {'has' if missing == 1 else 'have'}"
        )
        negation = "a value of" if missing == total > 1 else "no"
        notes.append(Note("missing_key", f"{who} {negation} {label}.", (label,), missing))
    return notes


def is_active(runs: Sequence[Run]) -> bool:
    return any(run.state in ACTIVE for run in runs)


def _numbers(values: Values) -> Floats:
    return values.numbers if values.kind != "category" else values.numbers * float("nan")
