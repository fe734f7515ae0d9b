"""The trash: runs are deleted and restored together, and erased after the days of grace. Their names stay reserved."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models, transaction
from django.utils.timezone import now

from apps.accounts.principal import Principal
from apps.core.audit import record
from apps.core.chunks import chunks
from apps.core.events import publish
from apps.core.jobs import enqueue
from apps.projects.actions import project_address
from apps.projects.models import Project
from apps.runs.actions.erase import erase_run_data
from apps.runs.actions.files import drop_all_files
from apps.runs.actions.runs import run_address
from apps.runs.events import RunErased, RunsDeleted, RunsRestored
from apps.runs.models import Run, TrashBatch
from apps.runs.queries.selections import RunSelection, chosen_ids
from apps.runs.queries.trash import GRACE

ERASED_AT_ONCE = 100  # runs of one job
NAMED = 20  # in the audit trail
_SAID = {
    "display_name": "",
    "group": "",
    "job_type": "",
    "notes": "",
    "description": "",
    "tags": [],
    "sweep_name": "",
    "config": {},
    "client_config": {},
    "summary": {},
    "metadata": {},
    "host": "",
    "program": "",
    "repo": "",
    "commit": "",
}


def delete_runs(selection: RunSelection, *, actor: Principal) -> TrashBatch | None:
    """Put runs into the trash together: they disappear from all reads. None where all are there already."""
    return _trash(chosen_ids(selection), selection.project, actor)


def delete_run(run: Run, *, actor: Principal) -> TrashBatch | None:
    """Put one run into the trash. A repeat changes nothing and returns None."""
    return _trash([run.pk], run.project, actor)


@transaction.atomic
def _trash(run_ids: Sequence[int], project: Project, actor: Principal) -> TrashBatch | None:
    live = _lock(run_ids, project)
    if not live:
        return None
    at = now()
    by = actor.owner
    batch = TrashBatch.objects.create(tenant_id=project.tenant_id, project=project, deleted_by=by, created_at=at)
    for some in chunks([run.pk for run in live]):
        Run.objects.filter(pk__in=some).update(deleted_at=at, trash=batch)
    names = [run.name for run in live[:NAMED]]
    _record(actor, "deleted", batch, live[0] if len(live) == 1 else None, count=len(live), runs=names)
    publish(RunsDeleted(project.pk, tuple(run.pk for run in live)))
    return batch


def _lock(run_ids: Sequence[int], project: Project) -> list[Run]:
    """Return those of the runs that are in the project and not deleted, locked in the order everybody takes."""
    found: list[Run] = []
    for some in chunks(sorted(run_ids)):
        rows = Run.objects.select_for_update().filter(pk__in=some, project=project, deleted_at=None)
        found += rows.order_by("pk").only("pk", "name", "project_id")
    return found


@transaction.atomic
def restore_runs(batch: TrashBatch, *, actor: Principal) -> int:
    """Bring back what was deleted together and is not being erased. Returns how many; a repeat changes nothing."""
    rows = Run.objects.select_for_update().filter(trash=batch, purged_at=None, deleted_at__isnull=False)
    run_ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for some in chunks(run_ids):
        Run.objects.filter(pk__in=some).update(deleted_at=None, trash=None)
    if run_ids:
        _record(actor, "restored", batch, count=len(run_ids))
        publish(RunsRestored(batch.project_id, tuple(run_ids)))
    return len(run_ids)


@transaction.atomic
def discard_batch(batch: TrashBatch, *, actor: Principal) -> int:
    """Erase what was deleted together without waiting for the days of grace. Returns how many; no way back."""
    count = _give_up(Run.objects.filter(trash=batch, purged_at=None, deleted_at__isnull=False))
    if count:
        _record(actor, "discarded", batch, count=count)
    return count


@transaction.atomic
def empty_trash(*, at: datetime | None = None) -> int:
    """Give up runs whose days of grace are over: jobs erase them. Returns how many; a repeat changes nothing."""
    return _give_up(Run.objects.filter(deleted_at__lt=(at or now()) - GRACE, purged_at=None))


def _give_up(rows: "models.QuerySet[Run]") -> int:
    run_ids = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    for some in chunks(run_ids, ERASED_AT_ONCE):
        Run.objects.filter(pk__in=some).update(purged_at=now())
        enqueue("runs.erase", {"run_ids": list(some)})
    return len(run_ids)


def erase_run(run_id: int) -> None:
    """Erase what hangs on a run that was given up: files, history, words. Safe to cut off and to repeat.

    Bytes that something else holds stay. The row stays for its name, and for the addresses that lead to it.
    """
    if Run.objects.filter(pk=run_id, purged_at__isnull=False).exists():
        _empty(run_id)
        erase_run_data(run_id)


@transaction.atomic
def _empty(run_id: int) -> None:
    run = Run.objects.select_for_update().get(pk=run_id)
    drop_all_files(run)
    Run.objects.filter(pk=run_id).update(**_SAID)
    publish(RunErased(run_id, run.project_id))


def _record(actor: Principal, verb: str, batch: TrashBatch, run: Run | None = None, **more: object) -> None:
    project = batch.project
    if run is not None:
        run.project = project
    target = run_address(run) if run is not None else project_address(project)
    record(actor, f"run.{verb}", target=target, tenant_id=batch.tenant_id, batch=batch.uid, **more)
