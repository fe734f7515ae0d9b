"""What all pages of one's own settings share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.models import User
from apps.accounts.queries import token_count


def settings_page(
    request: HttpRequest, template: str, *, user: User, section: str, refused: bool = False, **context: Any
) -> HttpResponse:
    """Render a page of one's own settings. `refused`: a form of it says why."""
    nav = {"breadcrumb": [{"label": "Your settings"}]}
    shared = {"section": section, "token_count": token_count(user), "person": user, "nav": nav}
    return render(request, template, {**shared, **context}, status=400 if refused else 200)
