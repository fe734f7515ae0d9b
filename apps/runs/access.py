"""Doors to runs and their files. Rights are those of the project."""

from collections.abc import Sequence

from apps.accounts.models import Entity
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.core.errors import Forbidden, Gone, NotFound
from apps.projects.access import find_project, get_project
from apps.projects.models import Project
from apps.runs.models import Run, RunFile, RunRedirect, TagChange, TrashBatch


def get_run(principal: Principal, entity_name: str, project_name: str, name: str, need: P = P.VIEW_PROJECT) -> Run:
    """Return a run by its present or a former address. Deleted, missing and hidden runs read the same: NotFound.

    Rights are those where the run lives. Who may see only the project it left learns nothing of it.
    """
    try:
        return _live_in(get_project(principal, entity_name, project_name, need), name)
    except (NotFound, Forbidden):
        run = _moved_run(principal, entity_name, project_name, name)
        if run is None or run.deleted_at is not None:
            raise
    principal.require(need, run.project)
    return run


def run_in(principal: Principal, project: Project, name: str) -> Run:
    """Return a run of a project whose door the asker has passed, or one that moved from there and they may see."""
    try:
        return _live_in(project, name)
    except NotFound:
        run = _moved_from(principal, project, name)
        if run is None or run.deleted_at is not None:
            raise
    return run


def _live_in(project: Project, name: str) -> Run:
    run = Run.objects.live().select_related("owner", "service").filter(project=project, name=name).first()
    if run is None:
        raise NotFound(f"There is no run “{name}” in this project, or you may not see it.", code="unknown_run")
    run.project = project
    return run


def _moved_run(principal: Principal, entity_name: str, project_name: str, name: str) -> Run | None:
    """Return the run that left this address, whether or not the project it left may be seen."""
    entity = Entity.objects.named(entity_name)
    project = find_project(entity, project_name) if entity else None
    return _moved_from(principal, project, name) if project else None


def _moved_from(principal: Principal, project: Project, name: str) -> Run | None:
    run = Run.objects.with_people().filter(redirects__project=project, redirects__name=name).first()
    return run if run is not None and principal.may(P.VIEW_PROJECT, run.project) else None


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
    run = _run_to_log(principal, entity_name, project_name, name)
    if run.deleted_at is not None:
        raise Gone(f"The run “{name}” was deleted. Its id stays reserved.", code="run_deleted")
    check_may_continue(principal, run)
    return run


def _run_to_log(principal: Principal, entity_name: str, project_name: str, name: str) -> Run:
    """Look where the address says, and where it leads. Twice: a run may come back between the two looks, and its
    client would give up for ever."""
    try:
        return _here_to_log(principal, entity_name, project_name, name)
    except (NotFound, Forbidden):
        run = _moved_run(principal, entity_name, project_name, name)
    if run is None:
        return _here_to_log(principal, entity_name, project_name, name)
    principal.require(P.LOG_RUN, run.project)
    return run


def _here_to_log(principal: Principal, entity_name: str, project_name: str, name: str) -> Run:
    project = get_project(principal, entity_name, project_name, P.LOG_RUN)
    run = Run.objects.filter(project=project, name=name).first()
    if run is None:
        raise NotFound(f"There is no run “{name}” in this project, or you may not see it.", code="unknown_run")
    run.project = project
    return run


def check_may_continue(principal: Principal, run: Run) -> None:
    """Whoever may only log, as everybody may in an open project, continues their own runs and nobody else's."""
    owner = principal.owner
    if not principal.may(P.EDIT_RUN, run.project) and (owner is None or run.owner_id != owner.pk):
        sentence = f"The run “{run.name}” is somebody else's. Choose another run id."
        raise Forbidden(sentence, code="not_your_run")


def find_moved_run(principal: Principal, entity_name: str, project_name: str, name: str) -> Run | None:
    """Return the run that left this address if the asker may log to where it lives now, else None."""
    run = _moved_run(principal, entity_name, project_name, name)
    return run if run is not None and principal.may(P.LOG_RUN, run.project) else None


def place_of_run(principal: Principal, project: Project, name: str) -> tuple[Project, str]:
    """Return where the run of this name is, or would be made: its project and its name there.

    Raises Forbidden if the run is there and the asker may not continue it, or if one of this name has left the
    project: ids stay reserved.
    """
    run = Run.objects.filter(project=project, name=name).first()
    if run is not None:
        run.project = project
    elif RunRedirect.objects.filter(project=project, name=name).exists():
        run = _moved_from(principal, project, name)
        if run is None or not principal.may(P.LOG_RUN, run.project):
            raise Forbidden(f"The run id “{name}” was used here before. Choose another one.", code="run_id_reserved")
    if run is None:
        return project, name
    check_may_continue(principal, run)
    return run.project, run.name


def get_trash_batch(project: Project, uid: str) -> TrashBatch:
    """Return what was deleted together in a project whose door has been passed."""
    batch = TrashBatch.objects.select_related("project__tenant").filter(project=project, uid=uid).first()
    if batch is None:
        raise NotFound("There is nothing of this in the trash, or you may not see it.", code="unknown_batch")
    return batch


def get_tag_change(principal: Principal, project: Project, uid: str) -> TagChange:
    """Return the asker's last change of tags in a project whose door has been passed."""
    rows = TagChange.objects.select_related("project__tenant").filter(project=project, user_id=principal.user_id or 0)
    change = rows.filter(uid=uid).first()
    if change is None:
        raise NotFound("This change cannot be taken back any more.", code="unknown_change")
    return change


def get_move_target(principal: Principal, entity_name: str, name: str) -> Project:
    """Return a project that the asker may bring runs to: to log there is not enough, they must be theirs to edit."""
    project = get_project(principal, entity_name, name)
    check_may_receive(principal, project)
    return project


def check_may_receive(principal: Principal, project: Project) -> None:
    principal.require(P.LOG_RUN, project)
    principal.require(P.EDIT_RUN, project)


def get_projects_of_move(principal: Principal, source_id: int, target_id: int) -> tuple[Project, Project]:
    """Return source and target of a move that was ordered earlier, if the asker still may."""
    found = Project.objects.live().select_related("tenant").in_bulk([source_id, target_id])
    if len(found) < len({source_id, target_id}):
        raise NotFound("One of the two projects is gone.", code="unknown_project")
    principal.require(P.DELETE_RUN, found[source_id])
    check_may_receive(principal, found[target_id])
    return found[source_id], found[target_id]


def may_watch_run(principal: Principal, run_id: int) -> bool:
    """Return whether a person may follow a run live."""
    run = Run.objects.live().select_related("project__tenant").filter(pk=run_id).first()
    return run is not None and principal.may(P.VIEW_PROJECT, run.project)
