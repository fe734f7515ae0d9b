"""Projects, who may reach them, and their former addresses."""

from django.db import models
from guardian.models import UserObjectPermissionBase

from apps.accounts.models import Entity, User
from apps.core.ids import new_uid
from apps.projects.querysets import ProjectQuerySet


class Visibility(models.TextChoices):
    """Who reaches a project besides the owners and admins of its team."""

    RESTRICTED = "restricted", "Named people"
    TEAM = "team", "Team"
    PUBLIC = "public", "Public"
    OPEN = "open", "Open"


class Project(models.Model):
    """Holds runs. Lives under an entity (`tenant`), whose team decides who may what."""

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=128)
    description = models.TextField(blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.TEAM)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    next_slot = models.IntegerField(default=1)  # colour slot of the next run
    console_capture = models.BooleanField(default=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"], condition=models.Q(deleted_at=None), name="project_name_in_entity"
            )
        ]
        # Guardian's grants to single people. `view`, `add`, `change`, `delete` of Django are not used.
        default_permissions = ()
        permissions = [
            ("read", "See the project"),
            ("log", "Log and change runs"),
            ("administer", "Change who may reach the project"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id}/{self.name}"


class ProjectUserObjectPermission(UserObjectPermissionBase):
    """Guardian's direct-key table: one grant to one person on one project."""

    content_object = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):
        pass


class ProjectRedirect(models.Model):
    """A former address of a project. It resolves until another project takes the name."""

    tenant = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="project_redirects")
    name = models.CharField(max_length=128)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="redirects")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="project_redirect_once")]

    def __str__(self) -> str:
        return f"{self.tenant_id}/{self.name} → {self.project_id}"
