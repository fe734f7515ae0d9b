"""Background work of runs: ids in, one action out."""

import time

from django.conf import settings

from apps.core.jobs import job, periodic
from apps.runs import actions


@job("runs.digest", timeout_seconds=120)
def digest(run_id: int) -> None:
    """Work out what came, then compact: only what is digested leaves the log."""
    actions.digest_run(run_id)
    actions.compact_run(run_id)


@job("runs.read_metadata")
def read_metadata(run_id: int) -> None:
    actions.read_metadata(run_id)


@job("runs.drop_blob")
def drop_blob(blob_id: int, key: str) -> None:
    actions.drop_blob(blob_id, key)


STARTED = time.monotonic()
GRACE_SECONDS = 90  # after a start: clients that could not reach us come back within a minute


@periodic("runs.mark_crashed", seconds=30)
def mark_crashed() -> None:
    if time.monotonic() - STARTED >= min(GRACE_SECONDS, settings.CARNET_CRASHED_AFTER_SECONDS):
        actions.mark_crashed_runs()


@periodic("runs.digest_forgotten", seconds=60)
def digest_forgotten() -> None:
    actions.digest_forgotten_runs()
