"""Running jobs: claim, work, write down how it went. Any process may die in between; nothing is lost then."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from apps.core.jobs.child import run_in_child
from apps.core.jobs.models import Job, JobState
from apps.core.jobs.queue import hint
from apps.core.jobs.registry import Kind, kind_of

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=30)
SWEPT_AT_ONCE = 500
KEPT = {JobState.DONE: timedelta(days=2), JobState.CANCELLED: timedelta(days=2), JobState.FAILED: timedelta(days=30)}

_current: ContextVar[int | None] = ContextVar("current_job", default=None)


class JobCancelled(Exception):
    """The job was cancelled while it ran."""


def run(job_id: int) -> bool:
    """Run a job if it is due and nobody else has it. Returns whether it ran here, with whatever end."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return False
    try:
        kind = kind_of(job.kind)
    except LookupError as error:  # of a newer version, perhaps: its workers will know
        logger.warning("job %s is left waiting: %s", job_id, error)
        return False
    at = now()
    if not Job.objects.claim(job_id, at=at, until=at + timedelta(seconds=kind.timeout_seconds) + GRACE):
        return False
    job.refresh_from_db()
    _work(job, kind)
    return True


def _work(job: Job, kind: Kind) -> None:
    try:
        with _as_current(job):
            result = call(job, kind)
    except JobCancelled:
        logger.info("job %s (%s) was cancelled", job.pk, job.kind)
    except Exception as error:
        logger.exception("job %s (%s) failed, attempt %s", job.pk, job.kind, job.attempts)
        _fail(job, kind, f"{type(error).__name__}: {error}")
    else:
        _succeed(job, result)
    _hint_next(job)


def call(job: Job, kind: Kind) -> Any:
    """Call the handler, here or in a child process. Returns what it returned, which must be JSON or None."""
    if kind.in_child:
        return run_in_child(job, kind, is_cancelled=lambda: _is_cancelled(job))
    return kind.handler(**job.arguments)


def report_progress(fraction: float) -> None:
    """Write down how far the current job is, from 0 to 1. Does nothing outside a job."""
    if (job_id := _current.get()) is not None:
        Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(progress=min(max(fraction, 0.0), 1.0))


def sweep() -> int:
    """Give abandoned jobs back, and tell workers of due jobs that nobody took. Returns how many were told."""
    at = now()
    for job in Job.objects.abandoned(at)[:SWEPT_AT_ONCE]:
        _give_back(job)
    due = list(Job.objects.due(at).order_by("not_before").values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    Job.objects.filter(pk__in=due).update(hinted_at=at)
    for job_id in due:
        hint(job_id)
    return len(due)


def release_all() -> int:
    """Give back every running job at once, and take no hint for heard: for the start of the only worker of an
    installation. Hints were in the memory of the one before, or given while nobody listened yet."""
    Job.objects.waiting().update(hinted_at=None)
    running = list(Job.objects.filter(state=JobState.RUNNING))
    for job in running:
        _give_back(job)
    return len(running)


def clean() -> int:
    """Delete jobs that ended long ago. Returns how many."""
    deleted = 0
    for state, kept in KEPT.items():
        old = Job.objects.filter(state=state, finished_at__lt=now() - kept).values_list("pk", flat=True)[:2_000]
        deleted += Job.objects.filter(pk__in=list(old)).delete()[0]
    return deleted


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 5, 10, 20 … 600 s, and up to a quarter more."""
    return timedelta(seconds=min(5 * 2 ** (attempts - 1), 600) * random.uniform(1, 1.25))  # noqa: S311 - no secret


@contextmanager
def _as_current(job: Job) -> Iterator[None]:
    token = _current.set(job.pk)
    try:
        yield
    finally:
        _current.reset(token)


def _is_cancelled(job: Job) -> bool:
    return not Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).exists()


def _close(job: Job, **fields: Any) -> bool:
    """Write the end of this very attempt; if the job was given to another meanwhile, theirs counts."""
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    return mine.update(finished_at=now(), **fields) == 1


def _succeed(job: Job, result: Any) -> None:
    """Keep what somebody may ask for; the housekeeping of a busy day would be a million rows."""
    if job.owner_id is None and result is None:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).delete()
    else:
        _close(job, state=JobState.DONE, progress=1.0, result=result)


def _fail(job: Job, kind: Kind, error: str) -> None:
    if job.attempts >= kind.max_attempts:
        _close(job, state=JobState.FAILED, error=error[:10_000])
    else:
        _return_to_line(job, not_before=now() + back_off(job.attempts), error=error[:10_000])


def _give_back(job: Job) -> None:
    """Return a job whose worker died, unless it has killed as many workers as it may."""
    try:
        attempts_allowed = kind_of(job.kind).max_attempts
    except LookupError:
        return
    if job.attempts >= attempts_allowed:
        _close(job, state=JobState.FAILED, error="The worker died while it ran this job.")
    else:
        _return_to_line(job, not_before=job.not_before, error="The worker died while it ran this job.")


def _return_to_line(job: Job, *, not_before: datetime, error: str) -> None:
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    try:
        with transaction.atomic():
            mine.update(state=JobState.WAITING, not_before=not_before, hinted_at=None, error=error)
    except IntegrityError:  # a younger job with the same key waits already: it does the same work
        _close(job, state=JobState.CANCELLED, error=error)


def _hint_next(job: Job) -> None:
    """Wake the job with the same key that had to wait for this one."""
    if job.key is None:
        return
    twins = Job.objects.waiting().filter(kind=job.kind, key=job.key, not_before__lte=now())
    for job_id in twins.values_list("pk", flat=True):
        hint(job_id)
