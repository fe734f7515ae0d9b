"""Manifests say whether wall time rises with the steps, so that charts along time are drawn from zoom levels."""

from functools import reduce
from typing import Any

from django.db import migrations

from apps.runs.history.codec import split_parts, unpack_array
from apps.runs.history.groups import Clock, Manifest, clock_of

MANIFEST, AXES = -3, -2


def read_clocks(apps: Any, schema_editor: Any) -> None:
    """One stream after the other: some tenths of a second for each million steps."""
    chunk = apps.get_model("runs", "HistoryChunk")
    rows = chunk.objects.filter(key="", level=MANIFEST, first_step=0)
    for run_id, stream in list(rows.values_list("run_id", "stream")):
        axes = chunk.objects.filter(run_id=run_id, stream=stream, key="", level=AXES).values_list("payload", flat=True)
        clocks = [_clock(bytes(payload)) for payload in axes.iterator(chunk_size=100)]
        one = rows.filter(run_id=run_id, stream=stream)
        known = Manifest.unpack(bytes(one.values_list("payload", flat=True).get()))
        kept = Manifest(known.seq, known.end, reduce(Clock.and_also, clocks) if clocks else Clock())
        one.update(payload=kept.pack())


def _clock(payload: bytes) -> Clock:
    _, *times = split_parts(payload)
    return clock_of(*(unpack_array(packed).astype("float64") if packed else None for packed in times))


class Migration(migrations.Migration):
    dependencies = [("runs", "0006_history_files")]
    # Backwards nothing is taken away: manifests go on with what they are asked for.
    operations = [migrations.RunPython(read_clocks, migrations.RunPython.noop)]
