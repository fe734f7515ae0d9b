"""One's own tokens, and the page the wandb client points to."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from apps.accounts.access import get_own_token, require_account
from apps.accounts.actions import create_token, revoke_token, rotate_token
from apps.accounts.models import ApiToken, User
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.accounts.queries import token_page
from apps.accounts.token_form import TokenForm
from apps.accounts.views.page import settings_page
from apps.core.needs import needs
from apps.core.urls import absolute

SHOWN = 200


@needs(GET=P.MANAGE_TOKENS, POST=P.MANAGE_TOKENS)
def tokens(request: PageRequest) -> HttpResponse:
    """List tokens; make one and show its key, this once."""
    user = require_account(request.principal, P.MANAGE_TOKENS)
    form = TokenForm(request.POST or None)
    made = _make(request, user, form) if request.method == "POST" else None
    return _tokens_page(request, user, made=made, form=TokenForm() if made else form)


@needs(GET=P.MANAGE_TOKENS, POST=P.MANAGE_TOKENS)
def authorize(request: PageRequest) -> HttpResponse:
    """Explain what a key is, make one, and show it once: where `wandb login` sends people."""
    user = require_account(request.principal, P.MANAGE_TOKENS)
    form = TokenForm(request.POST or None, initial={"name": "wandb login", "expires": "365"})
    made = _make(request, user, form) if request.method == "POST" else None
    return _with_key(request, "accounts/authorize.html", user, made=made, form=form)


@needs(POST=P.MANAGE_TOKENS)
def rotate(request: PageRequest, uid: str) -> HttpResponse:
    token = get_own_token(request.principal, uid)
    made = rotate_token(token, actor=request.principal)
    return _tokens_page(request, token.user, made=made, form=TokenForm(), rotated=True)


@needs(POST=P.MANAGE_TOKENS)
def revoke(request: PageRequest, uid: str) -> HttpResponse:
    token = revoke_token(get_own_token(request.principal, uid), actor=request.principal)
    messages.success(request, f"The token {token.name or token.shown} is revoked.")
    return redirect("accounts:tokens")


def _make(request: PageRequest, user: User, form: TokenForm) -> tuple[ApiToken, str] | None:
    if not form.is_valid():
        return None
    name, scopes = form.cleaned_data["name"], form.cleaned_data["scopes"]
    return form.attempt(
        lambda: create_token(user, name=name, scopes=scopes, expires_at=form.expires_at, actor=request.principal)
    )


def _tokens_page(request: PageRequest, user: User, **context: Any) -> HttpResponse:
    return _with_key(request, "accounts/tokens.html", user, rows=token_page(user, limit=SHOWN).items, **context)


def _with_key(
    request: PageRequest, template: str, user: User, *, made: tuple[ApiToken, str] | None, **context: Any
) -> HttpResponse:
    """Render a page that may show a new key. Nobody keeps a copy of it on the way."""
    new, key = made or (None, "")
    context |= {"new": new, "key": key, "base_url": absolute(request, "/").rstrip("/"), "section": "tokens"}
    response = settings_page(request, template, user=user, refused=request.method == "POST" and made is None, **context)
    add_never_cache_headers(response)
    return response
