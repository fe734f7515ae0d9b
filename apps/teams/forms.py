"""Forms about teams, members, service accounts, and the set-up of the server."""

from typing import Any

from django import forms

from apps.accounts.queries import check_free_name
from apps.core.errors import CarnetError
from apps.core.forms import PageForm
from apps.teams.models import Role

ROLE_SENTENCES = {
    Role.OWNER: "Owner: everything, and makes other owners",
    Role.ADMIN: "Admin: members, settings, every project",
    Role.MEMBER: "Member: logs and changes runs",
    Role.VIEWER: "Viewer: reads",
}


class TeamForm(PageForm):
    conflict_field = "name"
    name = forms.CharField(label="Name", max_length=128, widget=forms.TextInput({"autocomplete": "off"}))
    description = forms.CharField(label="Description", max_length=500, required=False)


class TeamSettingsForm(PageForm):
    description = forms.CharField(label="Description", max_length=500, required=False)
    code_saving = forms.BooleanField(
        label="Let clients save code", required=False, help_text="The wandb client asks before it uploads code."
    )


class RenameForm(PageForm):
    conflict_field = "name"
    name = forms.CharField(label="Name", max_length=128, widget=forms.TextInput({"autocomplete": "off"}))


class RoleForm(PageForm):
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class MemberForm(RoleForm):
    conflict_field = "person"
    person = forms.CharField(label="User name or mail address", max_length=254)

    field_order = ("person", "role")


class ServiceAccountForm(PageForm):
    conflict_field = "name"
    name = forms.CharField(label="Name", max_length=100, widget=forms.TextInput({"placeholder": "ci-train"}))


class SetupForm(PageForm):
    """The first operator. Names are checked here, since the action asks for two of them."""

    conflict_field = "team"
    code = forms.CharField(label="One-time code", widget=forms.TextInput({"autocomplete": "one-time-code"}))
    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    username = forms.CharField(label="User name", max_length=128, widget=forms.TextInput({"autocomplete": "username"}))
    email = forms.EmailField(label="Email", widget=forms.EmailInput({"autocomplete": "email"}))
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least eight characters, and not a common one.",
    )
    team = forms.CharField(label="First team", max_length=128, required=False)

    def clean_username(self) -> str:
        return _free(self.cleaned_data["username"])

    def clean_team(self) -> str:
        team: str = self.cleaned_data["team"]
        return _free(team) if team else ""


def _free(name: str) -> str:
    try:
        return check_free_name(name)
    except CarnetError as refusal:
        raise forms.ValidationError(refusal.sentence) from None
