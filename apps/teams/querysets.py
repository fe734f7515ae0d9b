"""Which teams and memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from apps.accounts.permissions import Permission
from apps.accounts.principal import Principal

if TYPE_CHECKING:
    from apps.teams.models import Membership, Team


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, principal: Principal) -> TeamQuerySet:
        """Teams the principal belongs to, within the scopes and the team of its token."""
        if principal.user is None or not principal.may_scope(Permission.VIEW_TEAM):
            return self.none()
        mine = self.filter(memberships__user=principal.user)
        return mine if principal.tenant_id is None else mine.filter(entity_id=principal.tenant_id)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def people(self) -> MembershipQuerySet:
        return self.filter(user__kind="person")
