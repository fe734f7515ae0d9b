"""What a reader of a line panel must know beside the lines: who is missing, what cannot be drawn, what is not exact."""

from collections.abc import Sequence

import numpy as np

from apps.core.formats import count
from apps.panels.kinds.line.catalogue import of_runs
from apps.panels.kinds.line.curves import GroupCells, Wanted, stored_name
from apps.panels.kinds.line.settings import LineSettings
from apps.panels.kinds.line.subjects import Subject, Subjects
from apps.panels.run_sets import ResolvedRunSet
from apps.panels.scene import Scene
from apps.panels.terms import Line, Note
from apps.runs.models import HistoryKey

CELLS_NOT_EXACT = Note(
    "cells_not_exact", "Some runs are read from buckets wider than a cell of this view; zoom in for exact group values."
)


def of_panel(
    settings: LineSettings, scene: Scene, subjects: Subjects, wanted: Sequence[Wanted], lines: Sequence[Line]
) -> list[Note]:
    """Return the notes of a panel, the gravest first."""
    return [*_missing(scene, subjects, wanted, lines), *_not_drawn(settings, lines), *_limited(settings, subjects)]


def ended_early(read: GroupCells, subjects: Sequence[Subject]) -> list[Note]:
    """Tell of runs that end before their group does: from there on the group is another one."""
    is_there = ~np.isnan(read.cells.mean)
    early = []
    for subject in subjects:
        runs = [run for run in subject.runs if run.pk in read.rows and is_there[read.rows[run.pk]].any()]
        last = [int(np.flatnonzero(is_there[read.rows[run.pk]])[-1]) for run in runs]
        early += [run for run, end in zip(runs, last, strict=True) if end < max(last) - 1]
    if not early:
        return []
    who = early[0].display_name if len(early) == 1 else f"{count(len(early))} runs"
    sentence = f"{who} ended earlier and {'counts' if len(early) == 1 else 'count'} up to there."
    return [Note("ended_early", sentence, run_count=len(early))]


def _missing(scene: Scene, subjects: Subjects, wanted: Sequence[Wanted], lines: Sequence[Line]) -> list[Note]:
    """Name the keys that drawn runs do not log, and the run sets that have them."""
    drawn = len(subjects.drawn)
    if not drawn:
        return []
    found = []
    for each in wanted:
        there = len({line.mark for line in lines if line.key == each.text})
        if not there:
            found.append(_nowhere(scene, subjects, each))
        elif there < drawn:
            who = "groups" if subjects.is_grouped else "runs"
            sentence = f"{count(drawn - there)} of {count(drawn)} {who} {_do(drawn - there)} not log {each.text}."
            found.append(Note("missing_key", sentence, (each.text,), drawn - there))
    return found


def _nowhere(scene: Scene, subjects: Subjects, wanted: Wanted) -> Note:
    key, runs = stored_name(wanted.text), subjects.runs
    who = "The run does" if len(runs) == 1 else f"None of the {count(len(runs))} runs"
    if wanted.expression:
        names = wanted.expression.keys
        sentence = f"{who} {'not log' if len(runs) == 1 else 'logs'} {' and '.join(names)} at the same step."
        return Note("missing_key", sentence, names, len(runs))
    mine = HistoryKey.objects.filter(key=key, stream=wanted.stream)
    is_logged = any(some.exists() for some in of_runs(mine, runs))
    if is_logged:
        return Note("no_numbers", f"{wanted.text} holds no numbers here.", (wanted.text,), len(runs))
    others = [part for part in scene.resolved if _has(part, wanted)]
    sentence = f"{who} {'not log' if len(runs) == 1 else 'logs'} {wanted.text}."
    if others:
        sets = " and ".join(f"“{part.run_set.name or part.run_set.id}”" for part in others)
        sentence += f" The run set {sets} has it." if len(others) == 1 else f" The run sets {sets} have it."
    return Note("missing_key", sentence, (wanted.text,), len(runs), tuple(part.run_set.id for part in others))


def _has(part: ResolvedRunSet, wanted: Wanted) -> bool:
    """Whether a run of the set, drawn or not, logs numbers under a key."""
    rows = HistoryKey.objects.filter(
        project=part.project, key=stored_name(wanted.text), stream=wanted.stream, count__gt=0
    )
    mine = {run.pk for run in part.runs}
    return any(run_id in mine for run_id in rows.values_list("run_id", flat=True).iterator())


def _not_drawn(settings: LineSettings, lines: Sequence[Line]) -> list[Note]:
    found = []
    if bad := sum(line.nonfinite_count for line in lines):
        is_one = "value is" if bad == 1 else "values are"
        found.append(Note("nonfinite", f"{count(bad)} {is_one} NaN or infinite, drawn as gaps."))
    if settings.is_y_log and (low := sum(_not_positive(line) for line in lines)):
        is_one = "point is" if low == 1 else "points are"
        found.append(Note("not_positive", f"{count(low)} {is_one} zero or negative, not on a log axis."))
    if settings.is_x_log and (low := sum(int(np.count_nonzero(line.x <= 0)) for line in lines)):
        is_one = "point lies" if low == 1 else "points lie"
        found.append(Note("not_positive_x", f"{count(low)} {is_one} at zero or below, not on a log axis."))
    return found


def _not_positive(line: Line) -> int:
    is_low = np.asarray(line.y) <= 0
    return int(np.count_nonzero(is_low if line.low is None or line.is_band else is_low | (np.asarray(line.low) <= 0)))


def _limited(settings: LineSettings, subjects: Subjects) -> list[Note]:
    drawn, shown = len(subjects.drawn), subjects.shown_count
    if drawn >= shown or settings.rule:
        return []
    who = "groups" if subjects.is_grouped else "runs"
    return [Note("limited", f"{count(drawn)} of {count(shown)} {who} drawn.", run_count=shown)]


def _do(number: int) -> str:
    return "does" if number == 1 else "do"
