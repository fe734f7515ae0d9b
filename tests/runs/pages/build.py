"""Runs with something to show: metrics, system metrics, console, files, config. Plain functions."""

from typing import Any

from django.test import Client

from apps.accounts.models import User
from apps.core.blobs import blob_store, new_key
from apps.core.blobs.content import content_type
from apps.core.models import Blob
from apps.projects.models import Project
from apps.runs.actions.digest import digest_run
from apps.runs.models import Run, RunFile
from tests.build import build_run
from tests.runs.streaming import append, console, events, history, summary

TRACEBACK = (
    "ERROR 2026-11-20T09:00:03.000000 Traceback (most recent call last):",
    'ERROR 2026-11-20T09:00:03.000000   File "train.py", line 12, in <module>',
    "ERROR 2026-11-20T09:00:03.000000 ValueError: shapes (64,) and (10,) do not match",
)


def build_logged_run(project: Project, name: str = "", *, steps: int = 20, keys: int = 3, **values: Any) -> Run:
    """Make a run that has logged `keys` metrics over `steps` steps, system metrics and console lines."""
    values.setdefault("config", {"lr": 0.01, "optimizer": {"name": "adam", "betas": [0.9, 0.999]}})
    run = build_run(project, name, **values)
    names = ["val/acc", "train/loss", *(f"extra/m{number}" for number in range(keys - 2))][:keys]
    rows = [{"_step": step, "_runtime": step * 1.5} | dict.fromkeys(names, step / steps) for step in range(steps)]
    machine = [{"_runtime": 15.0 * row, "_wandb": True, "system.cpu": 3.5 + row} for row in range(4)]
    printed = [f"2026-11-20T09:00:0{line}.000000 epoch {line}" for line in range(3)]
    append(run, history(*rows), events(*machine), console(*printed), summary(**dict.fromkeys(names, 0.95)))
    digest_run(run.pk)
    run.refresh_from_db()
    return run


def build_file(run: Run, path: str, content: bytes) -> RunFile:
    """Give a run a file whose bytes are there."""
    key = new_key()
    stat = blob_store().write(key, [content])
    blob = Blob.objects.create(key=key, size=stat.size, md5=stat.md5 or "", verified=True)
    return RunFile.objects.create(
        tenant_id=run.tenant_id, run=run, path=path, blob=blob, content_type=content_type(path)
    )


def browser(user: User | None) -> Client:
    """Return a test client, signed in as this person."""
    client = Client(headers={"accept": "text/html"})
    if user is not None:
        client.force_login(User.objects.get(pk=user.pk), backend="apps.accounts.backends.PersonBackend")
    return client
