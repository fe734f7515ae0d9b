"""Every write on runs. One module per noun: runs (life and description), files, log (what streams in), digest, and
compact (the log becomes chunks)."""

from apps.runs.actions.compact import compact_run
from apps.runs.actions.digest import digest_forgotten_runs, digest_run
from apps.runs.actions.files import AnnouncedFile, announce_files, complete_files, delete_files, drop_blob
from apps.runs.actions.log import rewind_run
from apps.runs.actions.metadata import read_metadata
from apps.runs.actions.runs import (
    RunFields,
    close_run,
    create_or_update_run,
    delete_run,
    mark_crashed_runs,
    reopen_run,
    set_preempting,
    set_run_state,
    stop_run,
    update_run,
)

__all__ = [
    "AnnouncedFile",
    "RunFields",
    "announce_files",
    "close_run",
    "compact_run",
    "complete_files",
    "create_or_update_run",
    "delete_files",
    "delete_run",
    "digest_forgotten_runs",
    "digest_run",
    "drop_blob",
    "mark_crashed_runs",
    "read_metadata",
    "reopen_run",
    "rewind_run",
    "set_preempting",
    "set_run_state",
    "stop_run",
    "update_run",
]
