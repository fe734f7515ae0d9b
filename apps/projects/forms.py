"""Forms about one project and who reaches it."""

from django import forms

from apps.accounts.models import Entity
from apps.core.forms import PageForm
from apps.projects.access import Grant
from apps.projects.models import Visibility

VISIBILITY_SENTENCES = {
    Visibility.RESTRICTED: "Named people, and the owners and admins of the team",
    Visibility.TEAM: "Everybody in the team",
    Visibility.PUBLIC: "Anybody may read, also without an account",
    Visibility.OPEN: "Anybody may read; whoever is signed in may log runs",
}
GRANT_SENTENCES = {
    Grant.READ: "Read",
    Grant.LOG: "Read, log and change runs",
    Grant.ADMINISTER: "Everything, also who reaches it",
}


class ProjectForm(PageForm):
    description = forms.CharField(
        label="Description", required=False, max_length=20_000, widget=forms.Textarea({"rows": 4})
    )
    console_capture = forms.BooleanField(
        label="Keep console output",
        required=False,
        help_text="What runs print is kept line by line. Off: new lines are dropped.",
    )


class ProjectNameForm(PageForm):
    conflict_field = "name"
    name = forms.CharField(label="Name", max_length=128, strip=False)


class VisibilityForm(PageForm):
    visibility = forms.ChoiceField(label="Visibility", widget=forms.RadioSelect({"class": "radio"}))

    def __init__(self, *args: object, entity: Entity, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visibility"].choices = visibility_choices(entity)  # type: ignore[attr-defined]


class GrantForm(PageForm):
    conflict_field = "person"
    person = forms.CharField(label="User name or mail address", max_length=254)
    grant = forms.ChoiceField(label="They may", choices=[(grant.value, GRANT_SENTENCES[grant]) for grant in Grant])


def visibility_choices(entity: Entity) -> list[tuple[str, str]]:
    """Return the visibilities a project of this entity can have: a person has no team."""
    values = [value for value in Visibility if value != Visibility.TEAM or entity.is_team]
    return [(value.value, VISIBILITY_SENTENCES[value]) for value in values]
