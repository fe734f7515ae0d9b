"""Resolve a line panel (protocols/wandb-reports.md 7, `Run History Line Plot`; ours under `x` in docs/panels.md)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from apps.core.formats import count
from apps.panels.kinds.line import choice, notes, statistics
from apps.panels.kinds.line.axes import x_axis, x_key, y_axis
from apps.panels.kinds.line.curves import GroupCells, Look, Wanted, read_cells, read_curves
from apps.panels.kinds.line.settings import MOST_KEYS, LineSettings, read_settings
from apps.panels.kinds.line.smoothing import is_strong, smooth
from apps.panels.kinds.line.subjects import Subject, Subjects, choose
from apps.panels.kinds.parts import is_active
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Floats, Line, Lines, Note, PanelData
from apps.runs.models import Run
from apps.runs.queries.series import Series

MOST_SAMPLES = 200  # runs of groups drawn one by one
_BANDS = {"minmax": "range", "stddev": "± 1 sd", "stderr": "± 1 se", "samples": "single runs behind"}
_METHODS = {"exponential": " by points", "gaussian": " points, Gaussian", "average": " points, running average"}


def line_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a line panel. Raises InvalidInput for patterns and expressions that cannot be read."""
    settings = read_settings(panel, scene)
    projects = list(dict.fromkeys(part.project for part in scene.resolved))
    settings = replace(settings, rule=choice.settled(settings.rule, projects))
    subjects = choose(settings, scene)
    wanted, told = _wanted(settings, subjects)
    x = x_key(settings, [each.text for each in wanted])
    look = _look(settings, scene, x)
    drawing = _Drawing(settings, subjects, look)
    lines = [line for each in wanted for line in drawing.lines(each)]
    lines = _smoothed(lines, settings, look)
    y, cut = y_axis(settings, lines)
    is_step = x == "_step" and not settings.x_expression
    return PanelData(
        kind="line",
        title=_title(settings, wanted),
        treatment=(*_treatment(settings, subjects, lines), *cut),
        marks=subjects.marks,
        body=Lines(
            x_axis(settings, x),
            y,
            tuple(lines),
            plot=settings.plot,
            tooltip=settings.tooltip,
            legend=settings.legend_place or ("south" if subjects.is_grouped and not settings.is_listed else ""),
        ),
        notes=tuple(
            dict.fromkeys(  # what is so for several keys is said once
                (*settings.notes, *told, *drawing.notes, *notes.of_panel(settings, scene, subjects, wanted, lines))
            )
        ),
        run_count=scene.run_count,
        drawn_count=len(subjects.runs),
        step_last=max((int(line.x[-1]) for line in lines if len(line.x)), default=None) if is_step else None,
        is_active=is_active(subjects.runs),
    )


class _Drawing:
    """Reads the lines of one panel. `notes` are what came up meanwhile."""

    def __init__(self, settings: LineSettings, subjects: Subjects, look: Look) -> None:
        self.settings, self.subjects, self.look = settings, subjects, look
        self.notes: list[Note] = []

    def lines(self, wanted: Wanted) -> list[Line]:
        single = [(place, each, each.runs[0]) for place, each in enumerate(self.subjects.drawn) if not each.is_group]
        groups = [(place, each) for place, each in enumerate(self.subjects.drawn) if each.is_group]
        found = self._single(wanted, single)
        if groups and self.settings.aggregate == "samples":
            return found + self._samples(wanted, groups)
        if groups:
            found += self._groups(wanted, groups)
            if self.settings.area == "samples":
                found = [replace(line, is_behind=True) for line in self._samples(wanted, groups)] + found
        return found

    def _single(self, wanted: Wanted, members: Sequence[tuple[int, Subject, Run]]) -> list[Line]:
        if not members:
            return []
        found = read_curves([run for _, _, run in members], wanted, self.look)
        return [
            self._line(place, subject, wanted, found[run.pk], run) for place, subject, run in members if run.pk in found
        ]

    def _samples(self, wanted: Wanted, subjects: Sequence[tuple[int, Subject]]) -> list[Line]:
        members = [(place, subject, run) for place, subject in subjects for run in subject.runs]
        if len(members) > MOST_SAMPLES:
            sentence = f"{MOST_SAMPLES} of {count(len(members))} runs are drawn one by one."
            self.notes.append(Note("samples_limited", sentence, run_count=len(members)))
        return self._single(wanted, members[:MOST_SAMPLES])

    def _line(self, place: int, subject: Subject, wanted: Wanted, curve: Series, run: Run) -> Line:
        line = Line(
            place,
            wanted.text,
            curve.x,
            curve.y,
            curve.low,
            curve.high,
            count=curve.count,
            nonfinite_count=curve.nonfinite_count,
            last=curve.last,
            run=run.display_name if subject.is_group else "",
        )
        return self._dressed(line, subject)

    def _groups(self, wanted: Wanted, subjects: Sequence[tuple[int, Subject]]) -> list[Line]:
        runs = {run.pk: run for _, subject in subjects for run in subject.runs}
        read = read_cells(list(runs.values()), wanted, self.look)
        if not read.is_exact:
            self.notes.append(notes.CELLS_NOT_EXACT)
        lines = [self._group(place, subject, wanted, read) for place, subject in subjects]
        self.notes += notes.ended_early(read, [subject for _, subject in subjects])
        return [line for line in lines if line is not None]

    def _group(self, place: int, subject: Subject, wanted: Wanted, read: GroupCells) -> Line | None:
        rows = [read.rows[run.pk] for run in subject.runs if run.pk in read.rows]
        mean, low, high = read.cells.mean[rows], read.cells.low[rows], read.cells.high[rows]
        there = np.count_nonzero(~np.isnan(mean), axis=0) if rows else np.zeros(len(read.cells.x), np.int64)
        least = len(rows) if self.settings.waits_for_all else 1
        is_shown = there >= max(least, 1)
        if not is_shown.any():
            return None
        mean, low, high = mean[:, is_shown], low[:, is_shown], high[:, is_shown]
        y = statistics.aggregate(mean, low, high, self.settings.aggregate)
        edges = statistics.band(mean, low, high, y, self.settings.area)
        least_of, most_of = edges or (None, None)
        line = Line(
            place,
            wanted.text,
            read.cells.x[is_shown],
            y,
            least_of,
            most_of,
            is_band=edges is not None,
            count=len(rows),
            last=float(y[-1]),
        )
        return self._dressed(line, subject)

    def _dressed(self, line: Line, subject: Subject) -> Line:
        """Give a line what a person chose for it alone, and its part of the legend."""
        names = [f"{name}:{line.key}" for name in (*subject.names, subject.mark.id)]
        line = self.settings.overrides.dress(line, names)
        legend = self.settings.legend
        if legend is None:
            return line
        about = {"metric": line.key, "key": line.key, "count": subject.mark.run_count}
        run_id, facts = subject.runs[0].pk, self.subjects.facts
        label = line.label or (legend.label(facts, run_id, about) if legend.is_of_lines else "")
        return replace(line, label=label, hint=legend.at_crosshair(facts, run_id, about))


def _wanted(settings: LineSettings, subjects: Subjects) -> tuple[list[Wanted], list[Note]]:
    if settings.expressions:
        return [Wanted(expression.text, expression) for expression in settings.expressions], []
    if settings.pattern:
        keys, told = choice.matching_keys(settings.pattern, subjects.runs)
        return [Wanted(key) for key in keys], told
    return [Wanted(key) for key in settings.keys[:MOST_KEYS]], []


def _look(settings: LineSettings, scene: Scene, x: str) -> Look:
    """The range that is looked at lies within the one that a person set."""
    low = max((each for each in (settings.x_low, scene.low) if each is not None), default=None)
    high = min((each for each in (settings.x_high, scene.high) if each is not None), default=None)
    return Look(x, scene.points, low, high, settings.x_expression)


def _smoothed(lines: list[Line], settings: LineSettings, look: Look) -> list[Line]:
    """Smooth what is drawn; bands stay as they are, so that no spike of a group is lost."""
    if not is_strong(settings.method, settings.weight) or not lines:
        return lines
    ends = [(line.x[0], line.x[-1]) for line in lines if len(line.x)]
    low = min((start for start, _ in ends), default=0.0) if look.low is None else look.low
    high = max((end for _, end in ends), default=1.0) if look.high is None else look.high
    xs = [np.asarray(line.x, np.float64) for line in lines]
    ys = smooth(xs, [line.y for line in lines], settings.method, settings.weight, span=float(high) - float(low))
    return [_with_original(line, y, settings) for line, y in zip(lines, ys, strict=True)]


def _with_original(line: Line, y: Floats, settings: LineSettings) -> Line:
    if settings.shows_original:
        return replace(line, y=y, original=line.y)
    return replace(line, y=y) if line.is_band else replace(line, y=y, low=None, high=None)


def _title(settings: LineSettings, wanted: Sequence[Wanted]) -> str:
    if settings.title:
        return settings.title
    if settings.pattern and len(wanted) > 3:
        return f"{settings.pattern}, {count(len(wanted))} keys"
    return ", ".join(each.text for each in wanted) or settings.pattern


def _treatment(settings: LineSettings, subjects: Subjects, lines: Sequence[Line]) -> list[str]:
    """What is done to the values, said beside the title."""
    told = [settings.unit] if settings.unit else []
    told += ["log"] if settings.is_y_log else []
    told += ["log x"] if settings.is_x_log else []
    if subjects.is_grouped:
        told.append(f"{statistics.WORDS[settings.aggregate]} per {', '.join(subjects.keys)}")
        if settings.aggregate != "samples" and settings.area != "none":
            told.append(_BANDS[settings.area])
    if settings.plot != "line":
        told.append("stacked" if settings.plot == "stacked-area" else "share of the sum")
    if settings.rule:
        told.append(choice.told(settings.rule, len(subjects.drawn)))
    if lines and is_strong(settings.method, settings.weight):
        told.append(f"smoothed {settings.weight:g}{_METHODS.get(settings.method, '')}")
    return told
