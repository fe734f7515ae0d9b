"""The server, who asks, and their keys."""

from types import SimpleNamespace
from typing import Any

from ariadne import MutationType, ObjectType, QueryType
from django.conf import settings

from apps.accounts import actions
from apps.accounts.access import get_home, get_own_token, require_account
from apps.accounts.models import User
from apps.accounts.permissions import Permission as P
from apps.accounts.queries import token_page
from apps.core.errors import Forbidden
from apps.core.ids import parse_wire_id, wire_id
from apps.gateways.wandb.context import Info, asker, empty_connection, signed_in
from apps.gateways.wandb.places import default_entity
from apps.teams.queries import team_page

# Features the client asks about by name; one that is not here counts as off.
FEATURES = {
    "STRUCTURED_CONSOLE_LOGS": True,
    "FILESTREAM_GZIP": True,
    "MARK_RUN_FILES_UPLOADED": True,
    "USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION": True,
    "ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE": True,
    "TOTAL_COUNT_IN_FILE_CONNECTION": True,
    "ARTIFACT_V2_DOWNLOAD_HANDLER_SUPPORTS_ARTIFACT_ID": True,
    "ARTIFACT_DIGEST_ALGORITHM": False,
    "SWEEPS_QUERY_FILTERING": False,
    "ARTIFACT_REGISTRY_SEARCH": False,
    # Asked by older clients; newer ones take them for granted.
    "ARTIFACT_TAGS": True,
    "CLIENT_IDS": True,
    "LARGE_FILENAMES": True,
    "ARTIFACT_COLLECTION_MEMBERSHIP_FILES": True,
    "ARTIFACT_COLLECTION_MEMBERSHIP_FILE_DOWNLOAD_HANDLER": True,
    "PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP": True,
    "ARTIFACT_COLLECTIONS_FILTERING_SORTING": True,
}
CLIENT_VERSIONS = {"max_cli_version": "1.0.0", "min_cli_version": "0.20.0"}
MAX_LISTED = 500

query = QueryType()
mutation = MutationType()
server_info = ObjectType("ServerInfo")
user = ObjectType("User")


@query.field("serverInfo")
def resolve_server_info(_: Any, info: Info) -> dict[str, Any]:
    features = [{"name": name, "isEnabled": is_on} for name, is_on in FEATURES.items()]
    return {"features": features, "cliVersionInfo": CLIENT_VERSIONS, "latestLocalVersionInfo": _version()}


def _version() -> dict[str, Any]:
    version = settings.CARNET_VERSION
    return {"outOfDate": False, "latestVersionString": version, "versionOnThisInstanceString": version}


@query.field("viewer")
def resolve_viewer(_: Any, info: Info) -> User | None:
    return asker(info).user


@query.field("users")
def resolve_users(_: Any, info: Info, query: str | None = None) -> dict[str, Any]:
    raise Forbidden("People are searched on the server's own pages, by its operators.", code="operator_only")


@user.field("id")
def resolve_user_id(found: User, _: Info) -> str:
    return wire_id("User", found.uid)


@user.field("name")
def resolve_user_name(found: User, _: Info) -> str:
    return found.shown_name


@user.field("username")
def resolve_username(found: User, info: Info) -> str:
    """A service account shows its name to itself: its user name is no word for people."""
    return found.name if found.is_service and _is_self(found, info) else found.username


@user.field("email")
def resolve_email(found: User, info: Info) -> str | None:
    return found.email if _is_self(found, info) else None


@user.field("admin")
def resolve_admin(found: User, info: Info) -> bool:
    return found.is_superuser and _is_self(found, info)


@user.field("flags")
def resolve_flags(found: User, info: Info) -> dict[str, bool] | None:
    return {"code_saving_enabled": default_entity(asker(info)).code_saving} if _is_self(found, info) else None


@user.field("entity")
def resolve_user_entity(found: User, info: Info) -> str | None:
    """Where runs land that name no entity."""
    if _is_self(found, info):
        return default_entity(asker(info)).name
    return None if found.is_service else found.username


@user.field("deletedAt")
@user.field("photoUrl")
def resolve_nothing(*_: Any) -> None:
    return None


@user.field("organizations")
def resolve_organizations(*_: Any) -> list[Any]:
    return []


@user.field("apiKeys")
def resolve_api_keys(found: User, info: Info) -> dict[str, Any]:
    """A person sees the recognisable beginnings of their own keys."""
    principal = asker(info)
    if not _is_self(found, info) or not principal.may_account(P.MANAGE_TOKENS):
        return empty_connection()
    tokens = _once(info, "tokens", lambda: token_page(found, limit=MAX_LISTED).items)
    return {"edges": [{"node": _api_key(token.uid, token.shown, token.name)} for token in tokens]}


@user.field("teams")
def resolve_teams(found: User, info: Info) -> dict[str, Any]:
    """The personal entity counts as a team here. Other people's teams are theirs to tell."""
    if not _is_self(found, info):
        return empty_connection()
    own: list[Any] = [found.entity] if found.entity and asker(info).tenant_id is None else []
    teams = _once(info, "teams", lambda: team_page(asker(info), limit=MAX_LISTED).items)
    nodes = own + [SimpleNamespace(uid=team.uid, name=team.name, kind="team") for team in teams]
    return {"edges": [{"node": node} for node in nodes]}


@mutation.field("updateUser")
def resolve_update_user(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    principal = signed_in(info)
    person = require_account(principal, P.MANAGE_ACCOUNT)
    if name := input.get("defaultEntity"):
        actions.set_default_entity(person, entity=get_home(principal, name), actor=principal)
    return {"user": person, "clientMutationId": input.get("clientMutationId")}


@mutation.field("createUser")
def resolve_create_user(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    raise Forbidden("Accounts are made on the server's own pages, or with manage.py create_user.", code="operator_only")


@mutation.field("generateApiKey")
def resolve_generate_api_key(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    principal = signed_in(info)
    person = require_account(principal, P.MANAGE_TOKENS)
    token, key = actions.create_token(person, actor=principal, name=input.get("description") or "")
    return {"apiKey": _api_key(token.uid, key, token.name), "clientMutationId": input.get("clientMutationId")}


@mutation.field("deleteApiKey")
def resolve_delete_api_key(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    principal = signed_in(info)
    token = get_own_token(principal, parse_wire_id(input["id"], "ApiKey"))
    actions.revoke_token(token, actor=principal)
    return {"success": True, "clientMutationId": input.get("clientMutationId")}


def _api_key(uid: str, name: str, description: str) -> dict[str, Any]:
    return {"id": wire_id("ApiKey", uid), "name": name, "description": description}


def _is_self(found: User, info: Info) -> bool:
    return found.pk == asker(info).user_id


def _once(info: Info, name: str, read: Any) -> Any:
    kept = info.context.kept
    if name not in kept:
        kept[name] = read()
    return kept[name]


BINDINGS = [query, mutation, server_info, user]
