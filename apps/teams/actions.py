"""Every write on teams, members and service accounts."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from apps.accounts import actions as accounts
from apps.accounts.events import AccessChanged
from apps.accounts.models import ApiToken, Entity, User
from apps.accounts.principal import Principal
from apps.core.audit import record
from apps.core.errors import Conflict, Forbidden, InvalidInput
from apps.core.events import publish
from apps.teams.events import MemberAdded, MemberRemoved, MemberRoleChanged, TeamCreated
from apps.teams.models import Membership, Role, ServiceAccount, Team

HUMAN_ROLES = [Role.OWNER, Role.ADMIN, Role.MEMBER, Role.VIEWER]


@transaction.atomic
def create_team(name: str, *, owner: User, actor: Principal, description: str = "") -> Team:
    """Make a team owned by `owner`. Its name is in every address and unique among users and teams."""
    if owner.is_service:
        raise InvalidInput("A service account cannot own a team.", code="service_owner")
    entity = accounts.claim_entity(name, Entity.Kind.TEAM)
    team = Team.objects.create(entity=entity, description=description, created_by=owner)
    record(actor, "team.created", target=name, tenant_id=entity.pk)
    publish(TeamCreated(team.pk, entity.pk))
    add_member(team, owner, role=Role.OWNER, actor=actor)
    return team


@transaction.atomic
def set_up(
    code: str, *, username: str, email: str, password: str, name: str = "", team: str = "", actor: Principal
) -> User:
    """Create the first operator, and their first team if it has a name. A refusal of either leaves the code unused."""
    user = accounts.set_up_server(code, username=username, email=email, password=password, name=name, actor=actor)
    if team:
        create_team(team, owner=user, actor=actor.signed_in_as(user))
    return user


@transaction.atomic
def add_member(team: Team, user: User, *, role: Role, actor: Principal) -> Membership:
    """Add a person with a role. A repeat with the same role changes nothing; with another role it raises Conflict.

    The first team becomes the default place of their runs if they, an operator or the server's commands add them.
    Anybody may found a team and add anybody: a stranger must not turn others' runs towards their own team.
    """
    if user.is_service or role not in HUMAN_ROLES:
        raise InvalidInput(f"A person's role is one of {', '.join(HUMAN_ROLES)}.", fields={"role": "Unknown role."})
    _check_owner_may(team, role, actor)
    member, created = Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
    if not created:
        if member.role != role:
            raise Conflict(f"{user.shown_name} is a member already, as {member.role}.", code="already_member")
        return member
    _forget_roles(user)
    if user.default_entity_id is None and _may_lead_runs(user, actor):
        user.default_entity = team.entity
        user.save(update_fields=["default_entity"])
    record(actor, "member.added", target=user.username, tenant_id=team.entity_id, role=role)
    publish(MemberAdded(team.pk, user.pk, role))
    publish(AccessChanged(user.pk))
    return member


@transaction.atomic
def change_role(member: Membership, *, role: Role, actor: Principal) -> Membership:
    """Give a person another role. The last owner keeps theirs. A repeat changes nothing."""
    member = Membership.objects.select_for_update(of=("self",)).select_related("team__entity", "user").get(pk=member.pk)
    if member.role == role:
        return member
    if member.role == Role.SERVICE or role not in HUMAN_ROLES:
        raise InvalidInput(f"A person's role is one of {', '.join(HUMAN_ROLES)}.", fields={"role": "Unknown role."})
    _check_owner_may(member.team, role, actor)
    _check_owner_may(member.team, Role(member.role), actor)
    _keep_an_owner(member)
    old, member.role = member.role, role
    member.save(update_fields=["role"])
    _forget_roles(member.user)
    tenant_id = member.team.entity_id
    record(actor, "member.role_changed", target=member.user.username, tenant_id=tenant_id, old=old, new=role)
    publish(MemberRoleChanged(member.team_id, member.user_id, role))
    publish(AccessChanged(member.user_id))
    return member


@transaction.atomic
def remove_member(member: Membership, *, actor: Principal) -> None:
    """Take a person out of a team. Their runs stay. The last owner cannot go."""
    member = Membership.objects.select_for_update(of=("self",)).select_related("team__entity", "user").get(pk=member.pk)
    _check_owner_may(member.team, Role(member.role), actor)
    _keep_an_owner(member)
    entity = member.team.entity
    if member.user.default_entity_id == entity.pk:
        User.objects.filter(pk=member.user_id).update(default_entity=None)
    member.delete()
    _forget_roles(member.user)
    record(actor, "member.removed", target=member.user.username, tenant_id=entity.pk)
    publish(MemberRemoved(member.team_id, entity.pk, member.user_id))
    publish(AccessChanged(member.user_id))


@transaction.atomic
def create_service_account(team: Team, name: str, *, actor: Principal) -> ServiceAccount:
    """Make an account for programs of this team. It has no key yet."""
    name = name.strip()
    if not 1 <= len(name) <= 100 or "/" in name:
        sentence = "A service account's name has 1 to 100 characters and no “/”."
        raise InvalidInput(sentence, fields={"name": sentence})
    user = accounts.create_service_user(name=name, tenant=team.entity)
    try:
        with transaction.atomic():
            account = ServiceAccount.objects.create(team=team, user=user, name=name, created_by=actor.owner)
    except IntegrityError:
        raise Conflict(f"This team has a service account “{name}” already.", code="name_taken") from None
    Membership.objects.create(team=team, user=user, role=Role.SERVICE)
    record(actor, "service_account.created", target=name, tenant_id=team.entity_id)
    return account


@transaction.atomic
def create_service_token(
    account: ServiceAccount,
    *,
    actor: Principal,
    name: str = "",
    scopes: list[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a key that reaches this account's team and nothing else."""
    if scopes and "admin" in scopes:
        raise InvalidInput("A service account cannot have the scope “admin”.", fields={"scopes": "Leave out “admin”."})
    return accounts.create_token(
        account.user, actor=actor, name=name, scopes=scopes, expires_at=expires_at, tenant=account.team.entity
    )


@transaction.atomic
def remove_service_account(account: ServiceAccount, *, actor: Principal) -> None:
    """End a service account: all its keys stop now, its runs stay. A repeat changes nothing."""
    account = ServiceAccount.objects.select_for_update(of=("self",)).select_related("team__entity").get(pk=account.pk)
    if account.removed_at is not None:
        return
    account.removed_at = now()
    account.save(update_fields=["removed_at"])
    ApiToken.objects.filter(user_id=account.user_id, revoked_at=None).update(revoked_at=now(), sealed_key="")
    User.objects.filter(pk=account.user_id).update(is_active=False)
    Membership.objects.filter(user_id=account.user_id).delete()
    record(actor, "service_account.removed", target=account.name, tenant_id=account.team.entity_id)
    publish(AccessChanged(account.user_id))


@transaction.atomic
def rename_team(team: Team, *, name: str, actor: Principal) -> Team:
    """Give a team another name; the old addresses keep working."""
    accounts.rename_entity(team.entity, name=name, actor=actor)
    return Team.objects.select_related("entity").get(pk=team.pk)


@transaction.atomic
def update_team(
    team: Team, *, actor: Principal, description: str | None = None, code_saving: bool | None = None
) -> Team:
    """Change a team's settings. None leaves a setting as it is."""
    if description is not None:
        team.description = description[:500]
        team.save(update_fields=["description"])
    if code_saving is not None:
        team.entity.code_saving = code_saving
        team.entity.save(update_fields=["code_saving"])
    record(actor, "team.settings_changed", target=team.name, tenant_id=team.entity_id)
    return team


def _check_owner_may(team: Team, role: Role, actor: Principal) -> None:
    """Only owners make or unmake owners. The server's own commands (no user) may."""
    if role != Role.OWNER or actor.user is None or not team.memberships.exists():
        return
    if not team.memberships.filter(user=actor.user, role=Role.OWNER).exists():
        raise Forbidden("Only an owner can make, change or remove an owner.", code="owners_only")


def _may_lead_runs(user: User, actor: Principal) -> bool:
    return actor.is_server or (actor.user is not None and (actor.user.pk == user.pk or actor.user.is_superuser))


def _keep_an_owner(member: Membership) -> None:
    if member.role == Role.OWNER and member.team.memberships.filter(role=Role.OWNER).count() == 1:
        raise Conflict("A team keeps at least one owner. Make somebody else an owner first.", code="last_owner")


def _forget_roles(user: User) -> None:
    user.__dict__.pop("_roles", None)
