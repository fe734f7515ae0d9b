"""Where a request lands that names its entity and project, or leaves them out."""

from django.http import HttpRequest

from apps.accounts.access import get_entity, get_home
from apps.accounts.models import Entity
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.core.errors import NotFound, Unauthenticated
from apps.core.urls import absolute
from apps.projects.access import find_project, get_project
from apps.projects.actions import UNNAMED, ensure_project
from apps.projects.models import Project
from apps.teams.access import role_in
from apps.teams.models import Role


def default_entity(principal: Principal) -> Entity:
    """Return where runs land that name no entity: the chosen team, unless one may only look there, else one's own."""
    user = principal.user
    if user is None:
        raise Unauthenticated("Send an API key. Create one at /authorize.", code="no_key")
    chosen = user.default_entity
    if chosen is not None and (role_in(principal, chosen) != Role.VIEWER or user.entity is None):
        return chosen
    if user.entity is None:
        raise NotFound("This account has no place of its own. Name an entity.", code="unknown_entity")
    return user.entity


def entity_name_of(principal: Principal, name: str | None) -> str:
    return name or default_entity(principal).name


def project_to_read(principal: Principal, entity_name: str | None, name: str | None) -> Project:
    """Return a project whose door opens for reading. Raises NotFound where it does not."""
    if not entity_name and not principal.is_signed_in:
        raise NotFound()
    return get_project(principal, entity_name_of(principal, entity_name), name or UNNAMED)


def project_to_log_into(
    principal: Principal, entity_name: str | None, name: str | None, *, request: HttpRequest
) -> Project:
    """Return the project a run goes to, made if it is missing and the asker may make projects there."""
    entity = entity_to_log_into(principal, entity_name, request=request)
    name = name or UNNAMED
    project = find_project(entity, name)
    if project is not None and principal.may(P.VIEW_PROJECT, project):
        principal.require(P.LOG_RUN, project)
        return project
    try:
        principal.require(P.CREATE_PROJECT, entity)
    except NotFound:
        raise _no_such_entity(principal, entity_name or entity.name, request) from None  # as typed: no hint at it
    if project is not None:
        sentence = f"The project “{entity.name}/{name}” is for named people only. Ask an admin of the team for access."
        raise NotFound(sentence, code="unknown_project")
    return ensure_project(entity, name, actor=principal)


def entity_to_log_into(principal: Principal, name: str | None, *, request: HttpRequest) -> Entity:
    if not name:
        return default_entity(principal)
    try:
        return get_entity(name)
    except NotFound:
        raise _no_such_entity(principal, name, request) from None


def home_of(principal: Principal, name: str | None, *, request: HttpRequest) -> Entity:
    """Return an entity in which the asker may make projects."""
    if not name:
        return default_entity(principal)
    try:
        return get_home(principal, name)
    except NotFound:
        raise _no_such_entity(principal, name, request) from None


def _no_such_entity(principal: Principal, name: str, request: HttpRequest) -> NotFound:
    """One line that says what is wrong and what to do: the client shows it as it is."""
    create = absolute(request, "/teams/new")
    own = default_entity(principal).name
    sentence = (
        f"There is no user or team “{name}” that you can log to. Create the team at {create}, or leave out the entity "
        f"to log to “{own}”."
    )
    return NotFound(sentence, code="unknown_entity")
