"""Prints the link that sets up an empty server."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.actions import setup_link
from apps.core.commands import JSONCommand
from apps.core.errors import Conflict
from apps.core.urls import absolute


class Command(JSONCommand):
    help = "Make a fresh link to the set-up page of a server without users. Earlier ones stop working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """It takes none."""

    def facts(self, **options: Any) -> dict[str, Any]:
        path = setup_link()
        if path is None:
            raise Conflict("This server has users and is set up. `manage.py sign_in_link USER` lets one in.")
        return {"url": absolute(None, path)}
