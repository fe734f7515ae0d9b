"""What the API takes and shows of projects, grants and entities."""

from rest_framework import serializers

from apps.accounts.models import Entity
from apps.core.api import Input, Output, PageInput
from apps.projects.access import Grant
from apps.projects.models import Visibility
from apps.teams.models import Role

GRANTS = [(grant.value, grant.value) for grant in Grant]
VISIBILITY_HELP = (
    "`restricted`: named people; `team`: the team; `public`: everybody may read; "
    "`open`: everybody may read, signed-in people may log."
)


class EntityOutput(Output):
    """A user or a team: the owner in addresses."""

    example = {
        "uid": "9918273645501",
        "name": "northlight",
        "kind": "team",
        "created_at": "2026-11-02T08:00:00Z",
        "project_count": 4,
        "role": "admin",
    }

    uid = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(Entity.Kind.choices)
    created_at = serializers.DateTimeField()
    project_count = serializers.IntegerField(help_text="Those one may see.")
    role = serializers.ChoiceField(Role.choices, allow_null=True, help_text="Of who asks, in a team.")


class ProjectListInput(PageInput):
    """Which projects."""

    entity = serializers.CharField(required=False, help_text="Only those of this user or team.")
    search = serializers.CharField(required=False, help_text="Only those with this in their name.")


class ProjectOutput(Output):
    """A project."""

    example = {
        "uid": "2204871639025",
        "entity": "northlight",
        "name": "digits",
        "description": "Small classifiers on handwritten digits",
        "visibility": "team",
        "console_capture": True,
        "created_by": "alice",
        "created_at": "2026-11-02T08:05:00Z",
        "updated_at": "2026-11-20T10:02:55Z",
    }

    uid = serializers.CharField()
    entity = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    visibility = serializers.ChoiceField(Visibility.choices)
    console_capture = serializers.BooleanField(help_text="Whether clients send the console.")
    created_by = serializers.CharField(source="created_by.username", default=None, allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ProjectInput(Input):
    """A project to be made."""

    example = {"description": "Small classifiers", "visibility": "team"}

    description = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    visibility = serializers.ChoiceField(Visibility.choices, required=False, help_text=VISIBILITY_HELP)


class ProjectChangeInput(ProjectInput):
    """What to change. A former name keeps working."""

    example = {"name": "handwriting", "visibility": "public"}

    name = serializers.CharField(required=False, max_length=128, help_text="Needs the right to administer.")
    console_capture = serializers.BooleanField(required=False)


class GrantOutput(Output):
    """One person's own right on one project."""

    example = {"username": "dan", "name": "Dan Rossi", "grant": "read"}

    username = serializers.CharField(source="person.username")
    name = serializers.CharField(source="person.name")
    grant = serializers.ChoiceField(GRANTS)


class GrantInput(Input):
    """What to grant, in place of an earlier grant."""

    example = {"grant": "read"}

    grant = serializers.ChoiceField(GRANTS)
