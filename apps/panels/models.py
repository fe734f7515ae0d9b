"""Saved workspaces: the views of a project that people keep, share by address, and edit through the official client."""

from django.db import models
from django.utils.crypto import get_random_string

from apps.accounts.models import Entity, User
from apps.core.ids import new_uid
from apps.core.json import Decoder, Encoder
from apps.projects.models import Project

SLUG_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"  # what the client leaves of a view's name


def new_slug() -> str:
    return get_random_string(11, SLUG_CHARACTERS)


class Workspace(models.Model):
    """A saved view of a project's runs and panels. `spec` is the document of protocols/wandb-reports.md 8, a superset.

    A personal workspace is its owner's own state of the page, one per person and project, and seen by nobody else.
    `version` counts writes: whoever saves over another version than the one they read is told so.
    """

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="workspaces")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    is_personal = models.BooleanField(default=False)
    slug = models.CharField(max_length=32, default=new_slug)
    name = models.CharField(max_length=128)
    spec = models.JSONField(default=dict, encoder=Encoder, decoder=Decoder)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "slug"], name="workspace_slug_in_project"),
            models.UniqueConstraint(
                fields=["project", "owner"],
                condition=models.Q(is_personal=True, deleted_at=None),
                name="workspace_one_personal",
            ),
        ]
        indexes = [models.Index(fields=["project", "-updated_at"], name="workspace_newest")]

    def __str__(self) -> str:
        return self.name
