"""The child's side of apps.core.jobs.child; not for people."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.core.jobs.child import work_here


class Command(BaseCommand):
    help = "Run the handler of one job in this process, with limits. Started by workers."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job_id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        work_here(options["job_id"])
