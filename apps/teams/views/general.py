"""A new team, and the general settings of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from apps.accounts.access import get_home, require_account
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.core.needs import needs
from apps.core.urls import absolute
from apps.teams.actions import create_team, rename_team, update_team
from apps.teams.forms import RenameForm, TeamForm, TeamSettingsForm
from apps.teams.models import Team
from apps.teams.views.door import console_page, team_view


@needs(GET=P.CREATE_TEAM, POST=P.CREATE_TEAM)
def new(request: PageRequest) -> HttpResponse:
    user = require_account(request.principal, P.CREATE_TEAM)
    form = TeamForm(request.POST or None)
    if form.is_valid():
        team = form.attempt(lambda: create_team(**form.cleaned_data, owner=user, actor=request.principal))
        if team is not None:
            messages.success(request, f"The team {team.name} is yours. Runs that name no entity may go to it now.")
            return redirect("teams:members", entity=team.name)
    context = {"form": form, "base_url": absolute(request, "/"), "nav": {"breadcrumb": [{"label": "New team"}]}}
    return render(request, "teams/new.html", context, status=400 if form.errors else 200)


@needs(GET=P.MANAGE_TEAM, POST=P.MANAGE_TEAM)
def entity_settings(request: PageRequest, entity: str) -> HttpResponseBase:
    """Lead to the settings of a team, or to one's own where the entity is oneself."""
    if not get_home(request.principal, entity, P.MANAGE_TEAM).is_team:
        return redirect("accounts:profile")
    return general(request, entity=entity)


@team_view(GET=P.MANAGE_TEAM, POST=P.MANAGE_TEAM)
def general(request: PageRequest, team: Team) -> HttpResponse:
    if request.method == "GET":
        return _general_page(request, team)
    form = TeamSettingsForm(request.POST)
    if form.is_valid():
        update_team(team, **form.cleaned_data, actor=request.principal)
        messages.success(request, "The settings are saved.")
        return redirect("teams:general", entity=team.name)
    return _general_page(request, team, refused=True, settings_form=form)


@team_view(POST=P.OWN_TEAM)
def rename(request: PageRequest, team: Team) -> HttpResponse:
    form = RenameForm(request.POST)
    if form.is_valid():
        renamed = form.attempt(lambda: rename_team(team, name=form.cleaned_data["name"], actor=request.principal))
        if renamed is not None:
            messages.success(request, f"The team is called {renamed.name} now. Old addresses lead here.")
            return redirect("teams:general", entity=renamed.name)
    return _general_page(request, team, refused=True, rename_form=form)


def _general_page(request: PageRequest, team: Team, *, refused: bool = False, **forms: Any) -> HttpResponse:
    initial = {"description": team.description, "code_saving": team.entity.code_saving}
    forms.setdefault("settings_form", TeamSettingsForm(initial=initial))
    forms.setdefault("rename_form", RenameForm(initial={"name": team.name}))
    may_rename = request.principal.may(P.OWN_TEAM, team)
    base_url = absolute(request, "/")
    return console_page(
        request,
        "teams/general.html",
        team,
        section="general",
        refused=refused,
        may_rename=may_rename,
        base_url=base_url,
        **forms,
    )
