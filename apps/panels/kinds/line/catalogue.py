"""Rows of the catalogue for many runs."""

from collections.abc import Sequence

from django.db.models import QuerySet

from apps.core.chunks import chunks
from apps.runs.models import HistoryKey, Run


def of_runs(rows: "QuerySet[HistoryKey]", runs: Sequence[Run]) -> "list[QuerySet[HistoryKey]]":
    """Return rows of the catalogue, in portions that every database takes."""
    return [rows.filter(run_id__in=some) for some in chunks([run.pk for run in runs])]
