"""Every project of a team or person on one page, with who reaches it; edited in place."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from apps.accounts.access import get_home
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.core.errors import NotFound
from apps.core.moved import moved
from apps.core.needs import needs
from apps.projects.access import get_project_by_uid
from apps.projects.actions import update_project
from apps.projects.forms import VisibilityForm
from apps.projects.models import Visibility
from apps.projects.privacy import privacy_rows
from apps.teams.console import console_nav


@needs(GET=P.MANAGE_TEAM, POST=P.MANAGE_TEAM)
def privacy(request: PageRequest, entity: str) -> HttpResponse:
    home = get_home(request.principal, entity, P.MANAGE_TEAM)
    if elsewhere := moved(request, entity=home.name):
        return elsewhere
    if request.method == "POST":
        project = get_project_by_uid(request.principal, request.POST.get("project", ""), P.ADMIN_PROJECT)
        if project.tenant_id != home.pk:
            raise NotFound()
        form = VisibilityForm(request.POST, entity=home)
        if form.is_valid():
            chosen = Visibility(form.cleaned_data["visibility"])
            update_project(project, visibility=chosen, actor=request.principal)
            messages.success(request, f"{project.name}: {chosen.value} now, also for open pages.")
        else:
            messages.error(request, "This visibility does not exist. Nothing was changed.")
        return redirect("projects:privacy", entity=home.name)
    choices = [value for value in Visibility if value != Visibility.TEAM or home.is_team]
    context = {"entity": home, "rows": privacy_rows(home), "choices": choices}
    return render(request, "projects/privacy.html", {**console_nav(request.principal, home, "privacy"), **context})
