"""Makes a service account."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.principal import SERVER
from apps.core.commands import JSONCommand
from apps.teams.actions import create_service_account
from apps.teams.queries import find_service_account, get_team_named


class Command(JSONCommand):
    help = "Make a service account of a team. A repeat returns the account that is there. Its keys: create_token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("team")
        parser.add_argument("name")

    def facts(self, **options: Any) -> dict[str, Any]:
        team = get_team_named(options["team"])
        account = find_service_account(team, options["name"])
        created = account is None
        if account is None:
            account = create_service_account(team, options["name"], actor=SERVER)
        return {"team": team.name, "service_account": account.name, "uid": account.uid, "created": created}
