"""Which entities, users and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import UserManager
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

if TYPE_CHECKING:
    from apps.accounts.models import ApiToken, Entity, User


MAX_NAME = 128


class EntityQuerySet(models.QuerySet["Entity"]):
    def named(self, name: str) -> Entity | None:
        """Return the entity of this name or former name, ignoring case."""
        if len(name) > MAX_NAME or "\x00" in name:  # SQLite refuses to compare very long texts, PostgreSQL NUL
            return None
        found = self.filter(name__iexact=name).first()
        return found or self.filter(redirects__name__iexact=name).first()


class PersonManager(UserManager["User"]):
    def people(self) -> models.QuerySet[User]:
        return self.filter(kind="person")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> ApiTokenQuerySet:
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now()), revoked_at__isnull=True)
