"""Worker and clock inside the server process, for the embedded default."""

import logging
import threading
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from apps.core.jobs import worker
from apps.core.jobs.queue import embedded_worker_is_here

logger = logging.getLogger(__name__)

THREADS = 4


class EmbeddedWorker:
    """A Celery worker and its clock in threads of this process, over the memory broker."""

    def __init__(self) -> None:
        self._worker: Any = None
        self._clock: Any = None

    def start(self) -> None:
        """Return at once; importing Celery takes a while and nobody waits for it."""
        threading.Thread(target=self._run, name="embedded-worker", daemon=True).start()

    def stop(self) -> None:
        """Take no more jobs and wait for those that run; what is cut off is taken up at the next start."""
        embedded_worker_is_here.clear()
        if self._clock is not None:
            self._clock.service.stop(wait=False)
        if self._worker is not None:
            self._worker.stop()

    def _run(self) -> None:
        app = import_string(settings.CARNET_CELERY)
        from celery.beat import EmbeddedService

        app.loader.import_default_modules()
        self._clock = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
        self._worker = app.WorkController(
            app=app,
            pool="threads",
            concurrency=THREADS,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        embedded_worker_is_here.set()
        worker.release_all()  # after hints are taken, so that none falls in between
        worker.sweep()
        connections.close_all()  # this thread asks no more: the worker has its own
        self._clock.start()
        self._worker.start()
