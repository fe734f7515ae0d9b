"""Teams and who belongs to them."""

from django.db import models
from django.db.models.functions import Lower

from apps.accounts.models import Entity, User
from apps.core.ids import new_uid
from apps.teams.querysets import MembershipQuerySet, TeamQuerySet


class Role(models.TextChoices):
    """What a member may do: `apps/teams/access.py` has the table."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"
    SERVICE = "service"


class Team(models.Model):
    """A team. Its name and address are those of its entity."""

    entity = models.OneToOneField(Entity, on_delete=models.PROTECT, related_name="team")
    description = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.entity.name

    @property
    def name(self) -> str:
        return self.entity.name

    @property
    def tenant_id(self) -> int:
        return self.entity_id


class Membership(models.Model):
    """A person's or service account's role in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    role = models.CharField(max_length=8, choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once")]
        ordering = ["pk"]  # the wandb client takes the last member for the service account it just made

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"


class ServiceAccount(models.Model):
    """An account for programs. It logs into its team only and cannot sign in to the pages."""

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="service_accounts")
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="service_account")
    name = models.CharField(max_length=100)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "team", Lower("name"), condition=models.Q(removed_at=None), name="service_account_name_in_team"
            )
        ]

    def __str__(self) -> str:
        return self.name
