"""Where the streams of runs are kept, behind a Protocol.

store = history_store()
store.append([batch, …])                      # inside the caller's transaction
store.read(run.pk, Stream.HISTORY, after=7)   # in the order of the sequence
"""

from apps.runs.stores.append_log import AppendLogStore
from apps.runs.stores.terms import Batch, HistoryStore, Span

__all__ = ["Batch", "HistoryStore", "Span", "history_store"]

_store = AppendLogStore()


def history_store() -> HistoryStore:
    """Return the store of this installation."""
    return _store
