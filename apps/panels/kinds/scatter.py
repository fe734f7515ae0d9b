"""Scatter: a dot for each run, by two of its values, coloured by a third."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from apps.core.formats import count
from apps.panels.facts import facts_of
from apps.panels.kinds.config import Config, Stop
from apps.panels.kinds.parts import Parts, is_active, missing_notes, parts_of
from apps.panels.kinds.statistics import Fit, fit_line, running
from apps.panels.kinds.values import VALUES, ValueKey, Values, value_key, values_of
from apps.panels.legends import parse_legend
from apps.panels.marks import address_of_run, slot_of
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Array, Axis, Floats, Mark, Note, PanelData
from apps.runs.models import Run

MOST_POINTS = 10_000
_TRACKS = (("max", "showMaxYAxisLine"), ("min", "showMinYAxisLine"), ("mean", "showAvgYAxisLine"))


@dataclass(frozen=True, slots=True)
class Track:
    """The lowest, highest or mean y of all points up to x."""

    how: str
    x: Array
    y: Array


@dataclass(frozen=True, slots=True)
class Points:
    """A dot for each run: its place, colour slot, and group (place in marks, -1 for none). Of a category the numbers
    count `names`. `runs`, `labels` and `addresses` are by dot."""

    x: Axis
    y: Axis
    z: Axis | None
    xs: Array
    ys: Array
    zs: Array | None
    slots: Array
    groups: Array
    x_names: tuple[str, ...]
    y_names: tuple[str, ...]
    z_names: tuple[str, ...]
    runs: tuple[str, ...]
    labels: tuple[str, ...]
    addresses: tuple[str, ...]
    gradient: tuple[Stop, ...]
    tracks: tuple[Track, ...]
    fit: Fit | None


def scatter_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a scatter plot over all runs that are shown (protocols/wandb-reports.md 7)."""
    config = Config(panel, scene)
    fact = config.own_of("value", VALUES, "summary")
    keys = {name: value_key(text, fact) for name in "xyz" if (text := config.text(f"{name}Axis"))}
    if "x" not in keys or "y" not in keys:
        return PanelData("scatter", config.text("chartTitle"), notes=(Note("no_axes", "Choose an x and a y axis."),))
    parts = parts_of(config, scene)
    runs = parts.runs
    columns = values_of(runs, keys.values())
    chosen = _Chosen(config, keys, columns)
    drawn = chosen.drawn[:MOST_POINTS]
    body = _body(config, chosen, parts, runs, drawn)
    return PanelData(
        kind="scatter",
        title=config.text("chartTitle") or f"{keys['y'].label} against {keys['x'].label}",
        treatment=tuple(_treatment(config, chosen, parts, body)),
        marks=_marks(parts),
        body=body,
        notes=(*config.notes, *_notes(chosen, len(runs))),
        run_count=scene.run_count,
        drawn_count=len(drawn) or len(runs),
        is_active=is_active(runs),
    )


class _Chosen:
    """Which runs can be drawn, and why the others cannot."""

    def __init__(self, config: Config, keys: dict[str, ValueKey], columns: dict[ValueKey, Values]) -> None:
        self.keys = keys
        self.columns = {name: columns[key] for name, key in keys.items()}
        self.axes = {name: _axis(config, name, self.columns[name]) for name in keys}
        self.labels = [keys[name].label for name in keys]
        x, y = self.columns["x"].numbers, self.columns["y"].numbers
        is_known = np.isfinite(x) & np.isfinite(y)
        is_positive = _fits(x, self.axes["x"]) & _fits(y, self.axes["y"])
        self.not_positive_count = int((is_known & ~is_positive).sum())
        is_inside = _inside(x, self.axes["x"]) & _inside(y, self.axes["y"])
        self.outside_count = int((is_known & is_positive & ~is_inside).sum())
        self.drawn = np.flatnonzero(is_known & is_positive & is_inside)

    def numbers(self, name: str, drawn: Array) -> Floats:
        return self.columns[name].numbers[drawn]

    def missing(self) -> dict[str, int]:
        """By key how many runs lack it."""
        return {self.keys[name].label: int((~column.is_known).sum()) for name, column in self.columns.items()}


def _body(config: Config, chosen: _Chosen, parts: Parts, runs: Sequence[Run], drawn: Array) -> Points:
    x, y = chosen.numbers("x", drawn), chosen.numbers("y", drawn)
    shown = [runs[place] for place in drawn]
    groups = {run.pk: place for place, part in enumerate(parts.items) if part.is_group for run in part.runs}
    log_x, log_y = chosen.axes["x"].is_log, chosen.axes["y"].is_log
    return Points(
        x=chosen.axes["x"],
        y=chosen.axes["y"],
        z=chosen.axes.get("z"),
        xs=x,
        ys=y,
        zs=chosen.numbers("z", drawn) if "z" in chosen.axes else None,
        slots=np.array([slot_of(run)[0] for run in shown], np.float64),
        groups=np.array([groups.get(run.pk, -1) for run in shown], np.float64),
        x_names=chosen.columns["x"].names,
        y_names=chosen.columns["y"].names,
        z_names=chosen.columns["z"].names if "z" in chosen.columns else (),
        runs=tuple(run.uid for run in shown),
        labels=tuple(_labels(config, shown)),
        addresses=tuple(map(address_of_run, shown)),
        gradient=config.gradient(),
        tracks=tuple(_tracks(config, x, y)),
        fit=fit_line(x, y, log_x=log_x, log_y=log_y) if config.flag("showLinearRegression") else None,
    )


def _labels(config: Config, runs: Sequence[Run]) -> list[str]:
    legend = parse_legend(config.value("legendTemplate"))
    if legend is None or not legend.text:
        return [run.display_name for run in runs]
    facts = facts_of(runs, legend.keys)
    return [legend.label(facts, run.pk, {"count": 1}) or run.display_name for run in runs]


def _tracks(config: Config, x: Floats, y: Floats) -> Iterator[Track]:
    """Yield the lines of what was lowest, highest or mean up to each x; one point for each x."""
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    is_last = np.append(x[1:] != x[:-1], True) if len(x) else np.zeros(0, bool)
    for how, setting in _TRACKS:
        if config.flag(setting) and len(x):
            yield Track(how, x[is_last], running(y, how)[is_last])


def _marks(parts: Parts) -> tuple[Mark, ...]:
    return tuple(part.mark_made for part in parts.items if part.mark_made) if parts.is_grouped else ()


def _axis(config: Config, name: str, column: Values) -> Axis:
    return Axis(
        column.key.text,
        config.text(f"{name}AxisTitle") or column.key.label,
        column.kind,
        is_log=config.flag(f"{name}AxisLogScale") and column.kind in ("number", "duration"),
        low=config.number(f"{name}AxisMin"),
        high=config.number(f"{name}AxisMax"),
    )


def _fits(values: Floats, axis: Axis) -> Array:
    return values > 0 if axis.is_log else np.ones(len(values), bool)


def _inside(values: Floats, axis: Axis) -> Array:
    low = -np.inf if axis.low is None else axis.low
    high = np.inf if axis.high is None else axis.high
    return (values >= low) & (values <= high)


def _treatment(config: Config, chosen: _Chosen, parts: Parts, body: Points) -> Iterator[str]:
    if unit := config.own("unit"):
        yield unit
    for name in "xy":
        if chosen.axes[name].is_log:
            yield f"{chosen.axes[name].label} log"
    if body.z:
        yield f"coloured by {body.z.label}{', log' if body.z.is_log else ''}"
    elif parts.is_grouped:
        yield f"coloured by {', '.join(parts.keys)}"
    for track in body.tracks:
        yield f"{ {'max': 'highest', 'min': 'lowest', 'mean': 'mean'}[track.how] } so far"
    if body.fit:
        yield f"linear fit, r² {body.fit.r2:.2f}"


def _notes(chosen: _Chosen, run_count: int) -> list[Note]:
    notes = missing_notes(chosen.missing(), run_count) if run_count else []
    if low := chosen.not_positive_count:
        sentence = f"{count(low)} {'point is' if low == 1 else 'points are'} zero or negative, not on a log axis."
        notes.append(Note("not_positive", sentence, run_count=low))
    if outside := chosen.outside_count:
        sentence = f"{count(outside)} {'point lies' if outside == 1 else 'points lie'} outside the ranges of the axes."
        notes.append(Note("outside", sentence, run_count=outside))
    if len(chosen.drawn) > MOST_POINTS:
        sentence = f"The first {count(MOST_POINTS)} of {count(len(chosen.drawn))} points are drawn."
        notes.append(Note("limited", sentence, run_count=len(chosen.drawn)))
    return notes
