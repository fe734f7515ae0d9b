"""Every write on runs. One module per noun: runs (life and description), files, log (what streams in)."""

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
    "RunFields",
    "close_run",
    "create_or_update_run",
    "delete_run",
    "mark_crashed_runs",
    "reopen_run",
    "set_preempting",
    "set_run_state",
    "stop_run",
    "update_run",
]
