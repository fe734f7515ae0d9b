"""Commands that write a page of docs/ from the code, so that a change of the code shows in the page's diff."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class PageCommand(BaseCommand):
    """Writes `docs/<page>`; with `--check` changes nothing and fails if the page is out of date."""

    page: ClassVar[str]
    requires_system_checks = ()  # the front end need not be built

    def text(self) -> str:
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.ROOT) / "docs" / self.page
        text = self.text()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return
        if options["check"]:
            raise CommandError(f"docs/{self.page} is out of date.")
        path.write_text(text, encoding="utf-8")
