"""What the API takes and shows of people and tokens."""

from rest_framework import serializers

from apps.accounts.models import User
from apps.accounts.permissions import SCOPE_SENTENCES
from apps.core.api import Input, Output

SCOPES_HELP = "; ".join(f"`{scope}`: {sentence.lower()}" for scope, sentence in SCOPE_SENTENCES.items())


class ViewerOutput(Output):
    """Who asks."""

    example = {
        "uid": "4071835562190",
        "username": "alice",
        "name": "Alice Martin",
        "email": "alice@example.org",
        "kind": "person",
        "entity": "alice",
        "default_entity": "northlight",
        "theme": "system",
        "single_keys": True,
        "scopes": ["read", "log", "edit"],
    }

    uid = serializers.CharField()
    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField(help_text="Empty for a service account.")
    kind = serializers.ChoiceField(User.Kind.choices)
    entity = serializers.CharField(allow_null=True, help_text="The personal entity; a service account has none.")
    default_entity = serializers.CharField(allow_null=True, help_text="Where runs land that name no entity.")
    theme = serializers.ChoiceField(User.Theme.choices)
    single_keys = serializers.BooleanField(help_text="Whether single-key shortcuts work in the pages.")
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Of the token that asks; null for a session."
    )


class ViewerInput(Input):
    """What a person may change about themselves."""

    example = {"default_entity": "northlight"}

    name = serializers.CharField(required=False, max_length=150, allow_blank=True)
    default_entity = serializers.CharField(required=False, help_text="The own entity, or a team one belongs to.")
    theme = serializers.ChoiceField(User.Theme.choices, required=False)
    single_keys = serializers.BooleanField(required=False)


class TokenOutput(Output):
    """A token without its secret."""

    example = {
        "uid": "8203945716034",
        "name": "laptop",
        "shown": "carnet-X7Pq…",
        "scopes": ["read", "log"],
        "created_at": "2026-11-20T09:14:03Z",
        "expires_at": None,
        "revoked_at": None,
        "last_used_at": "2026-11-20T10:02:55Z",
        "last_used_address": "192.0.2.17",
        "last_used_client": "W&B Internal Client 0.31.0",
        "is_usable": True,
    }

    uid = serializers.CharField()
    name = serializers.CharField()
    shown = serializers.CharField(help_text="The part of the key that is no secret.")
    scopes = serializers.ListField(child=serializers.CharField(), help_text=SCOPES_HELP)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    last_used_address = serializers.CharField()
    last_used_client = serializers.CharField()
    is_usable = serializers.BooleanField()


class NewTokenOutput(TokenOutput):
    """A new token with its key, which is shown this once."""

    example = TokenOutput.example | {"key": "carnet-X7Pq" + "…"}

    key = serializers.CharField(help_text="Shown this once: only a hash of it is kept.")


class TokenInput(Input):
    """A token to be made."""

    example = {"name": "laptop", "scopes": ["read", "log"], "expires_at": "2027-05-20T00:00:00Z"}

    name = serializers.CharField(required=False, max_length=100, allow_blank=True)
    scopes = serializers.ListField(child=serializers.CharField(), required=False, help_text=SCOPES_HELP)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
