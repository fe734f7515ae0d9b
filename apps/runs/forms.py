"""Forms on the pages of a run."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import PageForm

MAX_NOTES = 100_000


class NameForm(PageForm):
    """Another display name; the run keeps its id."""

    display_name = forms.CharField(label=_("Name"), max_length=256)


class TagsForm(PageForm):
    """Tags parted by commas."""

    tags = forms.CharField(label=_("Tags"), required=False, max_length=4000)

    def clean_tags(self) -> list[str]:
        return [tag for tag in (part.strip() for part in self.cleaned_data["tags"].split(",")) if tag]


class NotesForm(PageForm):
    """Notes in Markdown."""

    notes = forms.CharField(label=_("Notes"), required=False, max_length=MAX_NOTES, widget=forms.Textarea)
