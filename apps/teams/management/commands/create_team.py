"""Makes a team."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.principal import SERVER
from apps.accounts.queries import get_person
from apps.core.commands import JSONCommand
from apps.core.errors import Conflict
from apps.teams.actions import create_team
from apps.teams.models import Role
from apps.teams.queries import find_team, role_of


class Command(JSONCommand):
    help = "Make a team with its first owner. A repeat returns the team that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, help="user name of the first owner")

    def facts(self, **options: Any) -> dict[str, Any]:
        owner = get_person(options["owner"])
        team = find_team(options["name"])
        created = team is None
        if team is None:
            team = create_team(options["name"], owner=owner, actor=SERVER)
        elif role_of(owner, team) != Role.OWNER:
            raise Conflict(f"There is a team “{team.name}” already, and {owner.username} is no owner of it.")
        return {"team": team.name, "owner": owner.username, "uid": team.entity.uid, "created": created}
