"""Forms of the pages over everything."""

from typing import Any

from django import forms

from apps.accounts.models import Entity
from apps.core.forms import PageForm
from apps.projects.models import Visibility

_SENTENCES = {
    Visibility.RESTRICTED: "Restricted: people you name, and the owners and admins of the team",
    Visibility.TEAM: "Team: all members",
    Visibility.PUBLIC: "Public: everybody who reaches this server may read",
    Visibility.OPEN: "Open: everybody may read, and whoever is signed in may log",
}


class ProjectForm(PageForm):
    """What a new project needs."""

    conflict_field = "name"
    entity = forms.ChoiceField(label="Owner", help_text="You, or a team of yours. The address begins with it.")
    name = forms.CharField(max_length=128, help_text="Up to 128 characters, none of / \\ # ? % :")
    visibility = forms.ChoiceField(label="Who can see it", choices=list(_SENTENCES.items()))
    description = forms.CharField(required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, homes: list[Entity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].choices = [(home.name, home.name) for home in homes]  # type: ignore[attr-defined]
        self.fields["description"].help_text = "What it is for. Markdown works."
        self.fields["visibility"].initial = Visibility.TEAM
