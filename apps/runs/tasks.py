"""Background work of runs: ids in, one action out."""

import time
from dataclasses import asdict
from typing import Any

from django.conf import settings

from apps.accounts.access import principal_of_job
from apps.core.errors import CarnetError
from apps.core.jobs import job, periodic, report_progress
from apps.runs import actions
from apps.runs.access import get_projects_of_move
from apps.runs.queries.moves import MOVE


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


@job(MOVE, timeout_seconds=600, max_attempts=3)
def move(
    run_ids: list[int], source_id: int, target_id: int, on_conflict: str, asker: dict[str, Any]
) -> dict[str, int | str]:
    """Move many runs, if whoever ordered it still may. A refusal is an answer, not a failure to try again.

    In this process, though it may take longer than 5 s: only from here do its events reach the browsers, and the
    database works, not Python.
    """
    try:
        actor = principal_of_job(**asker)
        source, target = get_projects_of_move(actor, source_id, target_id)
        report_progress(0.1)
        moved = actions.move_runs(run_ids, source, target, actor=actor, on_conflict=on_conflict)
    except CarnetError as refusal:
        return {"refusal": refusal.sentence}
    return asdict(moved)


@job("runs.erase", timeout_seconds=600)
def erase(run_ids: list[int]) -> None:
    for run_id in run_ids:
        actions.erase_run(run_id)


@periodic("runs.empty_trash", seconds=3_600)
def empty_trash() -> None:
    """Every hour, though days count: the clock starts anew with the server."""
    actions.empty_trash()


@job("runs.drop_history_file")
def drop_history_file(key: str) -> None:
    actions.drop_history_file(key)


@periodic("runs.drop_unused_history_files", seconds=3600)
def drop_unused_history_files() -> None:
    actions.drop_unused_history_files()


STARTED = time.monotonic()
GRACE_SECONDS = 90  # after a start: clients that could not reach us come back within a minute


@periodic("runs.mark_crashed", seconds=30)
def mark_crashed() -> None:
    if time.monotonic() - STARTED >= min(GRACE_SECONDS, settings.CARNET_CRASHED_AFTER_SECONDS):
        actions.mark_crashed_runs()


@periodic("runs.digest_forgotten", seconds=60)
def digest_forgotten() -> None:
    actions.digest_forgotten_runs()
