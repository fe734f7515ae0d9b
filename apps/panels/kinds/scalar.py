"""One number, or one for each group."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.core.formats import count
from apps.panels.kinds.config import Config
from apps.panels.kinds.parts import Marks, Part, Parts, columns_of_runs, is_active, missing_notes, parts_of, wanted_of
from apps.panels.kinds.statistics import AGGREGATES, AREAS, WORDS, aggregate, whiskers
from apps.panels.kinds.values import VALUES
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Floats, Mark, Note, PanelData
from apps.runs.models import Run

MOST_NUMBERS = 24


@dataclass(frozen=True, slots=True)
class Scalar:
    """`mark` is None for a number of all runs. `holder` is whose extreme it is; `count` the runs that have a value."""

    mark: int | None
    key: str
    value: float
    spread: float | None = None
    low: float | None = None
    high: float | None = None
    count: int = 1
    holder: Mark | None = None


@dataclass(frozen=True, slots=True)
class Scalars:
    numbers: tuple[Scalar, ...]
    unit: str
    has_keys: bool


def scalar_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a scalar chart: the value of the first run that has one; with `groupAgg` that of all runs; where runs are
    grouped that of each group."""
    config = Config(panel, scene)
    fact = config.own_of("value", VALUES, "last")
    wanted = wanted_of(config, fact)
    parts = parts_of(config, scene)
    how = config.one_of("groupAgg", AGGREGATES, "")
    area = config.one_of("groupArea", AREAS, "stddev" if how in ("", "mean") else "none")
    runs = parts.runs
    columns = columns_of_runs(runs, wanted)
    reader = _Reader(config, scene, runs, how or "mean", area)
    numbers: list[Scalar] = []
    for each in wanted:
        if parts.is_grouped:
            numbers += reader.of_groups(each.label, columns[each.text], parts.items)
        elif how:
            numbers += reader.of_all(each.label, columns[each.text])
        else:
            numbers += reader.of_first(each.label, columns[each.text], parts.items)
    counts = {each.label: int((~np.isfinite(columns[each.text])).sum()) for each in wanted}
    is_one = not parts.is_grouped and not how
    notes = [] if is_one and numbers else missing_notes(counts, len(runs)) if runs else []
    if len(numbers) > MOST_NUMBERS:
        notes.append(Note("limited", f"{MOST_NUMBERS} of {count(len(numbers))} numbers shown."))
    return PanelData(
        kind="scalar",
        title=config.text("chartTitle") or ", ".join(each.label for each in wanted),
        treatment=tuple(_treatment(config, parts, fact, how, len(runs))),
        marks=tuple(reader.marks.items),
        body=Scalars(tuple(numbers[:MOST_NUMBERS]), config.own("unit"), len(wanted) > 1),
        notes=(*config.notes, *notes),
        run_count=scene.run_count,
        drawn_count=1 if is_one and runs else len(runs),
        is_active=is_active(runs[:1] if is_one else runs),
    )


class _Reader:
    def __init__(self, config: Config, scene: Scene, runs: Sequence[Run], how: str, area: str) -> None:
        self.runs, self.how, self.area = list(runs), how, area
        self.marks = Marks(config, scene, [])
        self._config, self._scene = config, scene
        self._places = {run.pk: place for place, run in enumerate(self.runs)}

    def of_first(self, label: str, column: Floats, parts: Sequence[Part]) -> list[Scalar]:
        known = np.flatnonzero(np.isfinite(column))
        if not len(known):
            return []
        run = self.runs[int(known[0])]
        part = next(part for part in parts if part.runs[0].pk == run.pk)
        return [Scalar(self.marks.place(part), label, float(column[known[0]]))]

    def of_groups(self, label: str, column: Floats, parts: Sequence[Part]) -> list[Scalar]:
        found = []
        for part in parts:
            values = column[[self._places[run.pk] for run in part.runs]]
            if np.isfinite(values).any():
                found.append(self._number(self.marks.place(part), label, values, None))
        return found

    def of_all(self, label: str, column: Floats) -> list[Scalar]:
        known = np.isfinite(column)
        if not known.any():
            return []
        holder = None
        if self.how in ("min", "max"):
            extreme = np.nanargmin(column) if self.how == "min" else np.nanargmax(column)
            part = Part((self.runs[int(extreme)],))
            holder = Marks(self._config, self._scene, [part])
            holder.place(part)
        return [self._number(None, label, column, holder.items[0] if holder else None)]

    def _number(self, mark: int | None, label: str, values: Floats, holder: Mark | None) -> Scalar:
        value = aggregate(values, self.how)
        reach = whiskers(values, value, self.area)
        return Scalar(
            mark,
            label,
            value,
            spread=(reach[1] - reach[0]) / 2 if reach and self.area in ("stddev", "stderr") else None,
            low=reach[0] if reach and self.area == "minmax" else None,
            high=reach[1] if reach and self.area == "minmax" else None,
            count=int(np.isfinite(values).sum()),
            holder=holder,
        )


def _treatment(config: Config, parts: Parts, fact: str, how: str, run_count: int) -> list[str]:
    told = []
    if parts.is_grouped:
        told.append(f"{WORDS[how or 'mean']} per {', '.join(parts.keys)}")
    elif how:
        told.append(f"{WORDS[how]} of {count(run_count)} runs")
    if fact in ("min", "max", "best"):
        told.append(f"{fact} of each run" if how or parts.is_grouped else fact)
    return told
