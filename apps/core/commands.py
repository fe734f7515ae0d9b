"""The base of commands for automation: one JSON object on stdout, or `{"error": …}` on stderr and exit status 1."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, handle_default_options
from django.db import DatabaseError, connections

from apps.core import json
from apps.core.errors import CarnetError


class JSONCommand(BaseCommand):
    """A command whose `facts` are printed as one line of JSON. Repeating it is safe: it returns the same facts."""

    requires_system_checks = []

    def facts(self, **options: Any) -> dict[str, Any]:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(self.facts(**options)).decode())

    def run_from_argv(self, argv: list[str]) -> None:
        """Like Django's, but errors of every kind leave as one JSON object."""
        try:
            options = vars(self._parser(argv).parse_args(argv[2:]))
            handle_default_options(Namespace(**options))
            self.execute(*options.pop("args", ()), **options)
        except CarnetError as error:
            self._fail(error.sentence, error.code)
        except CommandError as error:
            self._fail(str(error).removeprefix("Error: "), "usage")
        except DatabaseError as error:
            self._fail(f"The database is not ready: {error}. `make setup` prepares it.", "database")
        finally:
            connections.close_all()

    def _parser(self, argv: list[str]) -> ArgumentParser:
        return self.create_parser(argv[0], argv[1])  # raises CommandError for what it cannot parse

    def _fail(self, sentence: str, code: str) -> None:
        sys.stderr.write(json.dumps({"error": sentence, "code": code}).decode() + "\n")
        sys.exit(1)
