"""The way into every page of a team's console."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from apps.accounts.permissions import Permission
from apps.accounts.principal import PageRequest
from apps.core.moved import moved
from apps.core.needs import needs
from apps.teams.access import get_team
from apps.teams.console import console_nav
from apps.teams.models import Team

TeamView = Callable[..., HttpResponseBase]


def team_view(**by_method: Permission) -> Callable[[TeamView], TeamView]:
    """Open the door to the team in the address for a view `(request, team, …)`. A former name leads to the present."""

    def mark(view: TeamView) -> TeamView:
        @wraps(view)
        def opened(request: PageRequest, entity: str, **kwargs: Any) -> HttpResponseBase:
            need = by_method["GET" if request.method == "HEAD" else request.method or "GET"]
            team = get_team(request.principal, entity, need)
            return moved(request, entity=team.name) or view(request, team, **kwargs)

        return needs(**by_method)(opened)

    return mark


def console_page(
    request: PageRequest, template: str, team: Team, *, section: str, refused: bool = False, **context: Any
) -> HttpResponse:
    """Render a page of a team's console. `refused`: a form of it says why."""
    frame = console_nav(request.principal, team.entity, section)
    return render(request, template, {"team": team, **frame, **context}, status=400 if refused else 200)
