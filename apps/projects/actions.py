"""Every write on projects and their grants."""

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from guardian.shortcuts import assign_perm, remove_perm

from apps.accounts.events import AccessChanged
from apps.accounts.models import Entity, User
from apps.accounts.principal import Principal
from apps.core.audit import record
from apps.core.errors import Conflict, InvalidInput
from apps.core.events import publish
from apps.core.names import check_project_name
from apps.projects.access import Grant, find_project
from apps.projects.events import ProjectChanged, ProjectCreated, ProjectDeleted
from apps.projects.models import Project, ProjectRedirect, ProjectUserObjectPermission, Visibility

UNNAMED = "uncategorized"  # where the wandb client's runs land that name no project


@transaction.atomic
def create_project(
    entity: Entity,
    name: str,
    *,
    actor: Principal,
    visibility: str | None = None,
    description: str = "",
) -> Project:
    """Make a project. A team's is seen by the team unless `visibility` says otherwise; a person's by that person."""
    check_project_name(name)
    visibility = check_visibility(visibility or (Visibility.TEAM if entity.is_team else Visibility.RESTRICTED), entity)
    ProjectRedirect.objects.filter(tenant=entity, name=name).delete()
    try:
        with transaction.atomic():
            project = Project.objects.create(
                tenant=entity, name=name, visibility=visibility, description=description, created_by=actor.owner
            )
    except IntegrityError:
        raise Conflict(f"{entity.name} has a project “{name}” already.", code="name_taken") from None
    if visibility == Visibility.RESTRICTED and entity.is_team and actor.owner:
        assign_perm(f"projects.{Grant.ADMINISTER}", actor.owner, project)
        _forget_grants(actor.owner)
    record(actor, "project.created", target=project_address(project), tenant_id=entity.pk, visibility=visibility)
    publish(ProjectCreated(project.pk))
    return project


def ensure_project(entity: Entity, name: str, *, actor: Principal) -> Project:
    """Return the project of this name, making it if it is missing. Safe when two writers arrive at once."""
    found = find_project(entity, name)
    if found is not None:
        return found
    try:
        return create_project(entity, name, actor=actor)
    except Conflict:
        found = find_project(entity, name)
        if found is None:
            raise
        return found


@transaction.atomic
def update_project(
    project: Project,
    *,
    actor: Principal,
    name: str | None = None,
    description: str | None = None,
    visibility: str | None = None,
    console_capture: bool | None = None,
) -> Project:
    """Change a project. None leaves a value as it is. A former name redirects."""
    project = Project.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=project.pk)
    changed: dict[str, object] = {}
    if name is not None and name != project.name:
        changed["name"] = project.name
        _rename(project, name)
    if description is not None and description != project.description:
        changed["description"] = True
        project.description = description
    if visibility is not None and visibility != project.visibility:
        changed["visibility"] = project.visibility
        project.visibility = check_visibility(visibility, project.tenant)
    if console_capture is not None and console_capture != project.console_capture:
        changed["console_capture"] = project.console_capture
        project.console_capture = console_capture
    if changed:
        project.save()
        record(actor, "project.changed", target=project_address(project), tenant_id=project.tenant_id, before=changed)
        publish(ProjectChanged(project.pk))
        if "visibility" in changed:
            publish(AccessChanged(None))
    return project


@transaction.atomic
def delete_project(project: Project, *, actor: Principal) -> None:
    """Put a project into the trash. Nobody reaches it any more; its name is free again. A repeat changes nothing."""
    if Project.objects.filter(pk=project.pk, deleted_at=None).update(deleted_at=now()):
        record(actor, "project.deleted", target=project_address(project), tenant_id=project.tenant_id)
        publish(ProjectDeleted(project.pk))
        publish(AccessChanged(None))


@transaction.atomic
def grant_project(project: Project, user: User, *, grant: Grant, actor: Principal) -> None:
    """Grant one person one right on one project, in place of an earlier grant. A repeat changes nothing."""
    if user.is_service:
        raise InvalidInput("Grants are for people. A service account works in its own team only.")
    held = set(
        ProjectUserObjectPermission.objects.filter(user=user, content_object=project).values_list(
            "permission__codename", flat=True
        )
    )
    if held == {grant.value}:
        return
    for other in held - {grant.value}:
        remove_perm(f"projects.{other}", user, project)
    assign_perm(f"projects.{grant}", user, project)
    _forget_grants(user)
    record(
        actor,
        "project.granted",
        target=project_address(project),
        tenant_id=project.tenant_id,
        user=user.username,
        grant=grant,
    )
    publish(ProjectChanged(project.pk))
    publish(AccessChanged(user.pk))


@transaction.atomic
def revoke_grant(project: Project, user: User, *, actor: Principal) -> None:
    """Take back whatever one person was granted on a project. A repeat changes nothing."""
    deleted, _ = ProjectUserObjectPermission.objects.filter(user=user, content_object=project).delete()
    _forget_grants(user)
    if deleted:
        record(
            actor,
            "project.grant_revoked",
            target=project_address(project),
            tenant_id=project.tenant_id,
            user=user.username,
        )
        publish(ProjectChanged(project.pk))
        publish(AccessChanged(user.pk))


def check_visibility(visibility: str, entity: Entity) -> str:
    if visibility not in Visibility.values:
        sentence = f"Visibility is one of {', '.join(Visibility.values)}."
        raise InvalidInput(sentence, fields={"visibility": sentence})
    if visibility == Visibility.TEAM and not entity.is_team:
        return Visibility.RESTRICTED
    return visibility


def _rename(project: Project, name: str) -> None:
    check_project_name(name)
    if Project.objects.live().filter(tenant=project.tenant, name=name).exclude(pk=project.pk).exists():
        sentence = f"{project.tenant.name} has a project “{name}” already."
        raise Conflict(sentence, code="name_taken")
    ProjectRedirect.objects.filter(tenant=project.tenant, name=name).delete()
    ProjectRedirect.objects.update_or_create(
        tenant=project.tenant, name=project.name, defaults={"project": project, "created_at": now()}
    )
    project.name = name


def project_address(project: Project) -> str:
    """Return how the audit trail calls a project whose entity is loaded."""
    return f"{project.tenant.name}/{project.name}"


def _forget_grants(user: User) -> None:
    user.__dict__.pop("_project_grants", None)
