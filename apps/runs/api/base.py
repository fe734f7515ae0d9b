"""What the addresses below a project and a run share."""

from functools import cached_property

from apps.accounts.permissions import Permission as P
from apps.core.api import CarnetAPIView
from apps.projects.access import get_project
from apps.projects.models import Project
from apps.runs.access import get_run
from apps.runs.models import Run


class ProjectAPIView(CarnetAPIView):
    """An address below a project. `project` passes the door with what the method needs."""

    @cached_property
    def project(self) -> Project:
        return get_project(self.principal, self.kwargs["entity"], self.kwargs["project"], P(self.need))


class RunAPIView(CarnetAPIView):
    """An address below a run. `run` passes the door with what the method needs."""

    @cached_property
    def run(self) -> Run:
        return get_run(self.principal, self.kwargs["entity"], self.kwargs["project"], self.kwargs["run"], P(self.need))
