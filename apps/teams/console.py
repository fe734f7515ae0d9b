"""What the pages of a team's console read and where they lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from apps.accounts.models import Entity
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.accounts.queries import TokenCard, users_with_second_factor
from apps.core.pages import Page
from apps.teams.actions import HUMAN_ROLES
from apps.teams.models import Membership, Role, ServiceAccount, Team
from apps.teams.queries import AuditLine, ServiceCard, audit_page, service_page, service_token_page

SHOWN = 500

# What the audit trail says, with the details of the entry filled in. Missing ones are said plainly.
AUDIT_WORDS = {
    "entity.renamed": "changed the name from “{old}”",
    "member.added": "added as {role}",
    "member.removed": "removed from the team",
    "member.role_changed": "changed the role from {old} to {new}",
    "project.changed": "changed the project",
    "project.created": "made the project",
    "project.deleted": "deleted the project",
    "project.grant_revoked": "took back what {user} was granted",
    "project.granted": "granted {user} “{grant}”",
    "run.deleted": "put runs into the trash: {count}",
    "run.discarded": "erased deleted runs for good: {count}",
    "run.moved": "moved runs from {left} to {reached}: {moved_count}",
    "run.restored": "took runs out of the trash: {count}",
    "run.tagged": "changed the tags of runs: {count}",
    "run.tags_undone": "took a change of tags back, of runs: {count}",
    "service_account.created": "made the service account",
    "service_account.removed": "removed the service account",
    "team.created": "made the team",
    "team.settings_changed": "changed the team's settings",
    "token.created": "made a key",
    "token.revoked": "revoked a key",
    "token.rotated": "rotated a key",
    "user.created": "made the account",
    "user.default_entity_set": "changed where runs go by default",
    "user.profile_changed": "changed the profile",
    "user.signed_in": "signed in by {means}",
}
AUDIT_KINDS = {
    "": "Everything",
    "member": "Members",
    "service_account": "Service accounts",
    "token": "Keys",
    "project": "Projects",
    "run": "Runs",
    "team": "Team",
}
PAGES = {  # of the console: label, icon, name of the URL
    "general": ("General", "gear", "teams:general"),
    "members": ("Members", "users", "teams:members"),
    "service-accounts": ("Service accounts", "bot", "teams:service_accounts"),
    "privacy": ("Privacy", "lock", "projects:privacy"),
    "audit": ("Audit trail", "history", "teams:audit"),
}
GONE = frozenset(
    {"member.removed", "project.deleted", "run.deleted", "run.discarded", "service_account.removed", "token.revoked"}
)


@dataclass(frozen=True)
class MemberRow:
    """A person in the members' table, and what the reader may do with them."""

    uid: str
    name: str
    username: str
    email: str
    role: Role
    last_seen_at: datetime | None
    has_second_factor: bool
    is_you: bool
    may_change: bool
    is_last_owner: bool


@dataclass(frozen=True)
class AccountRow:
    """A service account with its usable keys."""

    card: ServiceCard
    keys: list[TokenCard]


@dataclass(frozen=True)
class AuditRow:
    line: AuditLine
    sentence: str
    is_loss: bool  # something is gone or was taken away


@dataclass(frozen=True)
class AuditDay:
    day: date
    rows: list[AuditRow]


def member_rows(principal: Principal, team: Team) -> list[MemberRow]:
    """Return the people of a team in the order in which they joined. Three queries."""
    members = list(Membership.objects.people().filter(team=team).select_related("user")[:SHOWN])
    secured = users_with_second_factor([member.user_id for member in members])
    owner_count = sum(member.role == Role.OWNER for member in members)
    return [
        MemberRow(
            uid=member.uid,
            name=member.user.shown_name,
            username=member.user.username,
            email=member.user.email,
            role=Role(member.role),
            last_seen_at=member.user.last_login,
            has_second_factor=member.user_id in secured,
            is_you=member.user_id == principal.user_id,
            may_change=principal.may(P.MANAGE_MEMBERS, team) and Role(member.role) in givable_roles(principal, team),
            is_last_owner=member.role == Role.OWNER and owner_count == 1,
        )
        for member in members
    ]


def givable_roles(principal: Principal, team: Team) -> list[Role]:
    """Return the roles this principal may give and take: only owners make owners."""
    return [role for role in HUMAN_ROLES if role != Role.OWNER or principal.may(P.OWN_TEAM, team)]


def account_rows(team: Team) -> list[AccountRow]:
    """Return a team's service accounts with their keys. One query an account: a team has few."""
    cards = service_page(team, limit=SHOWN).items
    accounts = {account.uid: account for account in ServiceAccount.objects.filter(team=team).select_related("user")}
    return [AccountRow(card, service_token_page(accounts[card.uid], limit=SHOWN).items) for card in cards]


def audit_days(team: Team, *, verb: str | None, cursor: str | None) -> Page[AuditDay]:
    """Return a page of the audit trail by days, the newest first."""
    page = audit_page(team, verb=verb or None, cursor=cursor, limit=100)
    days = groupby(page.items, key=lambda line: localdate(line.at))
    return Page([AuditDay(day, [_audit_row(line) for line in lines]) for day, lines in days], page.next_cursor)


def console_nav(principal: Principal, entity: Entity, section: str) -> dict[str, Any]:
    """Return what the frame of a console page shows: where one is, and the other pages one may open."""
    items = {key: _item(key, entity, section) for key in PAGES}
    managing = principal.may(P.MANAGE_TEAM, entity)
    team_keys = (["general"] if managing else []) + ["members"] + (["service-accounts"] if managing else [])
    groups = {
        "Team": team_keys if entity.is_team else [],
        "Access": ["privacy"] if managing else [],
        "Operation": ["audit"] if managing and entity.is_team else [],
    }
    shown = {label: [items[key] for key in keys] for label, keys in groups.items() if keys}
    return {
        "nav": {"breadcrumb": [{"label": entity.name, "url": f"/{entity.name}"}, {"label": "Settings", "url": ""}]},
        "side_groups": [{"label": label, "items": found} for label, found in shown.items()],
        "side_label": "Team settings" if entity.is_team else "Settings of your projects",
    }


def _item(key: str, entity: Entity, section: str) -> dict[str, Any]:
    label, icon, url_name = PAGES[key]
    url = reverse(url_name, kwargs={"entity": entity.name})
    return {"label": label, "icon": icon, "url": url, "current": key == section}


def _audit_row(line: AuditLine) -> AuditRow:
    words = AUDIT_WORDS.get(line.verb, line.verb.replace(".", " ").replace("_", " "))
    return AuditRow(line, words.format_map(_Plain(line.details)), line.verb in GONE)


class _Plain(dict[str, Any]):
    """Details of an entry; what an old entry does not know is said as “something”."""

    def __init__(self, details: Mapping[str, Any]) -> None:
        super().__init__(details)

    def __missing__(self, key: str) -> str:
        return "something"
