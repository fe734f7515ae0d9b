"""Bars: a value for each run or group, as bars, dots with ranges, boxes or violins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.core.formats import count
from apps.panels.kinds.config import Config
from apps.panels.kinds.parts import (
    Marks,
    Part,
    Parts,
    Wanted,
    columns_of_runs,
    is_active,
    missing_notes,
    parts_of,
    wanted_of,
)
from apps.panels.kinds.statistics import AGGREGATES, AREAS, WORDS, Box, aggregate, box_of, density, whiskers
from apps.panels.kinds.values import VALUES
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Array, Axis, Floats, Mark, Note, PanelData

PLOTS = ("bar", "dots", "boxplot", "violin")
SORTS = ("value", "rising", "name", "none")
DEFAULT_BARS = 20
MOST_BARS = 500
_CLOSE = 0.1  # bars whose values differ by less than this share of the largest are drawn as dots
_WHISKERS = {
    "stddev": "Whiskers are one standard deviation.",
    "stderr": "Whiskers are one standard error.",
    "minmax": "Whiskers reach from the lowest to the highest run.",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """`low` and `high` are the ends of the whiskers, `spread` the one deviation or error that they are; `box` and the
    density are of groups. `count` are the runs that have a value."""

    mark: int
    key: str
    value: float
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    count: int = 1
    box: Box | None = None
    density_at: Array | None = None
    density: Array | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """`area` says what whiskers are. Where `plot` is bar the axis begins at zero."""

    axis: Axis
    bars: tuple[Bar, ...]
    plot: str
    area: str
    is_vertical: bool
    has_keys: bool  # several metrics are drawn: each bar tells its own


def bar_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a bar chart (protocols/wandb-reports.md 7; ours are `x.value`, `x.plot`, `x.sort`)."""
    config = Config(panel, scene)
    fact = config.own_of("value", VALUES, "last")
    wanted = wanted_of(config, fact)
    plot = config.checked("plotStyle", config.own("plot") or config.text("plotStyle"), PLOTS, "")
    parts = parts_of(config, scene)
    is_box = plot in ("boxplot", "violin")
    if is_box and not parts.is_grouped:
        parts = _all_as_one(parts)
    how = config.one_of("groupAgg", AGGREGATES, "median" if is_box else "mean")
    area = config.one_of("groupArea", AREAS, _usual_area(how)) if parts.is_grouped and not is_box else "none"
    maker = _Maker(parts, wanted, how, area, plot)
    drawn = _sorted(maker.rows(), config, parts)
    shown = drawn[: min(config.count("barLimit") or config.count("limit") or DEFAULT_BARS, MOST_BARS)]
    marks = Marks(config, scene, [row.part for row in shown])
    bars = tuple(maker.bar(row, each, marks) for row in shown for each in wanted if each.text in row.values)
    plot = plot or _plot_for(bars, config)
    treatment = _treatment(config, parts, fact, how, plot) if bars else []
    return PanelData(
        kind="bar",
        title=config.text("chartTitle") or ", ".join(each.label for each in wanted),
        treatment=tuple(treatment),
        marks=tuple(marks.items),
        body=Bars(
            _axis(config, wanted, plot),
            bars,
            plot=plot,
            area=area,
            is_vertical=config.flag("vertical"),
            has_keys=len(wanted) > 1,
        ),
        notes=(*config.notes, *_notes(maker, wanted, area, plot, shown=len(shown), drawn=len(drawn))),
        run_count=scene.run_count,
        drawn_count=len({run.pk for row in shown for run in row.part.runs} or maker.runs),
        is_active=is_active([run for row in shown for run in row.part.runs]),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A part with its value for each metric that it has one of."""

    part: Part
    values: dict[str, float]


class _Maker:
    def __init__(self, parts: Parts, wanted: Sequence[Wanted], how: str, area: str, plot: str) -> None:
        self.parts, self.how, self.area, self.plot = parts, how, area, plot
        self.runs = parts.runs
        self.columns = columns_of_runs(self.runs, wanted)
        self._places = {run.pk: place for place, run in enumerate(self.runs)}

    def rows(self) -> list[_Row]:
        rows = []
        for part in self.parts.items:
            values = {text: self._value(part, text) for text in self.columns}
            known = {text: value for text, value in values.items() if np.isfinite(value)}
            if known:
                rows.append(_Row(part, known))
        return rows

    def bar(self, row: _Row, wanted: Wanted, marks: Marks) -> Bar:
        place, value = marks.place(row.part), row.values[wanted.text]
        if not row.part.is_group:
            return Bar(place, wanted.label, value)
        values = self._of(row.part, wanted.text)
        reach = whiskers(values, value, self.area)
        curve = density(values) if self.plot == "violin" else None
        return Bar(
            place,
            wanted.label,
            value,
            low=reach and reach[0],
            high=reach and reach[1],
            spread=(reach[1] - reach[0]) / 2 if reach and self.area in ("stddev", "stderr") else None,
            count=int(np.isfinite(values).sum()),
            box=box_of(values) if self.plot in ("boxplot", "violin") else None,
            density_at=curve and curve[0],
            density=curve and curve[1],
        )

    def missing(self, text: str) -> int:
        return int((~np.isfinite(self.columns[text])).sum())

    def _value(self, part: Part, text: str) -> float:
        if not part.is_group:
            return float(self.columns[text][self._places[part.runs[0].pk]])
        return aggregate(self._of(part, text), self.how)

    def _of(self, part: Part, text: str) -> Floats:
        return self.columns[text][[self._places[run.pk] for run in part.runs]]


def _all_as_one(parts: Parts) -> Parts:
    """Without groups a box is that of all runs."""
    runs = tuple(parts.runs)
    if not runs:
        return parts
    mark = Mark(id="group::all", label="All runs", slot=1, run_count=len(runs))
    return Parts([Part(runs, mark)], ())


def _usual_area(how: str) -> str:
    return {"mean": "stddev", "sum": "none"}.get(how, "minmax")


def _sorted(rows: list[_Row], config: Config, parts: Parts) -> list[_Row]:
    order = config.own_of("sort", SORTS, "value")
    if order == "none":
        return rows
    if order == "name":
        return sorted(rows, key=lambda row: _name(row.part))
    return sorted(rows, key=lambda row: next(iter(row.values.values())), reverse=order == "value")


def _name(part: Part) -> str:
    return part.mark_made.label if part.mark_made else part.runs[0].display_name


def _plot_for(bars: Sequence[Bar], config: Config) -> str:
    """Bars begin at zero. Where that would hide how values differ, or an axis begins elsewhere, dots are drawn."""
    values = np.array([each for bar in bars for each in (bar.value, bar.low, bar.high) if each is not None])
    begins_elsewhere = (config.number("xAxisMin") or 0) != 0
    if begins_elsewhere or not len(values) or (values.min() < 0 < values.max()):
        return "dots" if begins_elsewhere else "bar"
    largest = float(np.abs(values).max())
    is_close = len(bars) > 1 and float(values.max() - values.min()) < _CLOSE * largest
    return "dots" if is_close else "bar"


def _axis(config: Config, wanted: Sequence[Wanted], plot: str) -> Axis:
    """The axis of values, whichever way it lies: the client calls it x."""
    label = config.text("xAxisTitle") or (wanted[0].label if len(wanted) == 1 else "")
    low = config.number("xAxisMin")
    return Axis(
        wanted[0].text if wanted else "",
        label,
        unit=config.own("unit"),
        low=None if plot == "bar" else low,
        high=config.number("xAxisMax"),
    )


def _treatment(config: Config, parts: Parts, fact: str, how: str, plot: str) -> list[str]:
    told = [config.own("unit")] if config.own("unit") else []
    of_runs = f" of each run's {fact}" if fact in ("min", "max", "best") else ""
    if plot in ("boxplot", "violin"):
        told.append(f"per {', '.join(parts.keys)}{of_runs}" if parts.is_grouped else f"all runs{of_runs}")
    elif parts.is_grouped:
        told.append(f"{WORDS[how]} per {', '.join(parts.keys)}{of_runs}")
    elif fact in ("min", "max", "best"):
        told.append(fact)
    if plot in ("bar", "dots"):
        told.append("bar to zero" if plot == "bar" else "dots, axis not from zero")
    return told


def _notes(maker: _Maker, wanted: Sequence[Wanted], area: str, plot: str, *, shown: int, drawn: int) -> list[Note]:
    counts = {each.label: maker.missing(each.text) for each in wanted}
    notes = missing_notes(counts, len(maker.runs)) if maker.runs else []
    if shown < drawn:
        notes.append(Note("limited", f"{count(shown)} of {count(drawn)} {maker.parts.word} drawn.", run_count=drawn))
    if plot in ("bar", "dots") and area in _WHISKERS:
        notes.append(Note("whiskers", _WHISKERS[area]))
    if plot in ("boxplot", "violin"):
        notes.append(Note("whiskers", "Boxes are quartiles; whiskers end within 1.5 times their distance."))
    return notes
