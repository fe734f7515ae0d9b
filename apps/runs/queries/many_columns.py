"""Columns of many runs at once, in a few questions to the database.

Runs whose log is empty are read together from their chunks; the others one by one, with what has come since. The log is
looked at first, the chunks second, so that nothing acknowledged is missed.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from apps.runs.history.columns import Columns
from apps.runs.history.decoded import columns_of, with_control
from apps.runs.history.groups import Merged
from apps.runs.models import AppendLog, HistoryKey, Run, RunDigest, Stream
from apps.runs.stores.chunks import read_bases

T = TypeVar("T")
VALUES_AT_ONCE = 4_000_000  # of one key, read from the database together

Ends = tuple[int | None, int | None]
ALL: Ends = (None, None)


@dataclass(frozen=True, slots=True)
class View:
    """Which part of which key is looked at, along which axis."""

    key: str
    axis: str = "_step"
    low: float | None = None
    high: float | None = None
    stream: int = Stream.HISTORY

    @property
    def is_by_step(self) -> bool:
        return self.axis == "_step"

    @property
    def is_whole(self) -> bool:
        return self.low is None and self.high is None

    @property
    def keys(self) -> list[str]:
        return list(dict.fromkeys([self.key, self.axis]))


@dataclass(frozen=True, slots=True)
class KeyExtent:
    """How much of a key a run has: numbers in all, and the steps they lie between."""

    value_count: int
    first_step: int
    last_step: int

    @property
    def gap(self) -> float:
        """Steps from one value to the next, on average."""
        return (self.last_step - self.first_step) / max(self.value_count - 1, 1)

    def values_within(self, view: View) -> float:
        """Return about how many values lie in the range of steps that is looked at."""
        start = self.first_step if view.low is None else max(view.low, self.first_step)
        stop = self.last_step if view.high is None else min(view.high, self.last_step)
        share = (stop - start + 1) / (self.last_step - self.first_step + 1)
        return max(share, 0.0) * self.value_count


def waiting_runs(run_ids: Sequence[int], stream: int = Stream.HISTORY) -> set[int]:
    """Return the runs that have something in their log. One query."""
    log = AppendLog.objects.filter(run_id__in=run_ids, stream__in=with_control(stream))
    return set(log.values_list("run_id", flat=True).distinct())


def extents_of(run_ids: Sequence[int], key: str, stream: int = Stream.HISTORY) -> dict[int, KeyExtent]:
    """Return the extents of a key by run, as the catalogue has them; it may lag. Two queries."""
    firsts = dict(RunDigest.objects.filter(run_id__in=run_ids).values_list("run_id", "first_step"))
    rows = HistoryKey.objects.filter(run_id__in=run_ids, stream=stream, key=key)
    found = {}
    for run_id, count, nonfinite_count, last in rows.values_list("run_id", "count", "nonfinite_count", "last_step"):
        if count + nonfinite_count and last is not None:
            first = firsts.get(run_id) if stream == Stream.HISTORY else 0
            found[run_id] = KeyExtent(count + nonfinite_count, min(first or 0, last), last)
    return found


def without(by_run: Mapping[int, T], run_ids: Container[int]) -> dict[int, T]:
    """Return what is known of runs, without some of them."""
    return {run_id: each for run_id, each in by_run.items() if run_id not in run_ids}


def columns_of_runs(
    runs: Sequence[Run],
    keys: Sequence[str],
    *,
    stream: int = Stream.HISTORY,
    steps: Ends = ALL,
    counts: Mapping[int, float] | None = None,
) -> Iterator[tuple[Run, Merged]]:
    """Yield each run with columns of some keys; at least those between `steps`. Use them before the next is taken.

    With `counts`, about how many values of a key each run has there, so many runs are read at once as fit in memory.
    """
    waiting = waiting_runs([run.pk for run in runs], stream)
    for some in _portions([run for run in runs if run.pk not in waiting], counts or {}):
        bases = read_bases([run.pk for run in some], stream, keys, steps=steps)
        for run in some:
            if run.pk in bases:
                yield run, Merged(bases.pop(run.pk), Columns())
    for run in runs:
        if run.pk in waiting:
            with columns_of(run, stream, keys, steps=steps) as columns:
                yield run, columns


def _portions(runs: Sequence[Run], counts: Mapping[int, float]) -> Iterator[list[Run]]:
    """Yield runs that are read together: one at least, then as long as their values stay within VALUES_AT_ONCE."""
    portion: list[Run] = []
    count = 0.0
    for run in runs:
        count += counts.get(run.pk, 0.0)
        if portion and count > VALUES_AT_ONCE:
            yield portion
            portion, count = [], counts.get(run.pk, 0.0)
        portion.append(run)
    if portion:
        yield portion
