"""Erasing what a run logged, so that its bytes come back."""

from apps.runs.actions.history_files import withdraw_history_files
from apps.runs.models import AppendLog, HistoryChunk, HistoryKey, RunDigest, RunValue, WriterMark


def erase_run_data(run_id: int) -> None:
    """Delete log, chunks, catalogue and values of a run; what was worked out is forgotten. A repeat changes nothing."""
    withdraw_history_files(run_id)
    for model in (AppendLog, HistoryChunk, WriterMark, HistoryKey, RunValue):
        model._default_manager.filter(run_id=run_id).delete()
    RunDigest.objects.filter(run_id=run_id).delete()
    RunDigest.objects.create(run_id=run_id)
