"""Rows of the catalogue for many runs."""

from collections.abc import Sequence

from django.db.models import QuerySet

from apps.runs.models import HistoryKey, Run

IN_ONE_QUERY = 500


def of_runs(rows: "QuerySet[HistoryKey]", runs: Sequence[Run]) -> "list[QuerySet[HistoryKey]]":
    """Return rows of the catalogue, in portions that every database takes."""
    ids = [run.pk for run in runs]
    return [rows.filter(run_id__in=ids[start : start + IN_ONE_QUERY]) for start in range(0, len(ids), IN_ONE_QUERY)]
