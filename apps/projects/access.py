"""What a principal may do with a project, and the doors to projects.

Three sources, in this order: the role in the team (apps/teams/access.py), a grant to one person on one project
(guardian's direct-key table), the project's visibility. Tokens cut the answer afterwards.
"""

from enum import StrEnum

from apps.accounts.models import Entity
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal, rights_on
from apps.core.errors import NotFound
from apps.projects.models import Project, ProjectRedirect, ProjectUserObjectPermission, Visibility
from apps.teams.access import ROLE_RIGHTS, SEES_ALL_PROJECTS, role_in

_READ = frozenset({P.VIEW_PROJECT})
_LOG = _READ | {P.LOG_RUN, P.EDIT_RUN, P.STOP_RUN}
_ADMINISTER = _LOG | {P.DELETE_RUN, P.EDIT_PROJECT, P.ADMIN_PROJECT}


class Grant(StrEnum):
    """What one person may be granted on one project. Each includes the ones before it."""

    READ = "read"
    LOG = "log"
    ADMINISTER = "administer"


GRANT_RIGHTS: dict[str, frozenset[P]] = {Grant.READ: _READ, Grant.LOG: _LOG, Grant.ADMINISTER: _ADMINISTER}


@rights_on(Project)
def rights_on_project(principal: Principal, project: Project) -> frozenset[P]:
    if project.deleted_at is not None:
        return frozenset()
    rights = _by_role(principal, project) | _by_visibility(principal, project)
    return rights if P.ADMIN_PROJECT in rights else rights | _by_grant(principal, project)


def _by_role(principal: Principal, project: Project) -> frozenset[P]:
    if principal.user is not None and principal.user.entity_id == project.tenant_id:
        return frozenset(P)
    role = role_in(principal, project.tenant)
    if role is None or (project.visibility == Visibility.RESTRICTED and role not in SEES_ALL_PROJECTS):
        return frozenset()
    return ROLE_RIGHTS[role]


def _by_visibility(principal: Principal, project: Project) -> frozenset[P]:
    if project.visibility == Visibility.OPEN and principal.is_signed_in and not principal.is_service:
        return _READ | {P.LOG_RUN}
    return _READ if project.visibility in {Visibility.PUBLIC, Visibility.OPEN} else frozenset()


def _by_grant(principal: Principal, project: Project) -> frozenset[P]:
    codes = grants_of(principal).get(project.pk, ())
    return frozenset().union(*(GRANT_RIGHTS.get(code, frozenset()) for code in codes))


def grants_of(principal: Principal) -> dict[int, list[str]]:
    """Return project id → granted codes of this user, read once per loaded user object."""
    if principal.user is None:
        return {}
    kept: dict[int, list[str]] | None = principal.user.__dict__.get("_project_grants")
    if kept is None:
        kept = {}
        rows = ProjectUserObjectPermission.objects.filter(user=principal.user)
        for project_id, code in rows.values_list("content_object_id", "permission__codename"):
            kept.setdefault(project_id, []).append(code)
        principal.user.__dict__["_project_grants"] = kept
    return kept


def get_project(principal: Principal, entity_name: str, name: str, need: P = P.VIEW_PROJECT) -> Project:
    """Return the project at this or a former address. Raises NotFound where the asker may not see it."""
    absent = NotFound(f"There is no project “{entity_name}/{name}”, or you may not see it.", code="unknown_project")
    entity = Entity.objects.named(entity_name)
    project = find_project(entity, name) if entity else None
    if project is None:
        raise absent
    principal.require(need, project, absent=absent)
    return project


def get_project_by_uid(principal: Principal, uid: str, need: P = P.VIEW_PROJECT) -> Project:
    project = Project.objects.live().select_related("tenant").filter(uid=uid).first()
    if project is None:
        raise NotFound()
    principal.require(need, project)
    return project


def find_project(entity: Entity, name: str) -> Project | None:
    """Return the project of this or a former name under an entity, without asking whether anybody may see it."""
    live = Project.objects.live().select_related("tenant")
    project = live.filter(tenant=entity, name=name).first()
    if project is None:
        redirect = ProjectRedirect.objects.filter(tenant=entity, name=name).first()
        project = live.filter(pk=redirect.project_id).first() if redirect else None
    return project
