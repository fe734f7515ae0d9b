"""What each role may do, and the doors to teams, members and service accounts."""

from apps.accounts.access import get_entity, no_entity, on_behalf, register_entity_rights, register_homes
from apps.accounts.models import ApiToken, Entity, User
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal, rights_on
from apps.core.errors import NotFound
from apps.teams.models import Membership, Role, ServiceAccount, Team

_VIEWER = frozenset({P.VIEW_TEAM, P.VIEW_PROJECT})
_MEMBER = _VIEWER | {P.CREATE_PROJECT, P.LOG_RUN, P.EDIT_RUN, P.STOP_RUN, P.DELETE_RUN, P.EDIT_PROJECT}
_SERVICE = _VIEWER | {P.CREATE_PROJECT, P.LOG_RUN, P.EDIT_RUN, P.STOP_RUN}
_ADMIN = _MEMBER | {P.ADMIN_PROJECT, P.MANAGE_MEMBERS, P.MANAGE_TEAM}

# On the team itself and on those of its projects that the whole team sees.
ROLE_RIGHTS: dict[str, frozenset[P]] = {
    Role.OWNER: _ADMIN | {P.OWN_TEAM},
    Role.ADMIN: _ADMIN,
    Role.MEMBER: _MEMBER,
    Role.VIEWER: _VIEWER,
    Role.SERVICE: _SERVICE,
}
SEES_ALL_PROJECTS = frozenset({Role.OWNER, Role.ADMIN})  # also the restricted ones


def role_in(principal: Principal, entity: Entity) -> Role | None:
    """Return the principal's role in the team of this entity. One query for all its teams, kept on the user."""
    if principal.user is None:
        return None
    return roles_of(principal.user).get(entity.pk)


def roles_of(user: User) -> dict[int, Role]:
    """Return entity id → role of every team of this user, read once per loaded user object."""
    roles = user.__dict__.get("_roles")
    if roles is None:
        rows = Membership.objects.filter(user=user).values_list("team__entity_id", "role")
        roles = user.__dict__["_roles"] = {entity_id: Role(role) for entity_id, role in rows}
    return roles


@rights_on(Team)
def rights_on_team(principal: Principal, team: Team) -> frozenset[P]:
    return rights_on_team_entity(principal, team.entity)


def rights_on_team_entity(principal: Principal, entity: Entity) -> frozenset[P]:
    role = role_in(principal, entity)
    return ROLE_RIGHTS[role] if role else frozenset()


def team_entities_of(user: User) -> list[Entity]:
    return list(Entity.objects.filter(team__memberships__user=user).order_by("name"))


register_entity_rights(Entity.Kind.TEAM, rights_on_team_entity)
register_homes(team_entities_of)


def get_team(principal: Principal, name: str, need: P = P.VIEW_TEAM) -> Team:
    """Return the team of this or a former name. Raises NotFound where the asker may not see it."""
    entity = get_entity(name)
    team = Team.objects.select_related("entity").filter(entity=entity).first()
    if team is None:
        raise no_entity(name)
    principal.require(need, team, absent=no_entity(name))
    return team


def get_member(principal: Principal, team: Team, uid: str, need: P = P.MANAGE_MEMBERS) -> Membership:
    """Return a membership of this team by uid."""
    principal.require(need, team)
    member = Membership.objects.select_related("user", "team__entity").filter(team=team, uid=uid).first()
    if member is None:
        raise NotFound()
    return member


def get_service_account(principal: Principal, team: Team, name: str, need: P = P.MANAGE_TEAM) -> ServiceAccount:
    """Return a service account of this team by name or uid."""
    principal.require(need, team)
    accounts = ServiceAccount.objects.select_related("user", "team__entity").filter(team=team, removed_at=None)
    account = accounts.filter(name__iexact=name).first() or accounts.filter(uid=name).first()
    if account is None:
        raise NotFound()
    return account


def get_service_token(principal: Principal, account: ServiceAccount, uid: str) -> ApiToken:
    """Return a token of this service account."""
    principal.require(P.MANAGE_TEAM, account.team)
    token = ApiToken.objects.select_related("user", "tenant").filter(user=account.user, uid=uid).first()
    if token is None:
        raise NotFound()
    return token


def principal_on_behalf(principal: Principal, *, username: str, email: str) -> Principal:
    """Honour WANDB_USERNAME for service accounts: the named member of the service's team (see accounts.access)."""
    if not principal.is_service or principal.tenant_id is None or not (username or email):
        return principal
    rows = Membership.objects.people().filter(team__entity_id=principal.tenant_id).select_related("user")
    members: dict[str, User] = {}
    for row in rows:
        members[row.user.email.lower()] = row.user
    for row in rows:
        members[row.user.username.lower()] = row.user
    return on_behalf(principal, username=username, email=email, members=members)
