"""The Celery application: hints and the clock. The queue itself is the table of jobs."""

from typing import Any

from celery import Celery

from config import env

env.prefer("DJANGO_SETTINGS_MODULE", "config.settings.prod")
env.prefer("CELERY_SKIP_CHECKS", "1")  # `manage.py check` has its own place

app = Celery("carnet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def keep_time(sender: Celery, **_: Any) -> None:
    """Hand every `@periodic` function to the clock; one that was missed is not made up for."""
    from apps.core.jobs.registry import periodics

    for periodic in periodics().values():
        sender.add_periodic_task(
            periodic.seconds,
            sender.signature("core.run_periodic", args=[periodic.name]),
            name=periodic.name,
            expires=max(periodic.seconds, 5),
        )
