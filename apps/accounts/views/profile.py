"""One's own profile and ways to sign in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.accounts.access import get_entity, get_home, homes_of, require_account
from apps.accounts.actions import rename_entity, set_default_entity, update_profile
from apps.accounts.forms import DefaultEntityForm, ProfileForm, UsernameForm
from apps.accounts.models import User
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.accounts.queries import sign_in_means
from apps.accounts.views.page import settings_page
from apps.core.forms import PageForm
from apps.core.needs import Needs, needs


@needs(GET=Needs.SIGNED_IN, POST=P.MANAGE_ACCOUNT)
def profile(request: PageRequest) -> HttpResponse:
    user = require_account(request.principal, P.MANAGE_ACCOUNT)
    if request.method == "GET":
        return _profile_page(request, user)
    form = ProfileForm(request.POST)
    if form.is_valid():
        update_profile(user, actor=request.principal, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("accounts:profile")
    return _profile_page(request, user, refused=form)


@needs(POST=P.MANAGE_ACCOUNT)
def theme(request: PageRequest) -> HttpResponse:
    """Keep the theme chosen in the account menu; the page has changed already."""
    user = require_account(request.principal, P.MANAGE_ACCOUNT)
    update_profile(user, theme=request.POST.get("theme") or User.Theme.SYSTEM, actor=request.principal)
    return redirect("accounts:profile") if request.accepts("text/html") else HttpResponse(status=204)


@needs(POST=P.MANAGE_ACCOUNT)
def username(request: PageRequest) -> HttpResponse:
    """Change the user name, which is the name of the personal entity."""
    user, form = require_account(request.principal, P.MANAGE_ACCOUNT), UsernameForm(request.POST)
    if form.is_valid():
        name, entity = form.cleaned_data["username"], get_entity(user.username)
        if form.attempt(lambda: rename_entity(entity, name=name, actor=request.principal)):
            messages.success(request, f"You are “{name}” now. Old addresses lead here.")
            return redirect("accounts:profile")
    return _profile_page(request, user, refused=form)


@needs(POST=P.MANAGE_ACCOUNT)
def default_entity(request: PageRequest) -> HttpResponse:
    user = require_account(request.principal, P.MANAGE_ACCOUNT)
    home = get_home(request.principal, request.POST.get("entity", ""))
    set_default_entity(user, entity=home, actor=request.principal)
    messages.success(request, f"Runs that name no entity go to {home.name}.")
    return redirect("accounts:profile")


@needs(GET=P.MANAGE_ACCOUNT)
def security(request: PageRequest) -> HttpResponse:
    """Show the ways to sign in; changing them is allauth's part."""
    user = require_account(request.principal, P.MANAGE_ACCOUNT)
    return settings_page(request, "accounts/security.html", user=user, section="security", means=sign_in_means(user))


def _profile_page(request: PageRequest, user: User, *, refused: PageForm | None = None) -> HttpResponse:
    homes = homes_of(request.principal)
    default = user.default_entity or user.entity
    forms: dict[str, PageForm] = {
        "profile_form": ProfileForm(
            initial={"name": user.name, "theme": user.theme, "single_keys": user.single_keys}, auto_id="profile-%s"
        ),
        "username_form": UsernameForm(initial={"username": user.username}),
        "home_form": DefaultEntityForm(homes=homes, initial={"entity": default.name if default else ""}),
    }
    for name, form in forms.items():
        if refused is not None and type(form) is type(refused):
            forms[name] = refused
    return settings_page(
        request,
        "accounts/profile.html",
        user=user,
        section="profile",
        refused=refused is not None,
        **forms,
        homes=homes,
    )
