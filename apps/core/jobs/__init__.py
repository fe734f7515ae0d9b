"""Background jobs: rows first, Celery as the messenger.

    @job("runs.compact", timeout_seconds=60)        # in apps/runs/tasks.py
    def compact(run_id: int) -> None: ...

    enqueue("runs.compact", {"run_id": run.pk}, key=f"run.{run.pk}")        # in an action, inside its transaction

`@periodic("runs.crashed", seconds=30)` registers a short function for the clock.
"""
