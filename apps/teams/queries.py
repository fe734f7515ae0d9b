"""Reads on teams, members and service accounts that pages and commands share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils.timezone import now

from apps.accounts.actions import readable_key
from apps.accounts.models import ApiToken, User
from apps.accounts.principal import Principal
from apps.accounts.queries import Person, TokenCard, token_page
from apps.core.errors import NotFound
from apps.core.models import AuditEntry
from apps.core.pages import Page, page_of
from apps.teams.models import Membership, Role, ServiceAccount, Team


@dataclass(frozen=True)
class TeamCard:
    """A team as its members see it."""

    uid: str
    name: str
    description: str
    code_saving: bool
    created_at: datetime
    member_count: int  # people
    service_count: int
    role: str | None  # of who asks


@dataclass(frozen=True)
class MemberCard:
    """A person's place in a team."""

    uid: str
    person: Person
    email: str
    role: str
    joined_at: datetime


@dataclass(frozen=True)
class ServiceCard:
    """A service account and how it is used."""

    uid: str
    name: str
    username: str
    created_at: datetime
    created_by: Person | None
    token_count: int  # usable ones
    last_used_at: datetime | None


@dataclass(frozen=True)
class AuditLine:
    """One entry of a team's audit trail."""

    at: datetime
    actor: str
    verb: str
    target: str
    address: str
    client: str
    details: dict[str, Any]


def team_page(principal: Principal, *, cursor: str | None = None, limit: int = 50) -> Page[TeamCard]:
    """Return the teams the principal belongs to, by name."""
    rows = _with_counts(Team.objects.visible_to(principal), principal).order_by("entity__name", "pk")
    return page_of(rows, cursor=cursor, limit=limit).each(_team_card)


def team_card(principal: Principal, team: Team) -> TeamCard:
    """Return one team whose door has been passed."""
    return _team_card(_with_counts(Team.objects.filter(pk=team.pk), principal).get())


def member_page(team: Team, *, cursor: str | None = None, limit: int = 50) -> Page[MemberCard]:
    """Return the people of a team in the order in which they joined."""
    rows = Membership.objects.people().filter(team=team).select_related("user").order_by("pk")
    return page_of(rows, cursor=cursor, limit=limit).each(member_card)


def member_card(member: Membership) -> MemberCard:
    user = member.user
    return MemberCard(member.uid, Person.of(user), user.email, member.role, member.joined_at)


def service_page(team: Team, *, cursor: str | None = None, limit: int = 50) -> Page[ServiceCard]:
    """Return the service accounts of a team that were not removed, by age."""
    rows = _with_use(ServiceAccount.objects.filter(team=team, removed_at=None)).order_by("pk")
    return page_of(rows, cursor=cursor, limit=limit).each(_service_card)


def service_card(account: ServiceAccount) -> ServiceCard:
    return _service_card(_with_use(ServiceAccount.objects.filter(pk=account.pk)).get())


def service_token_page(account: ServiceAccount, *, cursor: str | None = None, limit: int = 50) -> Page[TokenCard]:
    return token_page(account.user, cursor=cursor, limit=limit)


def audit_page(team: Team, *, verb: str | None = None, cursor: str | None = None, limit: int = 50) -> Page[AuditLine]:
    """Return a team's audit trail, the newest first. `verb` takes one kind (`member.added`) or a noun (`member`)."""
    rows = AuditEntry.objects.filter(tenant_id=team.entity_id)
    if verb:
        rows = rows.filter(Q(verb=verb) | Q(verb__startswith=f"{verb}."))
    return page_of(rows.order_by("-pk"), cursor=cursor, limit=limit).each(_audit_line)


def _with_counts(teams: Any, principal: Principal) -> Any:
    mine = Membership.objects.filter(team=OuterRef("pk"), user=principal.user).values("role")[:1]
    members = Membership.objects.filter(team=OuterRef("pk")).order_by().values("team")
    return teams.select_related("entity").annotate(
        own_role=Subquery(mine),
        member_count=Subquery(members.filter(user__kind=User.Kind.PERSON).values(total=Count("pk"))),
        service_count=Subquery(members.filter(user__kind=User.Kind.SERVICE).values(total=Count("pk"))),
    )


def _team_card(team: Any) -> TeamCard:
    return TeamCard(
        uid=team.entity.uid,
        name=team.name,
        description=team.description,
        code_saving=team.entity.code_saving,
        created_at=team.created_at,
        member_count=team.member_count or 0,
        service_count=team.service_count or 0,
        role=team.own_role,
    )


def _with_use(accounts: Any) -> Any:
    not_over = Q(user__tokens__expires_at__isnull=True) | Q(user__tokens__expires_at__gt=now())
    usable = Q(user__tokens__revoked_at=None) & not_over
    return accounts.select_related("user", "created_by").annotate(
        token_count=Count("user__tokens", filter=usable), last_used_at=Max("user__tokens__last_used_at")
    )


def _service_card(account: Any) -> ServiceCard:
    return ServiceCard(
        uid=account.uid,
        name=account.name,
        username=account.user.username,
        created_at=account.created_at,
        created_by=Person.of(account.created_by) if account.created_by else None,
        token_count=account.token_count,
        last_used_at=account.last_used_at,
    )


def _audit_line(entry: AuditEntry) -> AuditLine:
    return AuditLine(entry.at, entry.actor_label, entry.verb, entry.target, entry.address, entry.client, entry.details)


def find_team(name: str) -> Team | None:
    """Return the team of this name, ignoring case, else None. Former names do not count."""
    return Team.objects.select_related("entity").filter(entity__name__iexact=name).first()


def get_team_named(name: str) -> Team:
    """Return the team of this name without asking who wants it: for the server's own commands."""
    team = find_team(name)
    if team is None:
        raise NotFound(f"There is no team “{name}”.", code="unknown_team")
    return team


def role_of(user: User, team: Team) -> Role | None:
    role = Membership.objects.filter(user=user, team=team).values_list("role", flat=True).first()
    return Role(role) if role else None


def find_service_account(team: Team, name: str) -> ServiceAccount | None:
    accounts = ServiceAccount.objects.select_related("user", "team__entity")
    return accounts.filter(team=team, removed_at=None, name__iexact=name).first()


def roster(team: Team) -> list[Membership]:
    """Return everyone who belongs to a team, people and service accounts, in the order in which they came."""
    return list(Membership.objects.filter(team=team).select_related("user").order_by("pk"))


def new_service_keys(team: Team, *, actor: Principal) -> dict[int, str]:
    """Return service user id → new key, for keys this token made within the last minute (readable_key)."""
    if actor.token is None:
        return {}
    made = ApiToken.objects.usable().filter(tenant=team.entity_id, sealed_for=actor.token).order_by("pk")
    keys = {token.user_id: readable_key(token, actor=actor) for token in made}
    return {user_id: key for user_id, key in keys.items() if key}
