"""Makes a person."""

import sys
from argparse import ArgumentParser
from typing import Any

from apps.accounts.actions import create_user
from apps.accounts.models import User
from apps.accounts.principal import SERVER
from apps.accounts.queries import find_person
from apps.core.commands import JSONCommand
from apps.core.errors import Conflict


class Command(JSONCommand):
    help = "Make a person with a personal entity of the same name. A repeat returns the person that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name, and name of the personal entity")
        parser.add_argument("--email", required=True)
        password = parser.add_mutually_exclusive_group()
        password.add_argument("--password", help="seen by everybody who lists processes; --password-stdin is not")
        password.add_argument("--password-stdin", action="store_true", help="read the password from the first line")
        parser.add_argument("--full-name", default="")
        parser.add_argument("--superuser", action="store_true", help="make an operator of this server")

    def facts(self, **options: Any) -> dict[str, Any]:
        user = find_person(options["name"])
        created = user is None
        if user is None:
            user = create_user(
                options["name"],
                email=options["email"],
                password=_password(options),
                name=options["full_name"],
                is_superuser=options["superuser"],
                is_email_verified=True,  # whoever has the server's shell vouches for the address
                actor=SERVER,
            )
        _check_same(user, options)
        return {
            "username": user.username,
            "email": user.email,
            "name": user.shown_name,
            "uid": user.uid,
            "superuser": user.is_superuser,
            "created": created,
        }


def _password(options: dict[str, Any]) -> str | None:
    if options["password_stdin"]:
        return sys.stdin.readline().rstrip("\r\n")
    password: str | None = options["password"]
    return password


def _check_same(user: User, options: dict[str, Any]) -> None:
    """Refuse to say "done" to a repeat that asks for something else."""
    if user.email.lower() != options["email"].lower():
        raise Conflict(f"“{user.username}” exists already, with another mail address.", code="name_taken")
    if options["superuser"] and not user.is_superuser:
        raise Conflict(f"“{user.username}” exists already, and is no superuser.", code="name_taken")
