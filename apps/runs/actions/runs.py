"""The life and the description of a run."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import now

from apps.accounts.principal import Principal
from apps.core.audit import record
from apps.core.chunks import chunks
from apps.core.errors import Busy, Conflict, Forbidden, Gone, InvalidInput
from apps.core.events import publish
from apps.core.names import check_run_id, check_tag
from apps.projects.actions import project_address
from apps.projects.models import Project
from apps.runs.events import RunChanged, RunCreated, RunStateChanged
from apps.runs.models import ENDED, Run, RunDigest, RunPulse, RunRedirect, RunState, RunValue
from apps.runs.values import Leaf, check_object, leaves
from apps.runs.words import readable_name, run_id


@dataclass(frozen=True)
class RunFields:
    """What a writer says about a run. None leaves a value as it is."""

    display_name: str | None = None
    description: str | None = None
    notes: str | None = None
    tags: list[str] | None = None
    group: str | None = None
    job_type: str | None = None
    host: str | None = None
    program: str | None = None
    repo: str | None = None
    commit: str | None = None
    sweep_name: str | None = None
    config: dict[str, Any] | None = None  # replaces the whole
    client_config: dict[str, Any] | None = None
    summary: dict[str, Any] | None = None  # replaces the whole
    metadata: dict[str, Any] | None = None

    def given(self) -> dict[str, Any]:
        """Return the values that are not None, checked and cut to what the columns hold."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        given = {name: value for name, value in values.items() if value is not None}
        for name, length in _LENGTHS.items():
            if name in given:
                given[name] = given[name][:length]
        for name in ("config", "summary"):
            if name in given:
                check_object(given[name], name)
        if "tags" in given:
            given["tags"] = check_tags(given["tags"])
        return given


_LENGTHS = {
    "display_name": 256,
    "group": 256,
    "job_type": 256,
    "host": 256,
    "program": 512,
    "repo": 512,
    "commit": 64,
    "sweep_name": 128,
}


def check_tags(tags: Iterable[str]) -> list[str]:
    """Return the tags without repetitions, in the order given."""
    return list(dict.fromkeys(check_tag(tag) for tag in tags))


@transaction.atomic
def create_or_update_run(
    project: Project,
    name: str | None,
    values: RunFields,
    *,
    actor: Principal,
    state: str | None = None,
    resumes: bool = False,
) -> tuple[Run, bool]:
    """Return (run, whether it is new). A repeat of the same request changes nothing; two at once create one run.

    `resumes` says that a logging client stands behind the request: a run that ended is running again.
    Raises Forbidden for the id of a deleted run, which stays reserved.
    """
    name = check_run_id(name) if name is not None else run_id()
    run = _named(project, name)
    if run is None:
        run, created = _create(project, name, values, state or RunState.RUNNING, actor)
        if created:
            return run, True
    if run.deleted_at is not None:
        sentence = f"The run “{name}” was deleted. Its id stays reserved; choose another one."
        raise Forbidden(sentence, code="run_deleted")
    _apply(run, values)
    if resumes and run.state in ENDED | {RunState.PENDING}:
        RunPulse.objects.filter(run=run).update(stop_requested=False)  # a new process: nobody asked this one to stop
        _change_state(run, RunState.RUNNING)
    return run, False


def _create(project: Project, name: str, values: RunFields, state: str, actor: Principal) -> tuple[Run, bool]:
    if state not in {RunState.PENDING, RunState.RUNNING}:
        raise InvalidInput("A new run is pending or running.", fields={"state": "Choose pending or running."})
    moment = now()
    try:
        with transaction.atomic():
            slot = _take_slot(project)
            if RunRedirect.objects.filter(project=project, name=name).exists():
                raise _just_moved(name)
            given = values.given()
            run = Run(
                tenant_id=project.tenant_id,
                project=project,
                name=name,
                state=state,
                slot=slot,
                owner=actor.owner,
                service=actor.user if actor.is_service else None,
                token=actor.token,
                created_at=moment,
                started_at=moment if state == RunState.RUNNING else None,
                heartbeat_at=moment,
                **({"display_name": readable_name(slot)} | given),
            )
            run.save()
            RunPulse.objects.create(run=run, last_seen_at=moment)
            RunDigest.objects.create(run=run)
            _write_values(run, given)
    except IntegrityError:
        other = _named(project, name)
        if other is None:
            raise _just_moved(name) from None
        return other, False
    publish(RunCreated(run.pk, project.pk))
    return run, True


def _named(project: Project, name: str) -> Run | None:
    run = Run.objects.select_for_update(of=("self",)).filter(project=project, name=name).first()
    if run is not None:
        run.project = project
    return run


def _just_moved(name: str) -> Busy:
    """Who found the run here found it a moment ago: asked again, the doors lead to where it lives."""
    return Busy(f"The run “{name}” is just moving to another project. Try again.", code="run_moved", retry_after=1)


def _take_slot(project: Project) -> int:
    Project.objects.filter(pk=project.pk).update(next_slot=F("next_slot") + 1, updated_at=now())
    return Project.objects.values_list("next_slot", flat=True).get(pk=project.pk) - 1


@transaction.atomic
def update_run(run: Run, values: RunFields, *, actor: Principal) -> Run:
    """Change what people say about a run. Never changes its state. A repeat changes nothing."""
    run = locked_run(run)
    before = run.display_name
    if _apply(run, values) and before != run.display_name:
        record(actor, "run.renamed", target=run_address(run), tenant_id=run.tenant_id, old=before)
    return run


def _apply(run: Run, values: RunFields) -> list[str]:
    given = values.given()
    changed = [name for name, value in given.items() if not _same(getattr(run, name), value)]
    for name in changed:
        setattr(run, name, given[name])
    if changed:
        run.save(update_fields=[*changed, "updated_at"])
        _write_values(run, {name: given[name] for name in changed})
        publish(RunChanged(run.pk, run.project_id, ",".join(changed)))
    return changed


def _same(old: Any, new: Any) -> bool:
    return type(old) is type(new) and bool(old == new)


def replace_summary(run: Run, summary: dict[str, Any]) -> None:
    """Take over a summary that streamed in. Called by the digest, inside its transaction."""
    _apply(run, RunFields(summary=summary))


def _write_values(run: Run, given: dict[str, Any]) -> None:
    for name, source in (("config", RunValue.Source.CONFIG), ("summary", RunValue.Source.SUMMARY)):
        if name in given:
            _replace_values(run, source, {leaf.key: leaf for leaf in leaves(given[name])})


def _replace_values(run: Run, source: RunValue.Source, wanted: dict[str, Leaf]) -> None:
    """Bring the flattened rows in line with `wanted`, touching only the keys that differ."""
    stored = RunValue.objects.filter(run=run, source=source)
    columns = ("key", "number", "text", "is_boolean", "is_null")
    present = {row[0]: Leaf(*row) for row in stored.values_list(*columns)}
    gone = [key for key in present if key not in wanted]
    for some in chunks(gone):
        stored.filter(key__in=some).delete()
    rows = [
        RunValue(
            run=run,
            source=source,
            key=leaf.key,
            project_id=run.project_id,
            number=leaf.number,
            text=leaf.text,
            is_boolean=leaf.is_boolean,
            is_null=leaf.is_null,
        )
        for leaf in wanted.values()
        if present.get(leaf.key) != leaf
    ]
    RunValue.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["run", "source", "key"],
        update_fields=["number", "text", "is_boolean", "is_null"],
    )


@transaction.atomic
def stop_run(run: Run, *, actor: Principal) -> Run:
    """Ask a run to stop. Its client hears of it with its next request. A repeat changes nothing."""
    run = locked_run(run)
    if not run.is_active:
        raise Conflict(f"This run is {run.state} already.", code="run_ended")
    if RunPulse.objects.filter(run=run, stop_requested=False).update(stop_requested=True):
        record(actor, "run.stop_requested", target=run_address(run), tenant_id=run.tenant_id)
        publish(RunChanged(run.pk, run.project_id, "stop"))
    return run


@transaction.atomic
def close_run(run: Run, *, exit_code: int) -> Run:
    """End a run as its client says: finished, failed, or killed if somebody asked it to stop.

    A repeat changes nothing.
    """
    run = locked_run(run)
    if run.state in ENDED and run.exit_code == exit_code:
        return run
    stopped = RunPulse.objects.filter(run=run, stop_requested=True).exists()
    state = RunState.FINISHED if exit_code == 0 else RunState.KILLED if stopped else RunState.FAILED
    run.exit_code = exit_code
    run.finished_at = now()
    run.save(update_fields=["exit_code", "finished_at"])
    _change_state(run, state)
    return run


@transaction.atomic
def reopen_run(run: Run) -> Run:
    """A client writes to a run that had ended or was pending: it is running again."""
    run = locked_run(run)
    if run.state != RunState.RUNNING:
        _change_state(run, RunState.RUNNING)
    return run


@transaction.atomic
def set_preempting(run: Run) -> Run:
    """The machine may vanish: silence will mean preempted, not crashed."""
    run = locked_run(run)
    if run.state == RunState.RUNNING:
        _change_state(run, RunState.PREEMPTING)
    return run


_ALLOWED = {
    RunState.PENDING: {RunState.RUNNING, RunState.FAILED, RunState.CRASHED, RunState.PREEMPTED},
    RunState.FAILED: {RunState.PENDING, RunState.RUNNING},
}


@transaction.atomic
def set_run_state(run: Run, *, state: str, actor: Principal) -> Run:
    """Set a state by hand: to pending, or to failed. A repeat changes nothing; other changes raise InvalidInput."""
    run = locked_run(run)
    if run.state == state:
        return run
    if RunState(run.state) not in _ALLOWED.get(
        RunState(state) if state in RunState.values else RunState.RUNNING, set()
    ):
        raise InvalidInput(f"A {run.state} run cannot be set to “{state}”.", code="state_refused")
    _change_state(run, RunState(state))
    record(actor, "run.state_set", target=run_address(run), tenant_id=run.tenant_id, state=state)
    return run


def mark_crashed_runs(*, at: datetime | None = None) -> int:
    """Mark runs that have been silent too long: crashed, or preempted if that was announced. Returns how many.

    Candidates are found without a lock; each is checked again under one, so that a heartbeat just then wins.
    """
    limit = (at or now()) - timedelta(seconds=settings.CARNET_CRASHED_AFTER_SECONDS)
    silent = Run.objects.filter(
        state__in=[RunState.RUNNING, RunState.PREEMPTING], pulse__last_seen_at__lt=limit, deleted_at=None
    )
    return sum(_mark_silent(run, limit) for run in silent)


@transaction.atomic
def _mark_silent(run: Run, limit: datetime) -> bool:
    run = locked_run(run)
    pulse = RunPulse.objects.select_for_update().get(run=run)
    if pulse.last_seen_at is None or pulse.last_seen_at >= limit or not run.is_active:
        return False
    run.finished_at = pulse.last_seen_at
    run.save(update_fields=["finished_at"])
    _change_state(run, RunState.PREEMPTED if run.state == RunState.PREEMPTING else RunState.CRASHED)
    return True


def _change_state(run: Run, state: RunState) -> None:
    old = run.state
    if old == state:
        return
    run.state = state
    changed = ["state", "updated_at"]
    if state == RunState.RUNNING:
        run.finished_at, run.exit_code = None, None
        run.started_at = run.started_at or now()
        changed += ["finished_at", "exit_code", "started_at"]
        RunPulse.objects.filter(run=run).update(last_seen_at=now())
    run.save(update_fields=changed)
    publish(RunStateChanged(run.pk, run.project_id, old, state))


def locked_run(run: Run) -> Run:
    """Return the run read anew under its row lock. Raises Gone for a deleted one.

    Locked first, joined afterwards: PostgreSQL checks a row again when its lock comes free, and a run that moved
    meanwhile would no longer fit the project it was joined with.
    """
    Run.objects.select_for_update().values_list("pk").get(pk=run.pk)
    locked = Run.objects.select_related("project__tenant", "owner", "service").get(pk=run.pk)
    if locked.deleted_at is not None:
        raise Gone("This run was deleted.", code="run_deleted")
    return locked


def run_address(run: Run) -> str:
    """Return how the audit trail calls a run whose project is loaded."""
    return f"{project_address(run.project)}/runs/{run.name}"
