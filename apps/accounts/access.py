"""Doors to entities, tokens, and from credentials to a principal."""

import base64
import binascii
from collections.abc import Callable

from apps.accounts import tokens
from apps.accounts.actions import note_token_use
from apps.accounts.models import ApiToken, Entity, User
from apps.accounts.permissions import Permission
from apps.accounts.principal import Principal, rights_on
from apps.core.errors import Forbidden, NotFound, Unauthenticated

WRONG_KEY = "This API key is not valid, or no longer. Create one at /authorize."


def principal_from_header(authorization: str, *, address: str, client: str) -> Principal:
    """Return who an Authorization header speaks for: `Basic api:<key>` or `Bearer <key>`. Raises Unauthenticated."""
    text = key_in_header(authorization)
    key = tokens.parse_key(text) if text else None
    token = (
        ApiToken.objects.usable().select_related("user", "tenant").filter(public_id=key.public_id).first()
        if key
        else None
    )
    if key is None or token is None or not tokens.matches(key.secret, token.secret_hash) or not token.user.is_active:
        raise Unauthenticated(WRONG_KEY, code="wrong_key")
    if token.prefix != key.prefix:
        raise Unauthenticated(WRONG_KEY, code="wrong_key")
    note_token_use(token, address=address, client=client)
    return Principal(user=token.user, token=token, address=address, client=client)


def key_in_header(authorization: str) -> str | None:
    """Return the key inside a Basic or Bearer header, else None."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return None
    try:
        _, _, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return password.strip()


def principal_of_job(user_id: int | None, token_id: int | None, *, address: str, client: str) -> Principal:
    """Return who ordered a job, with the rights they have now. Raises Unauthenticated where person or key are gone."""
    user = User.objects.select_related("entity").filter(pk=user_id or 0, is_active=True).first()
    token = ApiToken.objects.usable().filter(pk=token_id, user=user).first() if user and token_id else None
    if user is None or (token_id and token is None):
        raise Unauthenticated("Whoever ordered this may not sign in any more.", code="asker_gone")
    return Principal(user=user, token=token, address=address, client=client)


def on_behalf(principal: Principal, *, username: str, email: str, members: dict[str, User]) -> Principal:
    """Return the service's principal acting for a team member it names; other principals are returned as they are.

    `members` maps lower-case user names and mail addresses of the service's team to people. A user name that is
    no member is refused; a mail address counts only if the user name is empty, and is ignored if unknown.
    """
    if not principal.is_service or not (username or email):
        return principal
    if username:
        member = members.get(username.lower())
        if member is None:
            sentence = f"“{username}” (WANDB_USERNAME) is not a member of the team this service account belongs to."
            raise Forbidden(sentence, code="not_a_member")
        return principal.acting_for(member)
    member = members.get(email.lower())
    return principal.acting_for(member) if member else principal


def get_entity(name: str) -> Entity:
    """Return the entity of this or a former name. Whether the asker may see anything of it is another question."""
    entity = Entity.objects.named(name)
    if entity is None:
        raise no_entity(name)
    return entity


def no_entity(name: str) -> NotFound:
    """What is said of an entity that is absent or hidden."""
    return NotFound(f"There is no user or team “{name}”, or you may not see it.", code="unknown_entity")


def get_home(principal: Principal, name: str, need: Permission = Permission.CREATE_PROJECT) -> Entity:
    """Return the entity of this or a former name in which the asker has a right: their own, or a team of theirs."""
    entity = get_entity(name)
    principal.require(need, entity, absent=no_entity(name))
    return entity


def require_account(principal: Principal, permission: Permission) -> User:
    """Return who asks, if they have this right on their own account. Raises Unauthenticated or Forbidden."""
    if principal.user is None:
        raise Unauthenticated("Send a token or sign in.")
    if not principal.may_account(permission):
        who = "A service account" if principal.is_service else "This token"
        raise Forbidden(f"{who} may not {permission}.", code="forbidden")
    return principal.user


def require_operator(principal: Principal) -> None:
    """Raise NotFound unless an operator of the server asks, in person: no key makes one."""
    if not principal.is_operator:
        raise NotFound()


def get_account(principal: Principal, uid: str) -> User:
    """Return any person of this server, for its operators."""
    require_operator(principal)
    user = User.objects.people().select_related("entity").filter(uid=uid).first()
    if user is None:
        raise NotFound()
    return user


def get_own_token(principal: Principal, uid: str) -> ApiToken:
    """Return a token of the person who asks."""
    user = require_account(principal, Permission.MANAGE_TOKENS)
    token = ApiToken.objects.select_related("user", "tenant").filter(user=user, uid=uid).first()
    if token is None:
        raise NotFound()
    return token


@rights_on(Entity)
def rights_on_entity(principal: Principal, entity: Entity) -> frozenset[Permission]:
    """A person may do everything with their own entity. Teams answer for theirs in `teams`."""
    source = _entity_rights.get(entity.kind)
    return source(principal, entity) if source else frozenset()


def own_entity_rights(principal: Principal, entity: Entity) -> frozenset[Permission]:
    if principal.user is not None and principal.user.entity_id == entity.pk:
        return frozenset(Permission)
    return frozenset()


_entity_rights = {Entity.Kind.USER.value: own_entity_rights}
_homes: list[Callable[[User], list[Entity]]] = []


def register_entity_rights(kind: Entity.Kind, source: object) -> None:
    """Let the app `teams` answer for entities of kind team."""
    _entity_rights[kind.value] = source  # type: ignore[assignment]


def register_homes(source: Callable[[User], list[Entity]]) -> None:
    """Let an upper app name further entities in which a person's runs may land."""
    if source not in _homes:
        _homes.append(source)


def homes_of(principal: Principal) -> list[Entity]:
    """Return where this person's runs may land: the personal entity first, then teams in which they may log."""
    user = require_account(principal, Permission.MANAGE_ACCOUNT)
    found = [entity for source in _homes for entity in source(user)]
    own = [user.entity] if user.entity else []
    return own + [entity for entity in found if principal.may(Permission.CREATE_PROJECT, entity)]
