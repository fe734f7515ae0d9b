"""Coarse zoom levels lie in rows that span many row groups: worked out anew from the fine level and from few values."""

from typing import Any

import numpy as np
from django.db import migrations

from apps.runs.history.codec import split_parts, unpack_array
from apps.runs.history.groups import singles
from apps.runs.history.spans import coarse_of, respan
from apps.runs.history.zoom import FINE, SMALL, gather, unpack_buckets

VALUES, COARSEST = 0, 2


def span(apps: Any, schema_editor: Any) -> None:
    """One run after the other: a long one takes some seconds for each million values."""
    chunk = apps.get_model("runs", "HistoryChunk")
    chunk.objects.filter(level__gte=COARSEST).delete()
    streams = chunk.objects.filter(level__in=[VALUES, FINE]).order_by().values_list("run_id", "stream").distinct()
    for run_id, stream in list(streams):
        _span_stream(chunk, run_id, stream)


def _span_stream(chunk: Any, run_id: int, stream: int) -> None:
    fresh: dict[tuple[str, int], list[Any]] = {}
    paths: dict[str, Any] = {}
    rows = chunk.objects.filter(run_id=run_id, stream=stream, level__in=[VALUES, FINE]).order_by("key", "first_step")
    for key, level, row_count, path, payload in rows.values_list("key", "level", "row_count", "path", "payload"):
        if level == VALUES and row_count > SMALL:
            continue
        paths[key] = path or paths.get(key)
        for coarse, buckets in coarse_of(_fine(level, bytes(payload))).items():
            fresh.setdefault((key, coarse), []).append(buckets)
    made = [
        chunk(
            run_id=run_id,
            stream=stream,
            key=each.key,
            level=each.level,
            path=each.path,
            first_step=each.first_step,
            last_step=each.last_step,
            row_count=each.buckets.ints.shape[1],
            payload=each.buckets.pack(),
        )
        for each in respan([], fresh, [], paths).written
    ]
    chunk.objects.bulk_create(made, batch_size=200)


def _fine(level: int, payload: bytes) -> Any:
    if level == FINE:
        return unpack_buckets(payload)
    steps, values = map(unpack_array, split_parts(payload))
    return gather(singles(steps, values.astype(np.float64)), SMALL)


class Migration(migrations.Migration):
    dependencies = [("runs", "0004_trash")]
    # Backwards nothing is taken away: the code before reads coarse rows of any length.
    operations = [migrations.RunPython(span, migrations.RunPython.noop)]
