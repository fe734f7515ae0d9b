"""Reads on teams, members and service accounts that pages and commands share."""

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.teams.models import Membership, Role, ServiceAccount, Team


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
