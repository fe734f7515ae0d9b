"""What Celery carries, and the core's own work by the clock."""

from celery import shared_task
from django.db import connections

from apps.core.db.sqlite3.base import DatabaseWrapper, reclaim
from apps.core.jobs import worker
from apps.core.jobs.registry import job, periodic, periodics

RECLAIMED_PAGES = 5_000


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    worker.run(job_id)


@shared_task(name="core.run_periodic")
def run_periodic(name: str) -> None:
    periodics()[name].function()


@periodic("core.sweep_jobs", seconds=10)
def sweep_jobs() -> None:
    worker.sweep()


@periodic("core.clean_jobs", seconds=3_600)
def clean_jobs() -> None:
    worker.clean()


@periodic("core.reclaim_space", seconds=600)
def reclaim_space() -> None:
    """Give what was deleted back to the file system, a little at a time."""
    if isinstance(connection := connections["default"], DatabaseWrapper):
        reclaim(connection, pages=RECLAIMED_PAGES)


@job("core.echo")
def echo(word: str) -> str:
    """Answer with what was said: shows operators and tests that jobs run."""
    return word
