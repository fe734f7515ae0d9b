"""Which panel draws a key by itself, from the kinds of values that were logged under it."""

from collections.abc import Sequence
from typing import Any

MEDIA = frozenset(
    "image-file images/separated images audio-file audio video-file videos html-file object3D-file molecule-file "
    "plotly-file bokeh-file".split()
)
TABLES = frozenset({"table-file", "incremental-table-file", "joined-table", "partitioned-table"})
HISTOGRAMS = frozenset({"histogram"})


def panel_for_key(key: str, types: Sequence[str]) -> dict[str, Any]:
    """Return `viewType` and `config` of the panel for a key. `types` are its kinds, the most frequent first."""
    kind = types[0] if types else "number"
    if kind in HISTOGRAMS:
        return {"viewType": "Histogram", "config": {"metrics": [key]}}
    if kind in TABLES:
        return {"viewType": "Table", "config": {"tableKey": key}}
    if kind in MEDIA:
        return {"viewType": "Media Browser", "config": {"mediaKeys": [key]}}
    return {"viewType": "Run History Line Plot", "config": {"metrics": [key]}}
