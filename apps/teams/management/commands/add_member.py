"""Adds a person to a team."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.principal import SERVER
from apps.accounts.queries import get_person
from apps.core.commands import JSONCommand
from apps.teams.actions import HUMAN_ROLES, add_member
from apps.teams.models import Role
from apps.teams.queries import get_team_named, role_of


class Command(JSONCommand):
    help = "Add a person to a team. A repeat with the same role changes nothing; another role is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("team")
        parser.add_argument("user", help="user name")
        parser.add_argument("--role", required=True, choices=[str(role) for role in HUMAN_ROLES])

    def facts(self, **options: Any) -> dict[str, Any]:
        team, user = get_team_named(options["team"]), get_person(options["user"])
        created = role_of(user, team) is None
        member = add_member(team, user, role=Role(options["role"]), actor=SERVER)
        return {
            "team": team.name,
            "username": user.username,
            "role": str(member.role),
            "uid": member.uid,
            "created": created,
        }
