"""Background jobs: rows first, Celery as the messenger.

    @job("runs.compact", timeout_seconds=60)        # in apps/runs/tasks.py
    def compact(run_id: int) -> None: ...

    enqueue("runs.compact", {"run_id": run.pk}, key=f"run.{run.pk}")        # in an action, inside its transaction

`@periodic("runs.crashed", seconds=30)` registers a short function for the clock.
"""

from apps.core.jobs.queue import cancel, enqueue
from apps.core.jobs.registry import job, periodic
from apps.core.jobs.worker import report_progress

__all__ = ["cancel", "enqueue", "job", "periodic", "report_progress"]
