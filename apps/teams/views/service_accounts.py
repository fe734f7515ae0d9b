"""Accounts of programs, and their keys."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from apps.accounts.actions import revoke_token, rotate_token
from apps.accounts.models import ApiToken
from apps.accounts.permissions import SERVICE_SCOPES
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.accounts.token_form import TokenForm
from apps.core.urls import absolute
from apps.teams.access import get_service_account, get_service_token
from apps.teams.actions import create_service_account, create_service_token, remove_service_account
from apps.teams.console import account_rows
from apps.teams.forms import ServiceAccountForm
from apps.teams.models import ServiceAccount, Team
from apps.teams.views.door import console_page, team_view


@team_view(GET=P.MANAGE_TEAM, POST=P.MANAGE_TEAM)
def service_accounts(request: PageRequest, team: Team) -> HttpResponse:
    """List the service accounts; make one. Its keys are made one by one."""
    form = ServiceAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        account = form.attempt(lambda: create_service_account(team, name, actor=request.principal))
        if account is not None:
            messages.success(request, f"The service account {account.name} is made. It needs a key now.")
            return redirect("teams:service_keys", entity=team.name, account=account.uid)
    return console_page(
        request,
        "teams/service_accounts.html",
        team,
        section="service-accounts",
        refused=bool(form.errors),
        form=form,
        rows=account_rows(team),
    )


@team_view(GET=P.MANAGE_TEAM, POST=P.MANAGE_TEAM)
def keys(request: PageRequest, team: Team, account: str) -> HttpResponse:
    """Show one service account and its keys; make a key and show it, this once."""
    of = get_service_account(request.principal, team, account)
    form = TokenForm(request.POST or None, scopes=SERVICE_SCOPES)
    made = None
    if request.method == "POST" and form.is_valid():
        given = {"name": form.cleaned_data["name"], "scopes": form.cleaned_data["scopes"]}
        made = form.attempt(
            lambda: create_service_token(of, **given, expires_at=form.expires_at, actor=request.principal)
        )
    return _keys_page(request, of, TokenForm(scopes=SERVICE_SCOPES) if made else form, made=made)


@team_view(POST=P.MANAGE_TEAM)
def rotate(request: PageRequest, team: Team, account: str, uid: str) -> HttpResponse:
    of = get_service_account(request.principal, team, account)
    made = rotate_token(get_service_token(request.principal, of, uid), actor=request.principal)
    return _keys_page(request, of, TokenForm(scopes=SERVICE_SCOPES), made=made, rotated=True)


@team_view(POST=P.MANAGE_TEAM)
def revoke(request: PageRequest, team: Team, account: str, uid: str) -> HttpResponse:
    of = get_service_account(request.principal, team, account)
    token = revoke_token(get_service_token(request.principal, of, uid), actor=request.principal)
    messages.success(request, f"The key {token.name or token.shown} is revoked.")
    return redirect("teams:service_keys", entity=team.name, account=of.uid)


@team_view(POST=P.MANAGE_TEAM)
def remove(request: PageRequest, team: Team, account: str) -> HttpResponse:
    of = get_service_account(request.principal, team, account)
    remove_service_account(of, actor=request.principal)
    messages.success(request, f"{of.name} is removed. Its keys stopped, its runs stay.")
    return redirect("teams:service_accounts", entity=team.name)


def _keys_page(
    request: PageRequest,
    account: ServiceAccount,
    form: TokenForm,
    *,
    made: tuple[ApiToken, str] | None = None,
    rotated: bool = False,
) -> HttpResponse:
    row = next(row for row in account_rows(account.team) if row.card.uid == account.uid)
    response = console_page(
        request,
        "teams/service_keys.html",
        account.team,
        section="service-accounts",
        refused=bool(form.errors),
        account=account,
        row=row,
        form=form,
        new=made[0] if made else None,
        key=made[1] if made else "",
        rotated=rotated,
        base_url=absolute(request, "/").rstrip("/"),
    )
    add_never_cache_headers(response)
    return response
