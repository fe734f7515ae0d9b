"""Makes a project."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.access import get_entity
from apps.accounts.principal import SERVER
from apps.core.commands import JSONCommand
from apps.core.errors import Conflict
from apps.projects.access import find_project
from apps.projects.actions import check_visibility, create_project
from apps.projects.models import Visibility


class Command(JSONCommand):
    help = "Make a project of a user or team. A repeat returns the project that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity", help="name of a user or team")
        parser.add_argument("name")
        parser.add_argument("--visibility", choices=Visibility.values, help="a team's: team; a person's: restricted")

    def facts(self, **options: Any) -> dict[str, Any]:
        entity, wanted = get_entity(options["entity"]), options["visibility"]
        project = find_project(entity, options["name"])
        created = project is None
        if project is None:
            project = create_project(entity, options["name"], visibility=wanted, actor=SERVER)
        elif wanted and check_visibility(wanted, entity) != project.visibility:
            raise Conflict(f"There is a project “{entity.name}/{project.name}” already; it is {project.visibility}.")
        return {
            "entity": entity.name,
            "project": project.name,
            "uid": project.uid,
            "visibility": str(project.visibility),
            "created": created,
        }
