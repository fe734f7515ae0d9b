"""The people of a team."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.accounts.queries import get_person
from apps.core.errors import Conflict, NotFound
from apps.teams.access import get_member
from apps.teams.actions import add_member, change_role, remove_member
from apps.teams.console import givable_roles, member_rows
from apps.teams.forms import ROLE_SENTENCES, MemberForm, RoleForm
from apps.teams.models import Membership, Role, Team
from apps.teams.views.door import console_page, team_view


@team_view(GET=P.VIEW_TEAM, POST=P.MANAGE_MEMBERS)
def members(request: PageRequest, team: Team) -> HttpResponse:
    """List the people of a team; add one who has an account."""
    roles = givable_roles(request.principal, team)
    form = MemberForm(request.POST or None, roles=roles, initial={"role": Role.MEMBER})
    if request.method == "POST" and form.is_valid():
        added = form.attempt(lambda: _add(request, team, form))
        if added is not None:
            messages.success(request, f"{added.user.shown_name} is in the team, as {added.role}.")
            return redirect("teams:members", entity=team.name)
    return _members_page(request, team, form)


@team_view(POST=P.MANAGE_MEMBERS)
def role(request: PageRequest, team: Team, uid: str) -> HttpResponse:
    member = get_member(request.principal, team, uid)
    form = RoleForm(request.POST, roles=givable_roles(request.principal, team))
    if form.is_valid():
        wanted = Role(form.cleaned_data["role"])
        changed = form.attempt(lambda: change_role(member, role=wanted, actor=request.principal))
        if changed is not None:
            messages.success(request, f"{member.user.shown_name} is {wanted.label.lower()} now.")
            return redirect("teams:members", entity=team.name)
    messages.error(request, " ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
    return redirect("teams:members", entity=team.name)


@team_view(POST=P.MANAGE_MEMBERS)
def remove(request: PageRequest, team: Team, uid: str) -> HttpResponse:
    member = get_member(request.principal, team, uid)
    try:
        remove_member(member, actor=request.principal)
    except Conflict as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{member.user.shown_name} is not in the team any more. Their runs stay.")
    return redirect("teams:members", entity=team.name)


def _add(request: PageRequest, team: Team, form: MemberForm) -> Membership | None:
    try:
        person = get_person(form.cleaned_data["person"])
    except NotFound as refusal:
        form.add_error("person", refusal.sentence)
        return None
    return add_member(team, person, role=Role(form.cleaned_data["role"]), actor=request.principal)


def _members_page(request: PageRequest, team: Team, form: MemberForm) -> HttpResponse:
    rows = member_rows(request.principal, team)
    return console_page(
        request,
        "teams/members.html",
        team,
        section="members",
        refused=bool(form.errors),
        form=form,
        rows=rows,
        may_manage=request.principal.may(P.MANAGE_MEMBERS, team),
        roles=givable_roles(request.principal, team),
        role_sentences=list(ROLE_SENTENCES.values()),
    )
