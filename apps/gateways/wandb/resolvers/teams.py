"""Teams, their members and service accounts."""

from typing import Any

from ariadne import MutationType, ObjectType, QueryType
from django.db import transaction

from apps.accounts.access import require_account
from apps.accounts.permissions import Permission as P
from apps.accounts.queries import get_person
from apps.core.errors import Conflict, InvalidInput, NotFound
from apps.core.ids import parse_wire_id, wire_id
from apps.gateways.wandb.context import Info, asker, null_if_missing, signed_in
from apps.gateways.wandb.places import entity_name_of
from apps.projects.queries import entity_card
from apps.teams import actions
from apps.teams.access import get_member, get_service_account, get_team
from apps.teams.models import Membership, Role
from apps.teams.queries import new_service_keys, role_of, roster

ADMIN_ROLES = frozenset({Role.OWNER, Role.ADMIN})

query = QueryType()
mutation = MutationType()
entity = ObjectType("Entity")


@query.field("entity")
@null_if_missing
def resolve_entity(_: Any, info: Info, name: str | None = None) -> Any:
    return entity_card(asker(info), entity_name_of(asker(info), name))


@entity.field("id")
def resolve_entity_id(found: Any, _: Info) -> str:
    return wire_id("Entity", found.uid)


@entity.field("isTeam")
def resolve_is_team(found: Any, _: Info) -> bool:
    return bool(found.kind == "team")


@entity.field("entityType")
def resolve_entity_type(found: Any, _: Info) -> str:
    return str(found.kind)


@entity.field("defaultAccess")
def resolve_default_access(found: Any, _: Info) -> str:
    return "ENTITY_WRITE" if found.kind == "team" else "PRIVATE"


FIXED = {
    "available": False,  # the name is taken
    "photoUrl": None,
    "readOnly": False,
    "readOnlyAdmin": False,
    "privateOnly": False,
    "storageBytes": 0,
    "codeSavingEnabled": True,
    "isPaid": False,
    "limits": None,
    "organization": None,
    "user": None,
    "xxhashDigestsEnabled": False,
}
for field, value in FIXED.items():
    entity.set_field(field, lambda *_, value=value: value)


@entity.field("members")
def resolve_members(found: Any, info: Info) -> list[dict[str, Any]]:
    """The people and service accounts of a team, for those who belong to it. A person is alone in their own place."""
    principal = asker(info)
    user = principal.user
    if found.kind != "team":
        is_own = user is not None and user.entity is not None and user.entity.uid == found.uid
        return [_alone(user)] if is_own else []
    try:
        team = get_team(principal, found.name)
    except NotFound:
        return []
    keys = new_service_keys(team, actor=principal)
    return [_member(member, keys.get(member.user_id)) for member in roster(team)]


def _alone(user: Any) -> dict[str, Any]:
    return {
        "id": wire_id("User", user.uid),
        "admin": True,
        "pending": False,
        "email": user.email,
        "username": user.username,
        "name": user.shown_name,
        "accountType": "USER",
        "role": "admin",
    }


def _member(member: Membership, key: str | None) -> dict[str, Any]:
    person = member.user
    return {
        "id": wire_id("Member", member.uid),
        "admin": member.role in ADMIN_ROLES,
        "pending": False,
        "email": person.email,
        "username": person.username,
        "name": person.shown_name,
        "accountType": "SERVICE" if person.is_service else "ADMIN" if member.role in ADMIN_ROLES else "MEMBER",
        "apiKey": key,
        "role": member.role,
    }


@mutation.field("createTeam")
@transaction.atomic
def resolve_create_team(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    principal = signed_in(info)
    owner = require_account(principal, P.CREATE_TEAM)
    team = actions.create_team(input["teamName"], owner=owner, actor=principal)
    admin = input.get("teamAdminUserName")
    if admin and admin.lower() != owner.username.lower():
        actions.add_member(team, get_person(admin), role=Role.ADMIN, actor=principal)
    return {"entity": team.entity, "clientMutationId": input.get("clientMutationId")}


@mutation.field("createInvite")
def resolve_create_invite(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """Add somebody who has an account here. A repeat is refused, as the client expects."""
    principal = signed_in(info)
    team = get_team(principal, input["entityName"], P.MANAGE_MEMBERS)
    name = input.get("username") or input.get("email") or ""
    try:
        person = get_person(name)
    except NotFound:
        sentence = (
            f"Nobody on this server has the user name or mail address “{name}”. Ask them to make an account first."
        )
        raise InvalidInput(sentence, code="unknown_user") from None
    if role_of(person, team) is not None:
        raise Conflict(f"{person.shown_name} is a member of {team.name} already.", code="already_member")
    member = actions.add_member(team, person, role=_role_wanted(input), actor=principal)
    invite = {
        "id": wire_id("Member", member.uid),
        "name": person.shown_name,
        "email": person.email,
        "createdAt": member.joined_at,
        "toUser": person,
    }
    return {"invite": invite, "clientMutationId": input.get("clientMutationId")}


def _role_wanted(given: dict[str, Any]) -> Role:
    if given.get("admin"):
        return Role.ADMIN
    role = given.get("role") or Role.MEMBER
    if role not in {Role.ADMIN, Role.MEMBER, Role.VIEWER}:
        raise InvalidInput(f"“{role}” is no role. Roles are admin, member and viewer.", code="bad_role")
    return Role(role)


@mutation.field("deleteInvite")
def resolve_delete_invite(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    principal = signed_in(info)
    team = get_team(principal, entity_name_of(principal, input.get("entityName")))
    uid = parse_wire_id(input.get("id") or "", "Member")
    member = get_member(principal, team, uid, need=P.MANAGE_MEMBERS)
    if member.role == Role.SERVICE:
        account = get_service_account(principal, team, member.user.name)
        actions.remove_service_account(account, actor=principal)
    else:
        actions.remove_member(member, actor=principal)
    return {"success": True, "clientMutationId": input.get("clientMutationId")}


@mutation.field("createServiceAccount")
@transaction.atomic
def resolve_create_service_account(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """Make the account with its first key, which the client reads from the team's last member."""
    principal = signed_in(info)
    team = get_team(principal, input["entityName"], P.MANAGE_TEAM)
    account = actions.create_service_account(team, input["description"], actor=principal)
    actions.create_service_token(account, actor=principal, name=account.name)
    return {"user": account.user, "clientMutationId": input.get("clientMutationId")}


BINDINGS = [query, mutation, entity]
