"""The way in for addresses of the API below a project, whichever app they are of."""

from functools import cached_property

from apps.accounts.permissions import Permission as P
from apps.core.api import CarnetAPIView
from apps.projects.access import get_project
from apps.projects.models import Project


class ProjectAPIView(CarnetAPIView):
    """An address below a project. `project` passes the door with what the method needs."""

    @cached_property
    def project(self) -> Project:
        return get_project(self.principal, self.kwargs["entity"], self.kwargs["project"], P(self.need))
