"""Prints a link that signs a person in, once."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.actions import SIGN_IN_LINK_LIFE, sign_in_link
from apps.accounts.queries import get_person
from apps.core.commands import JSONCommand
from apps.core.urls import absolute


class Command(JSONCommand):
    help = "Make a link that signs a person in once, for whoever runs this server. Every call makes another link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="user name")

    def facts(self, **options: Any) -> dict[str, Any]:
        user = get_person(options["user"])
        return {
            "username": user.username,
            "url": absolute(None, sign_in_link(user)),
            "expires_in_seconds": int(SIGN_IN_LINK_LIFE.total_seconds()),
        }
