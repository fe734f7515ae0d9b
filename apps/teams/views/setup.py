"""The first page of a new server: whoever has the printed code becomes its operator."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from apps.accounts.models import User
from apps.accounts.principal import PageRequest
from apps.accounts.queries import is_set_up, open_setup_until
from apps.core.diagnosis import diagnose
from apps.core.errors import NotFound
from apps.core.needs import Needs, needs
from apps.core.urls import absolute
from apps.teams.actions import set_up
from apps.teams.forms import SetupForm


@needs(GET=Needs.NOBODY, POST=Needs.NOBODY)
def setup(request: PageRequest) -> HttpResponse:
    if is_set_up():
        return redirect("/")
    form = SetupForm(request.POST or None, initial={"code": request.GET.get("code", "").strip()})
    if form.is_valid():
        user = form.attempt(lambda: _set_up(request, form))
        if user is not None:
            get_adapter(request).login(request, user)
            record_authentication(request, user, "setup", reauthenticated=True)
            return redirect("/")
    return _setup_page(request, form)


def _set_up(request: PageRequest, form: SetupForm) -> User | None:
    try:
        return set_up(**form.cleaned_data, actor=request.principal)
    except NotFound as refusal:
        form.add_error("code", refusal.sentence)
        return None


def _setup_page(request: PageRequest, form: SetupForm) -> HttpResponse:
    code = str(form["code"].value() or "")
    until = open_setup_until(code) if code else None
    context = {
        "form": form,
        "code": code,
        "until": until,
        "checks": diagnose(request) if until else [],  # only for whoever has the code
        "host": request.get_host(),
        "base_url": absolute(request, "/"),
    }
    refused = bool(form.errors) or bool(code and until is None)
    response = render(request, "accounts/setup.html", context, status=400 if refused else 200)
    add_never_cache_headers(response)
    return response
