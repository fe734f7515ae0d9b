"""Who reaches the projects of an entity: what its privacy page reads."""

from dataclasses import dataclass

from apps.accounts.models import Entity
from apps.accounts.queries import Person
from apps.projects.models import Project, ProjectUserObjectPermission, Visibility
from apps.teams.access import SEES_ALL_PROJECTS
from apps.teams.models import Membership


@dataclass(frozen=True)
class PrivacyRow:
    """One project, who can read it, and the people it was granted to."""

    uid: str
    name: str
    description: str
    visibility: str
    readers: str
    guests: list[Person]  # it was granted to them, and they are not in the team


def privacy_rows(entity: Entity) -> list[PrivacyRow]:
    """Return every project of an entity, by name. Three queries for any number of projects."""
    projects = list(Project.objects.live().filter(tenant=entity).order_by("name"))
    roles = dict(Membership.objects.people().filter(team__entity=entity).values_list("user_id", "role"))
    named: dict[int, dict[int, Person]] = {project.pk: {} for project in projects}
    grants = ProjectUserObjectPermission.objects.filter(content_object__in=projects).select_related("user")
    for grant in grants.order_by("user__username"):
        named[grant.content_object_id][grant.user_id] = Person.of(grant.user)
    return [_row(project, named[project.pk], roles) for project in projects]


def _row(project: Project, named: dict[int, Person], roles: dict[int, str]) -> PrivacyRow:
    let_in = [person for user_id, person in named.items() if roles.get(user_id) not in SEES_ALL_PROJECTS]
    return PrivacyRow(
        uid=project.uid,
        name=project.name,
        description=project.description,
        visibility=project.visibility,
        readers=_readers(project, len(let_in), len(roles)),
        guests=[person for user_id, person in named.items() if user_id not in roles],
    )


def _readers(project: Project, let_in_count: int, member_count: int) -> str:
    if project.visibility == Visibility.OPEN:
        return "anybody, may log"
    if project.visibility == Visibility.PUBLIC:
        return "anybody"
    if project.visibility == Visibility.TEAM:
        return _counted(member_count, "member", "members")
    always = "owners and admins" if member_count else "only you"
    return f"{always}, {_counted(let_in_count, 'named person', 'named people')}" if let_in_count else always


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
