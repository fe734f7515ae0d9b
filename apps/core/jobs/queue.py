"""Putting jobs into the queue, and taking them out again unfinished."""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now

from apps.core.jobs.models import Job, JobState
from apps.core.jobs.registry import kind_of

logger = logging.getLogger(__name__)

HINTED_AHEAD_SECONDS = 30  # whatever is due later the sweep will see in time
embedded_worker_is_here = threading.Event()  # set while this process runs jobs itself


def enqueue(
    kind: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    not_before: datetime | None = None,
    owner_id: int | None = None,
) -> Job:
    """Write a job in the caller's transaction; it may start once that commits, never if it rolls back.

    While a job of this kind with the same `key` waits, that one is returned instead, brought forward if need be.
    Raises LookupError for a kind nobody handles.
    """
    kind_of(kind)
    at = now()
    due = not_before or at
    new = Job(kind=kind, arguments=dict(arguments or {}), key=key, owner_id=owner_id, not_before=due, created_at=at)
    with transaction.atomic(savepoint=False):
        return _insert(new) if key is None else _insert_or_find(new)


def cancel(job: Job) -> bool:
    """Stop a job that waits, or runs in a child process, which is then killed. False if it is over or cannot be."""
    stoppable = [JobState.WAITING]
    if kind_of(job.kind).in_child:
        stoppable.append(JobState.RUNNING)
    changed = Job.objects.filter(pk=job.pk, state__in=stoppable).update(state=JobState.CANCELLED, finished_at=now())
    return changed == 1


def hint(job_id: int, delay_seconds: float = 0) -> None:
    """Tell a worker that a job is due now, or will be shortly. A hint may be lost: the sweep finds the job."""
    if not settings.REDIS_URL and not embedded_worker_is_here.is_set():
        return  # a management command: its memory would forget the hint, the server's sweep will not
    celery = import_string(settings.CARNET_CELERY)
    try:
        when = {"countdown": delay_seconds, "expires": delay_seconds + 60}
        celery.send_task("core.run_job", args=[job_id], ignore_result=True, retry=False, **when)
    except OSError as error:
        logger.warning("no worker could be told of job %s: %s", job_id, error)


def _insert(job: Job) -> Job:
    delay = _plan_hint(job)
    job.save(force_insert=True)
    _hint_on_commit(job, delay)
    return job


def _insert_or_find(new: Job) -> Job:
    """Find the waiting job with this key and lock it, so that it cannot start before the caller's rows are there."""
    while True:
        waiting = Job.objects.waiting().select_for_update().filter(kind=new.kind, key=new.key).first()
        if waiting is not None:
            return _bring_forward(waiting, new.not_before)
        try:
            with transaction.atomic():
                return _insert(new)
        except IntegrityError:
            continue  # another came first: use theirs


def _bring_forward(job: Job, due: datetime) -> Job:
    if due < job.not_before:
        job.not_before = due
        delay = _plan_hint(job)
        job.save(update_fields=["not_before", "hinted_at"])
        _hint_on_commit(job, delay)
    return job


def _plan_hint(job: Job) -> float | None:
    """Return in how many seconds a worker should look at the job; None leaves it to the sweep."""
    delay = max((job.not_before - now()).total_seconds(), 0.0)
    if delay > HINTED_AHEAD_SECONDS:
        job.hinted_at = None
        return None
    job.hinted_at = job.not_before
    return delay


def _hint_on_commit(job: Job, delay: float | None) -> None:
    if delay is not None:
        transaction.on_commit(partial(hint, job.pk, delay), robust=True)
