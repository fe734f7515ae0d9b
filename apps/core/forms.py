"""Forms of pages. What the action refuses stands at the field it concerns, and what was typed stays."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms

from apps.core.errors import Conflict, Forbidden, InvalidInput

T = TypeVar("T")


class PageForm(forms.Form):
    """A form whose action may refuse.

    `conflict_field` is where a Conflict is shown; None: above the form. `called_here` maps names of values that the
    action knows under another name to fields of this form.
    """

    conflict_field: str | None = None
    called_here: Mapping[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def attempt(self, action: Callable[[], T]) -> T | None:
        """Return what the action returns, or None after showing why it refused. For actions that return something."""
        try:
            return action()
        except InvalidInput as refusal:
            self._show(refusal.sentence, refusal.fields)
        except Conflict as refusal:
            self._show(refusal.sentence, {self.conflict_field: refusal.sentence} if self.conflict_field else {})
        except Forbidden as refusal:
            self._show(refusal.sentence, {})
        return None

    def _show(self, sentence: str, fields: dict[str, str]) -> None:
        here = {self.called_here.get(name, name): text for name, text in fields.items()}
        known = {name: text for name, text in here.items() if name in self.fields}
        for name, text in known.items():
            self.add_error(name, text)
        if not known:
            self.add_error(None, sentence)
