"""Saved workspaces, which people keep and share by address, and panels that they take away as files."""

from django.db import models
from django.utils.crypto import get_random_string

from apps.accounts.models import ApiToken, Entity, User
from apps.core.ids import new_uid
from apps.core.json import Decoder, Encoder
from apps.core.models import Blob
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


class ExportForm(models.TextChoices):
    """How a panel is taken away."""

    SVG = "svg", "SVG"
    PDF = "pdf", "PDF"
    PNG = "png", "PNG"
    CSV = "csv", "CSV"


class PanelExport(models.Model):
    """A panel somebody takes away as a file. Resolved again when it is made: rights count at that moment.

    `spec` is what was asked for: panel, run sets, settings, size. Kept for a day.
    """

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, null=True, related_name="+")
    form = models.CharField(max_length=3, choices=ExportForm.choices)
    spec = models.JSONField(encoder=Encoder, decoder=Decoder)
    filename = models.CharField(max_length=200, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="panel_export_age")]

    def __str__(self) -> str:
        return f"{self.form} {self.uid}"
