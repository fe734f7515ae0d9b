"""Which runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from apps.accounts.principal import Principal
from apps.projects.models import Project

if TYPE_CHECKING:
    from apps.runs.models import Run


class RunQuerySet(models.QuerySet["Run"]):
    def live(self) -> RunQuerySet:
        """Runs that are not deleted, in projects that are not."""
        return self.filter(deleted_at=None, project__deleted_at=None)

    def visible_to(self, principal: Principal) -> RunQuerySet:
        return self.live().filter(project__in=Project.objects.visible_to(principal).values("pk"))

    def active(self) -> RunQuerySet:
        return self.filter(state__in=["pending", "running", "preempting"])

    def with_people(self) -> RunQuerySet:
        """Load what every list of runs shows beside the run."""
        return self.select_related("owner", "service", "project__tenant")
