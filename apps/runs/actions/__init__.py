"""Every write on runs. One module per noun: runs (life and description), files, log (what streams in), digest,
compact (the log becomes chunks), history_files (chunks become Parquet), move (to another project), trash, erase,
tags (of many runs)."""

from apps.runs.actions.compact import compact_run
from apps.runs.actions.digest import digest_forgotten_runs, digest_run
from apps.runs.actions.erase import erase_run_data
from apps.runs.actions.files import AnnouncedFile, announce_files, complete_files, delete_files, drop_blob
from apps.runs.actions.history_files import (
    FiledHistory,
    drop_history_file,
    drop_unused_history_files,
    file_history,
)
from apps.runs.actions.log import rewind_run
from apps.runs.actions.metadata import read_metadata
from apps.runs.actions.move import Moved, MovePlan, OnConflict, begin_move, move_runs, plan_move
from apps.runs.actions.runs import (
    RunFields,
    close_run,
    create_or_update_run,
    mark_crashed_runs,
    reopen_run,
    set_preempting,
    set_run_state,
    stop_run,
    update_run,
)
from apps.runs.actions.tags import change_tags, undo_tags
from apps.runs.actions.trash import delete_run, delete_runs, discard_batch, empty_trash, erase_run, restore_runs

__all__ = [
    "AnnouncedFile",
    "FiledHistory",
    "MovePlan",
    "Moved",
    "OnConflict",
    "RunFields",
    "announce_files",
    "begin_move",
    "change_tags",
    "close_run",
    "compact_run",
    "complete_files",
    "create_or_update_run",
    "delete_files",
    "delete_run",
    "delete_runs",
    "digest_forgotten_runs",
    "digest_run",
    "discard_batch",
    "drop_blob",
    "drop_history_file",
    "drop_unused_history_files",
    "empty_trash",
    "erase_run",
    "erase_run_data",
    "file_history",
    "mark_crashed_runs",
    "move_runs",
    "plan_move",
    "read_metadata",
    "reopen_run",
    "restore_runs",
    "rewind_run",
    "set_preempting",
    "set_run_state",
    "stop_run",
    "undo_tags",
    "update_run",
]
