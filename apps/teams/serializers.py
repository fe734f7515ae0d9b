"""What the API takes and shows of teams, members, service accounts and the audit trail."""

from rest_framework import serializers

from apps.accounts.permissions import SERVICE_SCOPES
from apps.core.api import Input, Output, PageInput
from apps.teams.actions import HUMAN_ROLES
from apps.teams.models import Role

ROLES = [(role.value, role.label) for role in HUMAN_ROLES]


class TeamOutput(Output):
    """A team as its members see it."""

    example = {
        "uid": "5510938274615",
        "name": "northlight",
        "description": "Detectors and generative models",
        "code_saving": True,
        "created_at": "2026-11-02T08:00:00Z",
        "member_count": 6,
        "service_count": 1,
        "role": "admin",
    }

    uid = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    code_saving = serializers.BooleanField(help_text="Whether clients save the code of runs.")
    created_at = serializers.DateTimeField()
    member_count = serializers.IntegerField(help_text="People.")
    service_count = serializers.IntegerField(help_text="Service accounts.")
    role = serializers.ChoiceField(Role.choices, allow_null=True, help_text="Of who asks.")


class TeamInput(Input):
    """A team to be made; who asks becomes its owner."""

    example = {"name": "northlight", "description": "Detectors and generative models"}

    name = serializers.CharField(max_length=128)
    description = serializers.CharField(required=False, allow_blank=True, max_length=500)


class TeamChangeInput(Input):
    """What to change. A former name keeps working."""

    example = {"description": "Detectors", "code_saving": False}

    name = serializers.CharField(required=False, max_length=128, help_text="Owners only.")
    description = serializers.CharField(required=False, allow_blank=True, max_length=500)
    code_saving = serializers.BooleanField(required=False)


class MemberOutput(Output):
    """A person's place in a team."""

    example = {
        "uid": "7739201846553",
        "username": "bob",
        "name": "Bob Osei",
        "role": "member",
        "joined_at": "2026-11-03T10:30:00Z",
    }

    uid = serializers.CharField()
    username = serializers.CharField(source="person.username")
    name = serializers.CharField(source="person.name")
    role = serializers.ChoiceField(ROLES)
    joined_at = serializers.DateTimeField()


class MemberInput(Input):
    """A person to be added."""

    example = {"user": "bob", "role": "member"}

    user = serializers.CharField(help_text="User name or mail address.")
    role = serializers.ChoiceField(ROLES)


class RoleInput(Input):
    """Another role for a member."""

    example = {"role": "viewer"}

    role = serializers.ChoiceField(ROLES)


class ServiceAccountOutput(Output):
    """An account for programs of one team."""

    example = {
        "uid": "6140029837751",
        "name": "ci",
        "username": "service-6140029837751",
        "created_at": "2026-11-05T12:00:00Z",
        "created_by": "alice",
        "token_count": 1,
        "last_used_at": None,
    }

    uid = serializers.CharField()
    name = serializers.CharField()
    username = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField(source="created_by.username", default=None, allow_null=True)
    token_count = serializers.IntegerField(help_text="Keys that work.")
    last_used_at = serializers.DateTimeField(allow_null=True)


class ServiceAccountInput(Input):
    """A service account to be made. It has no key yet."""

    example = {"name": "ci"}

    name = serializers.CharField(max_length=100)


SERVICE_SCOPES_HELP = f"Of {', '.join(SERVICE_SCOPES)}; all of them unless said."


class ServiceTokenInput(Input):
    """A key for a service account."""

    example = {"name": "nightly", "scopes": ["read", "log"]}

    name = serializers.CharField(required=False, max_length=100, allow_blank=True)
    scopes = serializers.ListField(child=serializers.CharField(), required=False, help_text=SERVICE_SCOPES_HELP)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class ServiceTokenOutput(Output):
    """A service account's key without its secret."""

    example = {
        "uid": "3925518460977",
        "name": "nightly",
        "shown": "carnetsa-Qw3e…",
        "scopes": ["read", "log"],
        "created_at": "2026-11-05T12:01:00Z",
        "expires_at": None,
        "revoked_at": None,
        "last_used_at": None,
        "last_used_address": "",
        "last_used_client": "",
        "is_usable": True,
    }

    uid = serializers.CharField()
    name = serializers.CharField()
    shown = serializers.CharField(help_text="The part of the key that is no secret.")
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    last_used_address = serializers.CharField()
    last_used_client = serializers.CharField()
    is_usable = serializers.BooleanField()


class NewServiceTokenOutput(ServiceTokenOutput):
    """A new key, shown this once."""

    example = ServiceTokenOutput.example | {"key": "carnetsa-Qw3e…"}

    key = serializers.CharField(help_text="Shown this once: only a hash of it is kept.")


class AuditInput(PageInput):
    """Which entries."""

    verb = serializers.CharField(required=False, help_text="One kind, `member.added`, or a noun, `member`.")


class AuditOutput(Output):
    """One entry of the audit trail."""

    example = {
        "at": "2026-11-20T09:14:03Z",
        "actor": "Alice Martin",
        "verb": "member.added",
        "target": "bob",
        "address": "192.0.2.17",
        "client": "Mozilla/5.0",
        "details": {"role": "member"},
    }

    at = serializers.DateTimeField()
    actor = serializers.CharField()
    verb = serializers.CharField()
    target = serializers.CharField()
    address = serializers.CharField()
    client = serializers.CharField()
    details = serializers.DictField()
