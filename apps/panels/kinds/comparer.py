"""Runs side by side: what they were given, what came out, and where they differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.panels.marks import mark_of_run
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Note, PanelData
from apps.runs.models import Run, RunValue

DEFAULT_RUNS, MOST_RUNS = 10, 50
MOST_ROWS = 2_000
_SECTIONS = {RunValue.Source.CONFIG.value: "Config", RunValue.Source.SUMMARY.value: "Summary"}
_FACTS = (("Group", "group"), ("Job type", "job_type"), ("Host", "host"), ("Commit", "commit"), ("Program", "program"))


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One key; a value for each run in the order of the marks, None where it has none."""

    section: str  # Run, Config, Summary
    key: str
    values: tuple[Any, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Compared:
    rows: tuple[ComparedRow, ...]
    differing_count: int
    is_only_differing: bool


def comparer_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a run comparer over the first runs shown: `x.run_limit`, at most MOST_RUNS.

    `diffOnly` leaves out what is alike in all of them. Two queries.
    """
    shown = scene.shown
    asked = panel.extras.get("run_limit")
    runs = shown[: min(asked if isinstance(asked, int) and asked > 0 else DEFAULT_RUNS, MOST_RUNS)]
    rows = [*_facts(runs), *_values(runs)]
    only = bool(panel.config.get("diffOnly"))
    differing = [row for row in rows if row.differs]
    kept = differing if only else rows
    notes = [Note("cut", f"The first {MOST_ROWS:,} of {len(kept):,} rows are shown.")] if len(kept) > MOST_ROWS else []
    if len(runs) < len(shown):
        notes.append(Note("drawn", f"{len(runs)} of {len(shown)} runs are compared."))
    return PanelData(
        kind="comparer",
        title=str(panel.config.get("chartTitle") or "Run comparer"),
        treatment=("only what differs",) if only else (),
        marks=tuple(mark_of_run(run) for run in runs),
        body=Compared(tuple(kept[:MOST_ROWS]), len(differing), only),
        notes=tuple(notes),
        run_count=len(shown),
        drawn_count=len(runs),
    )


def _facts(runs: Sequence[Run]) -> Iterator[ComparedRow]:
    full = {
        run.pk: run for run in Run.objects.filter(pk__in=[run.pk for run in runs]).only(*(name for _, name in _FACTS))
    }
    for label, name in _FACTS:
        values = [getattr(full[run.pk], name) or None if run.pk in full else None for run in runs]
        if any(value is not None for value in values):
            yield _row("Run", label, values)


def _values(runs: Sequence[Run]) -> Iterator[ComparedRow]:
    """Yield config before summary, each by key; keys of the client itself are left out."""
    rows = RunValue.objects.filter(run_id__in=[run.pk for run in runs]).exclude(key__startswith="_")
    places = {run.pk: place for place, run in enumerate(runs)}
    found: dict[tuple[int, str], list[Any]] = {}
    columns = ("run_id", "source", "key", "number", "text", "is_boolean")
    for run_id, source, key, number, text, is_boolean in rows.values_list(*columns):
        values = found.setdefault((source, key), [None] * len(runs))
        values[places[run_id]] = (text == "true") if is_boolean else number if number is not None else text
    for (source, key), values in sorted(found.items(), key=lambda item: item[0]):
        yield _row(_SECTIONS[source], key, values)


def _row(section: str, key: str, values: Sequence[Any]) -> ComparedRow:
    differs = any(value != values[0] or type(value) is not type(values[0]) for value in values[1:])
    return ComparedRow(section, key, tuple(values), differs)
