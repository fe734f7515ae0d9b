"""One key of many runs at once: what a chart of a project draws, in a few questions to the database."""

from collections.abc import Sequence

from apps.runs.history.decoded import with_control
from apps.runs.models import AppendLog, HistoryKey, Run, Stream
from apps.runs.queries.series import Series, draw_buckets, level_for, series
from apps.runs.stores.chunks import read_zooms


def series_of_runs(runs: Sequence[Run], key: str, *, points: int = 300) -> dict[int, Series]:
    """Return the series of a key along `_step` by run id; runs without numbers of it are left out.

    Runs that are wholly compacted and long enough are read together from their zoom levels, the others one by one.
    As fresh as what is acknowledged: the log is looked at first, the chunks second.
    """
    waiting = _with_log([run.pk for run in runs])
    found: dict[int, Series] = {}
    for level, run_ids in _levels([run.pk for run in runs if run.pk not in waiting], key, points).items():
        for run_id, buckets in read_zooms(run_ids, Stream.HISTORY, key, level).items():
            found[run_id] = draw_buckets(key, buckets, points)
    for run in runs:
        if run.pk not in found:
            for each in series(run, [key], points=points).series:
                found[run.pk] = each
    return found


def _with_log(run_ids: Sequence[int]) -> set[int]:
    log = AppendLog.objects.filter(run_id__in=run_ids, stream__in=with_control(Stream.HISTORY))
    return set(log.values_list("run_id", flat=True).distinct())


def _levels(run_ids: Sequence[int], key: str, points: int) -> dict[int, list[int]]:
    """Return the zoom level that fits, and the runs for which it is that."""
    rows = HistoryKey.objects.filter(run_id__in=run_ids, stream=Stream.HISTORY, key=key)
    levels: dict[int, list[int]] = {}
    for run_id, count, nonfinite_count in rows.values_list("run_id", "count", "nonfinite_count"):
        level = level_for(count + nonfinite_count, points)
        if level:
            levels.setdefault(level, []).append(run_id)
    return levels
