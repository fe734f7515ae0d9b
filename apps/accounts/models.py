"""People and service accounts, the one name space they share with teams, and their tokens."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now

from apps.accounts.querysets import ApiTokenQuerySet, EntityQuerySet, PersonManager
from apps.core.ids import new_uid


class Entity(models.Model):
    """An owner in addresses: a person or a team. Names are unique ignoring case, also among former names."""

    class Kind(models.TextChoices):
        USER = "user"
        TEAM = "team"

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    name = models.CharField(max_length=128)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    code_saving = models.BooleanField(default=True)  # the wandb client asks before it saves code

    objects = EntityQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="entity_name_ignoring_case")]
        verbose_name_plural = "entities"

    def __str__(self) -> str:
        return self.name

    @property
    def is_team(self) -> bool:
        return self.kind == Entity.Kind.TEAM

    @property
    def tenant_id(self) -> int:
        """The entity that tokens of a service account are confined to: itself."""
        return self.pk


class EntityRedirect(models.Model):
    """A former name of an entity. It keeps resolving and cannot be taken by another."""

    name = models.CharField(max_length=128)
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="redirects")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="entity_redirect_ignoring_case")]

    def __str__(self) -> str:
        return f"{self.name} → {self.entity_id}"


class User(AbstractUser):
    """A person, or the account of a service. A person's user name is the name of their personal entity."""

    class Kind(models.TextChoices):
        PERSON = "person"
        SERVICE = "service"

    class Theme(models.TextChoices):
        SYSTEM = "system"
        LIGHT = "light"
        DARK = "dark"

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    username = models.CharField(max_length=128, unique=True)
    name = models.CharField("full name", max_length=150, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PERSON)
    entity = models.OneToOneField(Entity, on_delete=models.PROTECT, null=True, related_name="user")  # a person's own
    default_entity = models.ForeignKey(Entity, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    single_keys = models.BooleanField("single-key shortcuts", default=True)

    objects: ClassVar[PersonManager] = PersonManager()
    REQUIRED_FIELDS = ["email"]

    def __str__(self) -> str:
        return self.username

    @property
    def is_service(self) -> bool:
        return self.kind == User.Kind.SERVICE

    @property
    def shown_name(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.shown_name

    def get_short_name(self) -> str:
        return self.shown_name


class ApiToken(models.Model):
    """A key for programs: `carnet-` or `carnetsa-`, 12 public characters, 28 secret ones. Only a hash is kept."""

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    tenant = models.ForeignKey(Entity, on_delete=models.CASCADE, null=True, related_name="+")  # a service's only team
    name = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=12)
    public_id = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    rotated_at = models.DateTimeField(null=True, blank=True)  # a successor exists; this one runs out
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_address = models.CharField(max_length=64, blank=True)
    last_used_client = models.CharField(max_length=200, blank=True)
    # A new service key can be read again for a minute, by the token that made it: the wandb client asks twice.
    sealed_key = models.TextField(blank=True)
    sealed_for = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The part of the key that is no secret."""
        return f"{self.prefix}-{self.public_id[:4]}…"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now())


class OneTimeLink(models.Model):
    """A link that works once: the set-up of an empty server, or a sign-in printed for whoever runs it."""

    class Purpose(models.TextChoices):
        SETUP = "setup"
        SIGN_IN = "sign in"

    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    secret_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} link of {self.created_at:%Y-%m-%d}"
