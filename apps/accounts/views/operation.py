"""Pages for those who run the server: its people, and the mails that were not sent."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from apps.accounts.access import get_account, require_operator
from apps.accounts.actions import close_account, create_user, invite_person, reopen_account
from apps.accounts.forms import PersonForm
from apps.accounts.models import User
from apps.accounts.operation import mail_page, person_page
from apps.accounts.principal import PageRequest
from apps.core.errors import Conflict
from apps.core.needs import Needs, needs
from apps.core.urls import absolute


@needs(GET=Needs.OPERATOR, POST=Needs.OPERATOR)
def people(request: PageRequest) -> HttpResponse:
    """List the people of this server; make an account and show a link that lets its owner in, this once."""
    require_operator(request.principal)
    form = PersonForm(request.POST or None)
    made = form.attempt(lambda: _make(request, form)) if form.is_valid() else None
    if made is None:
        return _people_page(request, form=form)
    return _people_page(request, form=PersonForm(), invited=made, path=invite_person(made, actor=request.principal))


@needs(POST=Needs.OPERATOR)
def invite(request: PageRequest, uid: str) -> HttpResponse:
    user = get_account(request.principal, uid)
    try:
        path = invite_person(user, actor=request.principal)
    except Conflict as refusal:
        messages.error(request, refusal.sentence)
        return redirect("accounts:people")
    return _people_page(request, form=PersonForm(), invited=user, path=path)


@needs(POST=Needs.OPERATOR)
def close(request: PageRequest, uid: str) -> HttpResponse:
    user = get_account(request.principal, uid)
    try:
        close_account(user, actor=request.principal)
    except Conflict as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{user.shown_name} is let in no more. Everything they made stays.")
    return redirect("accounts:people")


@needs(POST=Needs.OPERATOR)
def reopen(request: PageRequest, uid: str) -> HttpResponse:
    user = reopen_account(get_account(request.principal, uid), actor=request.principal)
    messages.success(request, f"{user.shown_name} can sign in again.")
    return redirect("accounts:people")


@needs(GET=Needs.OPERATOR)
def mails(request: PageRequest) -> HttpResponse:
    require_operator(request.principal)
    page = mail_page(cursor=request.GET.get("after"))
    older_url = f"?{urlencode({'after': page.next_cursor})}" if page.next_cursor else ""
    is_sending = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    context = {"rows": page.items, "older_url": older_url, "is_sending": is_sending}
    return _operator_page(request, "accounts/mails.html", section="mails", **context)


def _make(request: PageRequest, form: PersonForm) -> User:
    given = form.cleaned_data
    return create_user(
        given["username"],
        email=given["email"],
        name=given["full_name"],
        is_email_verified=True,  # the operator vouches for it
        actor=request.principal,
    )


def _people_page(request: PageRequest, *, form: PersonForm, path: str = "", **context: Any) -> HttpResponse:
    search = request.GET.get("search", "")
    page = person_page(search=search, cursor=request.GET.get("after"))
    older = {"search": search, "after": page.next_cursor or ""}
    response = _operator_page(
        request,
        "accounts/people.html",
        section="people",
        form=form,
        rows=page.items,
        search=search,
        older_url=f"?{urlencode(older)}" if page.next_cursor else "",
        link=absolute(request, path) if path else "",
        **context,
    )
    add_never_cache_headers(response)
    return response


def _operator_page(request: PageRequest, template: str, *, section: str, **context: Any) -> HttpResponse:
    nav = {"breadcrumb": [{"label": "This server"}]}
    form = context.get("form")
    status = 400 if form is not None and form.errors else 200
    return render(request, template, {"section": section, "nav": nav, **context}, status=status)
