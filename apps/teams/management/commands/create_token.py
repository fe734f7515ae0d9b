"""Makes a token of a person or of a service account. It stands here, not in accounts, since it knows both."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from apps.accounts.actions import create_token
from apps.accounts.models import ApiToken
from apps.accounts.permissions import SCOPES
from apps.accounts.principal import SERVER
from apps.accounts.queries import get_person
from apps.core.commands import JSONCommand
from apps.core.errors import NotFound
from apps.teams.actions import create_service_token
from apps.teams.queries import find_service_account, get_team_named


class Command(JSONCommand):
    help = "Make a token. Every call makes another one, since a key cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        owner = parser.add_mutually_exclusive_group(required=True)
        owner.add_argument("--user", help="user name")
        owner.add_argument("--service-account", metavar="TEAM/NAME")
        parser.add_argument("--name", default="", help="what the token is for")
        parser.add_argument("--scopes", metavar="S,…", help=f"some of {', '.join(SCOPES)}; all that fit by default")

    def facts(self, **options: Any) -> dict[str, Any]:
        token, key = _make(options)
        return {
            "token": key,
            "name": token.name,
            "uid": token.uid,
            "scopes": token.scopes,
            "owner": options["user"] or options["service_account"],
            "created": True,
        }


def _make(options: dict[str, Any]) -> tuple[ApiToken, str]:
    name, scopes = options["name"], _scopes(options["scopes"])
    if options["user"]:
        return create_token(get_person(options["user"]), name=name, scopes=scopes, actor=SERVER)
    team_name, slash, account_name = options["service_account"].partition("/")
    if not slash:
        raise CommandError("--service-account is written TEAM/NAME.")
    account = find_service_account(get_team_named(team_name), account_name)
    if account is None:
        raise NotFound(f"The team “{team_name}” has no service account “{account_name}”.", code="unknown_account")
    return create_service_token(account, name=name, scopes=scopes, actor=SERVER)


def _scopes(given: str | None) -> list[str] | None:
    return None if given is None else [scope.strip() for scope in given.split(",") if scope.strip()]
