"""What a history store takes, gives and promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines of one stream that one request brought, compressed (apps/runs/history/lines.py).

    `offset` numbers the first line: system metrics and console lines are known by offset + index. History is known by
    `_step`; only where `writer` is set (shared runs) the step is offset + index too. `first_step` and `last_step` are
    the least and the greatest step in the batch.
    """

    run_id: int
    stream: int
    seq: int
    line_count: int
    payload: bytes
    received_at: datetime
    offset: int = 0
    first_step: int | None = None
    last_step: int | None = None
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """How much of a stream is kept."""

    batch_count: int
    line_count: int
    byte_count: int
    last_seq: int


class HistoryStore(Protocol):
    """Batches of runs, known by (run, sequence, stream). What is committed is read by everyone at once."""

    def append(self, batches: Sequence[Batch]) -> None:
        """Keep new batches, within the caller's transaction. A known (run, sequence, stream) raises IntegrityError."""

    def read(
        self,
        run_id: int,
        *streams: int,
        after: int = 0,
        upto: int | None = None,
        steps: tuple[int | None, int | None] = (None, None),
    ) -> list[Batch]:
        """Return the batches with `after` < sequence ≤ `upto`, rising. `steps` (both ends included) leaves out those
        that hold no step of the range; batches without steps always come."""

    def span(self, run_id: int, stream: int) -> Span:
        """Return counts and the last sequence of a stream, all 0 where there is nothing. Reads no payload."""

    def truncate(self, run_id: int, *, upto: int) -> int:
        """Delete the batches up to a sequence. Returns how many."""

    def delete(self, run_id: int) -> None:
        """Delete everything of a run. A repeat changes nothing."""
