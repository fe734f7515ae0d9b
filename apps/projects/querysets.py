"""Which projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from apps.accounts.permissions import Permission
from apps.accounts.principal import Principal
from apps.teams.access import SEES_ALL_PROJECTS
from apps.teams.models import Membership

if TYPE_CHECKING:
    from apps.projects.models import Project


class ProjectQuerySet(models.QuerySet["Project"]):
    def live(self) -> ProjectQuerySet:
        return self.filter(deleted_at=None)

    def visible_to(self, principal: Principal) -> ProjectQuerySet:
        """The list form of `principal.may(VIEW_PROJECT, project)`: one query, no duplicates."""
        if not principal.may_scope(Permission.VIEW_PROJECT):
            return self.none()
        reachable = Q(visibility__in=["public", "open"])
        if principal.user is not None:
            reachable |= self._reached_by(principal)
        rows = self.live().filter(reachable)
        return rows if principal.tenant_id is None else rows.filter(tenant_id=principal.tenant_id)

    def _reached_by(self, principal: Principal) -> Q:
        mine = Membership.objects.filter(user=principal.user)
        granted = self.model._default_manager.filter(user_grants__user=principal.user)
        own = principal.user.entity_id if principal.user else None
        return (
            Q(tenant_id=own)
            | Q(tenant__in=mine.filter(role__in=SEES_ALL_PROJECTS).values("team__entity_id"))
            | Q(visibility__in=["team", "public", "open"], tenant__in=mine.values("team__entity_id"))
            | Q(pk__in=granted.values("pk"))
        )
