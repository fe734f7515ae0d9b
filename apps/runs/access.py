"""Doors to runs and their files. Rights are those of the project."""

from collections.abc import Sequence

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.core.errors import Forbidden, Gone, NotFound
from apps.projects.access import get_project
from apps.projects.models import Project
from apps.runs.models import Run, RunFile


def get_run(principal: Principal, entity_name: str, project_name: str, name: str, need: P = P.VIEW_PROJECT) -> Run:
    """Return a run by its address. Deleted, missing and hidden runs read the same: NotFound."""
    return run_in(get_project(principal, entity_name, project_name, need), name)


def run_in(project: Project, name: str) -> Run:
    """Return a run of a project that the asker has already passed the door of."""
    run = Run.objects.live().select_related("owner", "service").filter(project=project, name=name).first()
    if run is None:
        raise NotFound(f"There is no run “{name}” in this project, or you may not see it.", code="unknown_run")
    run.project = project
    return run


def get_run_by_uid(principal: Principal, uid: str, need: P = P.VIEW_PROJECT) -> Run:
    """Return a run by the id that does not depend on where it lives."""
    absent = NotFound("There is no such run, or you may not see it.", code="unknown_run")
    run = Run.objects.live().with_people().filter(uid=uid).first()
    if run is None:
        raise absent
    principal.require(need, run.project, absent=absent)
    return run


def get_run_file(run: Run, path: str) -> RunFile:
    """Return a file of a run whose door has been passed, by its path."""
    file = RunFile.objects.select_related("blob").filter(run=run, path=path, blob__isnull=False).first()
    if file is None:
        raise NotFound("There is no such file, or you may not see it.", code="unknown_file")
    return file


def get_run_files(principal: Principal, uids: Sequence[str], need: P = P.VIEW_PROJECT) -> list[RunFile]:
    """Return files by the ids that do not depend on where their runs live: all of them, or NotFound."""
    absent = NotFound("There is no such file, or you may not see it.", code="unknown_file")
    files = list(RunFile.objects.select_related("blob", "run__project__tenant").filter(uid__in=uids))
    if len({file.uid for file in files}) < len(set(uids)) or any(file.run.deleted_at for file in files):
        raise absent
    for file in files:
        principal.require(need, file.run.project, absent=absent)
    return files


def get_run_to_log(principal: Principal, entity_name: str, project_name: str, name: str) -> Run:
    """Return a run that the asker may log to. Raises Gone for a deleted one: its client need not try again."""
    project = get_project(principal, entity_name, project_name, P.LOG_RUN)
    run = Run.objects.filter(project=project, name=name).first()
    if run is None:
        raise NotFound(f"There is no run “{name}” in this project, or you may not see it.", code="unknown_run")
    if run.deleted_at is not None:
        raise Gone(f"The run “{name}” was deleted. Its id stays reserved.", code="run_deleted")
    run.project = project
    check_may_continue(principal, run)
    return run


def check_may_continue(principal: Principal, run: Run) -> None:
    """Whoever may only log, as everybody may in an open project, continues their own runs and nobody else's."""
    owner = principal.owner
    if not principal.may(P.EDIT_RUN, run.project) and (owner is None or run.owner_id != owner.pk):
        sentence = f"The run “{run.name}” is somebody else's. Choose another run id."
        raise Forbidden(sentence, code="not_your_run")


def check_may_take_name(principal: Principal, project: Project, name: str) -> None:
    """Raise Forbidden if a run of this name is there and the asker may not continue it."""
    run = Run.objects.filter(project=project, name=name).first()
    if run is not None:
        run.project = project
        check_may_continue(principal, run)


def may_watch_run(principal: Principal, run_id: int) -> bool:
    """Return whether a person may follow a run live."""
    run = Run.objects.live().select_related("project__tenant").filter(pk=run_id).first()
    return run is not None and principal.may(P.VIEW_PROJECT, run.project)
