"""Projects."""

from typing import Any

from ariadne import MutationType, ObjectType, QueryType
from django.db import transaction

from apps.accounts.access import get_entity
from apps.accounts.permissions import Permission as P
from apps.core.errors import InvalidInput, NotFound
from apps.core.ids import parse_wire_id, wire_id
from apps.gateways.wandb.context import Info, asker, null_if_missing, page_size, signed_in
from apps.gateways.wandb.places import entity_name_of, home_of, project_to_read
from apps.projects import actions
from apps.projects.access import find_project, get_project_by_uid
from apps.projects.models import Project, Visibility
from apps.projects.queries import projects_of

# The original's words for who reaches a project → ours.
ACCESS = {
    "PRIVATE": Visibility.RESTRICTED,
    "ENTITY_READ": Visibility.TEAM,
    "ENTITY_WRITE": Visibility.TEAM,
    "USER_READ": Visibility.PUBLIC,
    "USER_WRITE": Visibility.OPEN,
}
SHOWN_ACCESS = {visibility.value: word for word, visibility in ACCESS.items()}

query = QueryType()
mutation = MutationType()
project = ObjectType("Project")
entity = ObjectType("Entity")


@query.field("project")
@query.field("model")
@null_if_missing
def resolve_project(_: Any, info: Info, name: str | None = None, entityName: str | None = None) -> Project:
    return project_to_read(asker(info), entityName, name)


@entity.field("project")
@null_if_missing
def resolve_project_of(found: Any, info: Info, name: str | None = None) -> Project:
    return project_to_read(asker(info), found.name, name)


@query.field("models")
@null_if_missing
def resolve_models(
    _: Any, info: Info, entityName: str | None = None, after: str | None = None, first: int | None = None
) -> dict[str, Any]:
    principal = asker(info)
    owner = get_entity(entity_name_of(principal, entityName))
    page = projects_of(principal, entity=owner, cursor=after or None, limit=page_size(first))
    info.context.spend(len(page.items))
    edges = [{"node": item, "cursor": page.next_cursor or ""} for item in page.items]
    return {"edges": edges, "pageInfo": {"hasNextPage": bool(page.next_cursor), "endCursor": page.next_cursor}}


@project.field("id")
def resolve_id(found: Project, _: Info) -> str:
    return wire_id("Project", found.uid)


@project.field("internalId")
def resolve_internal_id(found: Project, _: Info) -> str:
    """The client sends it back as a 32-bit number, so it is the key of the row and not the uid."""
    return str(found.pk)


@project.field("entityName")
def resolve_entity_name(found: Project, _: Info) -> str:
    return found.tenant.name


@project.field("entity")
def resolve_entity(found: Project, _: Info) -> Any:
    return found.tenant


@project.field("access")
def resolve_access(found: Project, _: Info) -> str:
    return SHOWN_ACCESS[found.visibility]


@project.field("views")
def resolve_views(*_: Any) -> str:
    return "{}"


@project.field("createdAt")
def resolve_created_at(found: Project, _: Info) -> Any:
    return found.created_at


@project.field("updatedAt")
def resolve_updated_at(found: Project, _: Info) -> Any:
    return found.updated_at


@project.field("isBenchmark")
def resolve_is_benchmark(*_: Any) -> bool:
    return False


@project.field("isPublished")
def resolve_is_published(found: Project, _: Info) -> bool:
    return found.visibility in {Visibility.PUBLIC, Visibility.OPEN}


@project.field("readOnly")
def resolve_read_only(found: Project, info: Info) -> bool:
    return not asker(info).may(P.LOG_RUN, found)


@project.field("user")
def resolve_user(found: Project, _: Info) -> Any:
    return found.created_by


@mutation.field("upsertModel")
@transaction.atomic
def resolve_upsert_model(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """Make a project, or change the one that is there. None leaves a value as it is."""
    principal = signed_in(info)
    found, inserted = _find_or_make(info, input)
    changes: dict[str, str | None] = {"description": input.get("description")}
    if not inserted:
        changes |= {"visibility": _visibility(input.get("access")), "name": input.get("name")}
    wanted = {key: value for key, value in changes.items() if value is not None and value != getattr(found, key)}
    if wanted:
        principal.require(P.EDIT_PROJECT if wanted.keys() <= {"description"} else P.ADMIN_PROJECT, found)
        found = actions.update_project(found, actor=principal, **wanted)  # type: ignore[arg-type]
    answer = {"project": found, "model": found, "inserted": inserted}
    return answer | {"clientMutationId": input.get("clientMutationId")}


def _find_or_make(info: Info, given: dict[str, Any]) -> tuple[Project, bool]:
    principal = signed_in(info)
    if given.get("id"):
        return get_project_by_uid(principal, parse_wire_id(given["id"], "Project")), False
    name = given.get("name")
    if not name:
        raise InvalidInput("A project needs a name.", code="invalid_name")
    try:
        return project_to_read(principal, given.get("entityName"), name), False
    except NotFound:
        home = home_of(principal, given.get("entityName"), request=info.context.request)
    if find_project(home, name) is not None:
        raise InvalidInput(f"{home.name} has a project “{name}” that you may not see.", code="name_taken")
    return actions.create_project(home, name, actor=principal, visibility=_visibility(given.get("access"))), True


def _visibility(access: str | None) -> str | None:
    if not access:
        return None
    if access not in ACCESS:
        raise InvalidInput(f"“{access}” is no access. Choose one of {', '.join(ACCESS)}.", code="bad_access")
    return ACCESS[access].value


BINDINGS = [query, mutation, project, entity]
