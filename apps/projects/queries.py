"""Reads on projects, their grants and their owners that pages and the API share."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Q

from apps.accounts.access import get_entity, homes_of, no_entity
from apps.accounts.models import Entity, User
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.accounts.queries import Person
from apps.core.pages import Page, page_of
from apps.projects.models import Project, ProjectUserObjectPermission, Visibility
from apps.teams.access import SEES_ALL_PROJECTS, role_in
from apps.teams.models import Membership


@dataclass(frozen=True)
class ProjectCard:
    """A project as lists and its overview show it. Counts of runs: apps.runs.queries.projects."""

    pk: int
    uid: str
    entity: str
    name: str
    description: str
    visibility: str
    console_capture: bool
    created_by: Person | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class GrantCard:
    """One person's own right on one project."""

    person: Person
    grant: str


@dataclass(frozen=True)
class EntityCard:
    """A user or team, as far as the asker may know of it."""

    uid: str
    name: str
    kind: str
    created_at: datetime
    project_count: int  # visible ones
    role: str | None  # of the asker, in a team


def project_page(
    principal: Principal,
    *,
    entity: Entity | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ProjectCard]:
    """Return the projects one may see, the most recently active first. `search` is a part of the name."""
    return projects_of(principal, entity=entity, search=search, cursor=cursor, limit=limit).each(project_card)


def projects_of(
    principal: Principal,
    *,
    entity: Entity | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Project]:
    """The same as rows, with owner and maker loaded, for who goes on asking of them."""
    rows = Project.objects.visible_to(principal).select_related("tenant", "created_by")
    if entity is not None:
        rows = rows.filter(tenant=entity)
    if search:
        rows = rows.filter(name__icontains=search)
    return page_of(rows.order_by("-updated_at", "-pk"), cursor=cursor, limit=limit)


def project_card(project: Project) -> ProjectCard:
    """Return a project whose door has been passed."""
    return ProjectCard(
        pk=project.pk,
        uid=project.uid,
        entity=project.tenant.name,
        name=project.name,
        description=project.description,
        visibility=project.visibility,
        console_capture=project.console_capture,
        created_by=Person.of(project.created_by) if project.created_by else None,
        created_at=project.created_at,
        updated_at=project.updated_at,
    )


def grant_page(project: Project, *, cursor: str | None = None, limit: int = 50) -> Page[GrantCard]:
    """Return who was granted what on a project, by user name."""
    rows = ProjectUserObjectPermission.objects.filter(content_object=project).select_related("user", "permission")
    return page_of(rows.order_by("user__username", "pk"), cursor=cursor, limit=limit).each(_grant_card)


def visible_entity(principal: Principal, name: str) -> Entity:
    """Return a user or team the asker is, belongs to, shares a team with, or sees a project of; else raise NotFound."""
    entity = get_entity(name)
    if not (principal.may(P.VIEW_TEAM, entity) or _is_team_mate(principal, entity) or _shows(principal, entity)):
        raise no_entity(name)
    return entity


def entity_card(principal: Principal, name: str) -> EntityCard:
    """Return what the asker may know of a visible user or team."""
    entity = visible_entity(principal, name)
    count = Project.objects.visible_to(principal).filter(tenant=entity).count()
    role = role_in(principal, entity)
    return EntityCard(entity.uid, entity.name, entity.kind, entity.created_at, count, role.value if role else None)


def _shows(principal: Principal, entity: Entity) -> bool:
    return Project.objects.visible_to(principal).filter(tenant=entity).exists()


def _is_team_mate(principal: Principal, entity: Entity) -> bool:
    if principal.user is None or entity.is_team or not principal.may_scope(P.VIEW_TEAM):
        return False
    mine = Membership.objects.filter(user=principal.user)
    if principal.tenant_id is not None:
        mine = mine.filter(team__entity_id=principal.tenant_id)
    return Membership.objects.filter(user__entity=entity, team__in=mine.values("team")).exists()


def _grant_card(row: ProjectUserObjectPermission) -> GrantCard:
    return GrantCard(Person.of(row.user), row.permission.codename)


@dataclass(frozen=True)
class Sight:
    """Who sees something that goes from one project to another, and who does not any more."""

    gaining_count: int  # people
    losing_count: int
    becomes_public: bool
    was_public: bool  # and is not any more


def change_of_sight(source: Project, target: Project) -> Sight:
    """Compare who may see two projects whose doors have been passed: four queries. Services are not counted."""
    before, after = _people_seeing(source), _people_seeing(target)
    public = {Visibility.PUBLIC, Visibility.OPEN}
    was, becomes = source.visibility in public, target.visibility in public
    gaining = 0 if was or becomes else len(after - before)
    losing = 0 if becomes else len(before - after)
    return Sight(gaining, losing, becomes and not was, was and not becomes)


def _people_seeing(project: Project) -> set[int]:
    """Return the people whom role or grant shows a project, whoever else its visibility lets in."""
    members = Membership.objects.people().filter(team__entity_id=project.tenant_id)
    if project.visibility == Visibility.RESTRICTED:
        members = members.filter(role__in=SEES_ALL_PROJECTS)
    found = set(members.values_list("user_id", flat=True))
    found.update(User.objects.filter(entity_id=project.tenant_id).values_list("pk", flat=True))
    granted = ProjectUserObjectPermission.objects.filter(content_object=project)
    return found.union(granted.values_list("user_id", flat=True))


def move_targets(principal: Principal, *, search: str = "", limit: int = 50) -> list[ProjectCard]:
    """Return projects that the asker may bring runs to, the most recently active first.

    `search` holds words, each a part of the owner's or the project's name.
    """
    rows = Project.objects.visible_to(principal).select_related("tenant", "created_by").order_by("-updated_at", "-pk")
    for word in search.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(tenant__name__icontains=word))
    found = (row for row in rows.iterator(200) if principal.may(P.LOG_RUN, row) and principal.may(P.EDIT_RUN, row))
    return [project_card(row) for row in islice(found, limit)]


def project_homes(principal: Principal) -> list[str]:
    """Return the names of users and teams in which the asker may make projects, their own first."""
    if not principal.may_account(P.MANAGE_ACCOUNT):
        return []
    return [entity.name for entity in homes_of(principal) if principal.may(P.CREATE_PROJECT, entity)]
