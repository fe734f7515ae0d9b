"""Histograms over steps: the distribution that a run logged at each step, side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.panels.marks import mark_of_run
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Axis, Floats, Note, PanelData
from apps.runs.history.decoded import columns_of
from apps.runs.models import ACTIVE, HistoryKey, Run, Stream

BIN_COUNT = 48
MOST_COLUMNS = 200
MOST_HISTOGRAMS = 4_000  # read at most; of more every second, third … step
_MOST_BINS = 10_000  # of one histogram
_LOOKED_AT = 500

Steps = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between edges, of which there is one more."""

    edges: Floats
    counts: Floats


@dataclass(frozen=True, slots=True)
class HistogramColumns:
    """A heat map. Column n holds the histograms of `steps[n]` to `step_ends[n]`, `merged[n]` of them; `counts` lie
    column by column and are sums, so that no value is lost. All columns have the same edges."""

    x: Axis
    y: Axis
    steps: Steps
    step_ends: Steps
    merged: Floats
    edges: Floats
    counts: Floats
    value_count: float  # of one histogram, the largest


def histogram_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a heat map of one run: `x.run` by name or uid, else the first shown that logs such a key."""
    key = next((str(name) for name in panel.config.get("metrics") or ()), "")
    shown = scene.shown
    run = _chosen(shown, key, str(panel.extras.get("run") or ""))
    if run is None:
        return PanelData("histogram", _title(panel, key), run_count=len(shown))
    logged, skipped = _logged(run, key, scene.low, scene.high)
    read = _thinned(logged, MOST_HISTOGRAMS)
    steps, found, broken_count = _readable(read)
    body = columns_over_steps(steps, found, min(MOST_COLUMNS, scene.points)) if found else None
    mark = mark_of_run(run)
    return PanelData(
        kind="histogram",
        title=_title(panel, key),
        treatment=("histogram over steps", mark.label),
        marks=(mark,),
        body=body and body_of(body, key),
        notes=tuple(_notes(key, len(logged), len(read), broken_count, skipped)),
        run_count=len(shown),
        drawn_count=1,
        step_last=logged[-1][0] if logged else None,
        is_active=run.state in ACTIVE,
    )


@dataclass(frozen=True, slots=True)
class Rebinned:
    """What `columns_over_steps` works out."""

    steps: Steps
    step_ends: Steps
    merged: Floats
    edges: Floats
    counts: Floats  # (columns, bins)
    value_count: float


def columns_over_steps(steps: Steps, histograms: Sequence[Histogram], columns: int) -> Rebinned:
    """Bring histograms to common edges and at most so many columns. The sum of all counts stays what it was.

    Counts are taken as spread evenly within their bins. Neighbouring steps that share a column are added up.
    """
    edges = _common_edges(histograms)
    fine = np.array([rebin(each, edges) for each in histograms])
    starts = np.unique(np.linspace(0, len(histograms), min(columns, len(histograms)) + 1).astype(np.int64)[:-1])
    ends = np.append(starts[1:], len(histograms)) - 1
    return Rebinned(
        steps=steps[starts],
        step_ends=steps[ends],
        merged=(ends - starts + 1).astype(np.float64),
        edges=edges,
        counts=np.add.reduceat(fine, starts, axis=0),
        value_count=max(float(each.counts.sum()) for each in histograms),
    )


def rebin(histogram: Histogram, edges: Floats) -> Floats:
    """Split counts in proportion among other edges, which reach at least as far."""
    below = np.concatenate(([0.0], np.cumsum(histogram.counts)))
    return np.diff(np.interp(edges, histogram.edges, below))


def read_histogram(value: Any) -> Histogram | None:
    """Read what clients log (protocols/wandb.md 9.5), None for what is broken."""
    if not isinstance(value, dict) or value.get("_type") != "histogram":
        return None
    try:
        counts = np.asarray(value.get("values"), np.float64)
        edges = _edges(value, len(counts))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if counts.ndim != 1 or edges.ndim != 1 or not 0 < len(counts) == len(edges) - 1 <= _MOST_BINS:
        return None
    is_sound = np.isfinite(counts).all() and (counts >= 0).all() and np.isfinite(edges).all()
    is_rising = (np.diff(edges) >= 0).all() and edges[-1] > edges[0]
    return Histogram(edges, counts) if is_sound and is_rising else None


def body_of(found: Rebinned, key: str) -> HistogramColumns:
    return HistogramColumns(
        x=Axis("_step", "Step", "step"),
        y=Axis(key, key, low=float(found.edges[0]), high=float(found.edges[-1])),
        steps=found.steps,
        step_ends=found.step_ends,
        merged=found.merged,
        edges=found.edges,
        counts=found.counts.ravel(),
        value_count=found.value_count,
    )


def _edges(value: dict[str, Any], count: int) -> Floats:
    packed = value.get("packedBins")
    if not isinstance(packed, dict):
        return np.asarray(value.get("bins"), np.float64)
    low, size = float(packed["min"]), float(packed["size"])
    edges: Floats = low + size * np.arange(count + 1, dtype=np.float64)
    return edges if packed.get("count", count) == count else np.empty(0)


def _common_edges(histograms: Sequence[Histogram]) -> Floats:
    """Return even edges from the lowest to the highest bin that holds anything; all bins where none does."""
    spans = [_span(each) for each in histograms]
    held = [span for span in spans if span is not None] or [(each.edges[0], each.edges[-1]) for each in histograms]
    return np.linspace(min(low for low, _ in held), max(high for _, high in held), BIN_COUNT + 1)


def _span(histogram: Histogram) -> tuple[float, float] | None:
    held = np.flatnonzero(histogram.counts)
    return (float(histogram.edges[held[0]]), float(histogram.edges[held[-1] + 1])) if len(held) else None


def _chosen(shown: Sequence[Run], key: str, wanted: str) -> Run | None:
    if wanted:
        return next((run for run in shown if wanted in (run.name, run.uid)), None)
    first = shown[:_LOOKED_AT]
    rows = HistoryKey.objects.filter(run_id__in=[run.pk for run in first], stream=Stream.HISTORY, key=key)
    logging = {run_id for run_id, types in rows.values_list("run_id", "type_counts") if "histogram" in types}
    return next((run for run in first if run.pk in logging), next(iter(first), None))


def _logged(run: Run, key: str, low: float | None, high: float | None) -> tuple[list[tuple[int, Any]], int]:
    """Return (step, value) of what is no number, by step, and how many numbers stand between."""
    span = (None if low is None else int(np.floor(low)), None if high is None else int(np.ceil(high)))
    with columns_of(run, Stream.HISTORY, [key], steps=span) as columns:
        column = columns.column(key)
        others, number_count = dict(column.others), len(column.numbers()[0])
    within = [
        (step, value)
        for step, value in sorted(others.items())
        if (span[0] is None or step >= span[0]) and (span[1] is None or step <= span[1])
    ]
    return within, number_count


def _thinned(logged: list[tuple[int, Any]], most: int) -> list[tuple[int, Any]]:
    return logged[:: -(-len(logged) // most)] if len(logged) > most else logged


def _readable(logged: list[tuple[int, Any]]) -> tuple[Steps, list[Histogram], int]:
    read = [(step, read_histogram(value)) for step, value in logged]
    found = [(step, histogram) for step, histogram in read if histogram is not None]
    steps = np.array([step for step, _ in found], np.int64)
    return steps, [histogram for _, histogram in found], len(read) - len(found)


def _notes(key: str, logged: int, read: int, broken: int, numbers: int) -> Iterator[Note]:
    if not logged:
        sentence = f"This run logs numbers under {key}, no histograms." if numbers else f"This run logs no {key}."
        yield Note("missing_key", sentence, (key,), 1)
    if read < logged:
        yield Note("sampled", f"{read} of {logged} histograms are read, evenly spread over the steps.", (key,))
    if broken:
        what = (
            "1 value is no histogram and left out." if broken == 1 else f"{broken} values are left out: no histograms."
        )
        yield Note("broken_values", what, (key,))


def _title(panel: PanelSpec, key: str) -> str:
    return str(panel.config.get("chartTitle") or key)
