"""Background work of runs: ids in, one action out."""

from apps.core.jobs import job
from apps.runs import actions


@job("runs.digest", timeout_seconds=120)
def digest(run_id: int) -> None:
    pass


@job("runs.read_metadata")
def read_metadata(run_id: int) -> None:
    pass


@job("runs.drop_blob")
def drop_blob(blob_id: int, key: str) -> None:
    actions.drop_blob(blob_id, key)
