"""The form of a new key. Not in forms.py, since the team console makes keys by the same form."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.timezone import now

from apps.accounts.permissions import PERSONAL_SCOPES, SCOPE_SENTENCES
from apps.core.forms import PageForm

LIVES = {"30": "30 days", "90": "90 days", "365": "1 year", "": "Never"}


class TokenForm(PageForm):
    """What a new key is called, may and how long. `scopes` are those that its owner can give."""

    name = forms.CharField(
        label="Name", max_length=100, help_text="What uses it: a machine, a notebook, a pipeline.", initial=""
    )
    expires = forms.ChoiceField(label="Ends after", choices=list(LIVES.items()), required=False, initial="90")
    scopes = forms.MultipleChoiceField(label="It may", widget=forms.CheckboxSelectMultiple({"class": "check"}))

    def __init__(self, *args: Any, scopes: list[str] | None = None, **kwargs: Any) -> None:
        offered = scopes or PERSONAL_SCOPES
        kwargs["initial"] = {"scopes": offered, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope, SCOPE_SENTENCES[scope]) for scope in offered]  # type: ignore[attr-defined]

    @property
    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["expires"]
        return now() + timedelta(days=int(days)) if days else None
