"""Erasing what a run logged, so that its bytes come back."""

from typing import Any

from django.db.models import QuerySet

from apps.runs.actions.history_files import withdraw_history_files
from apps.runs.models import AppendLog, HistoryChunk, HistoryKey, RunDigest, RunPulse, RunValue, WriterMark

ROWS_AT_ONCE = 500  # bounds one transaction: rows of history are some ten kilobytes long


def erase_run_data(run_id: int) -> None:
    """Delete log, chunks, catalogue and values of a run; what was worked out is forgotten. A repeat changes nothing.

    In short transactions; safe to cut off. SQLite's free pages go back to the file system by `core.reclaim_space`.
    """
    withdraw_history_files(run_id)
    _forget_digest(run_id)
    for model, by in ((AppendLog, "seq"), (HistoryChunk, "first_step"), (HistoryKey, "key"), (RunValue, "key")):
        _delete_in_portions(model._default_manager.filter(run_id=run_id), by)
    WriterMark.objects.filter(run_id=run_id).delete()


def _forget_digest(run_id: int) -> None:
    """Set a digest back, as one that has seen all: what is being worked out meanwhile no longer fits it."""
    seq = RunPulse.objects.filter(run_id=run_id).values_list("seq", flat=True).first() or 0
    names = {field.name for field in RunDigest._meta.fields} - {"run"}
    fresh: dict[str, Any] = {name: getattr(RunDigest(), name) for name in names} | {"seq": seq, "summary_seq": seq}
    RunDigest.objects.update_or_create(run_id=run_id, defaults=fresh)


def _delete_in_portions(rows: QuerySet[Any], by: str) -> None:
    while (last := rows.order_by(by).values_list(by, flat=True)[ROWS_AT_ONCE : ROWS_AT_ONCE + 1].first()) is not None:
        rows.filter(**{f"{by}__lte": last}).delete()
    rows.delete()
