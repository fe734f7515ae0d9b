"""The settings of one project."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.accounts.queries import get_person
from apps.core.errors import NotFound
from apps.core.urls import absolute
from apps.projects.access import Grant
from apps.projects.actions import delete_project, grant_project, revoke_grant, update_project
from apps.projects.forms import GRANT_SENTENCES, GrantForm, ProjectForm, ProjectNameForm, VisibilityForm
from apps.projects.frame import project_view
from apps.projects.models import Project
from apps.projects.queries import grant_page

SHOWN = 500


@project_view(GET=P.EDIT_PROJECT, POST=P.EDIT_PROJECT)
def settings(request: PageRequest, project: Project) -> HttpResponse:
    if request.method == "GET":
        return _settings_page(request, project)
    form = ProjectForm(request.POST)
    if form.is_valid():
        update_project(project, **form.cleaned_data, actor=request.principal)
        messages.success(request, "The settings are saved.")
        return _back(project)
    return _settings_page(request, project, project_form=form)


@project_view(POST=P.ADMIN_PROJECT)
def rename(request: PageRequest, project: Project) -> HttpResponse:
    form = ProjectNameForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        renamed = form.attempt(lambda: update_project(project, name=name, actor=request.principal))
        if renamed is not None:
            messages.success(request, f"The project is called {renamed.name} now. Old addresses lead here.")
            return _back(renamed)
    return _settings_page(request, project, name_form=form)


@project_view(POST=P.ADMIN_PROJECT)
def visibility(request: PageRequest, project: Project) -> HttpResponse:
    form = VisibilityForm(request.POST, entity=project.tenant)
    if form.is_valid():
        update_project(project, visibility=form.cleaned_data["visibility"], actor=request.principal)
        messages.success(request, "Who can read the project is changed, also for open pages.")
        return _back(project)
    return _settings_page(request, project, visibility_form=form)


@project_view(POST=P.ADMIN_PROJECT)
def grant(request: PageRequest, project: Project) -> HttpResponse:
    """Grant one person a right on this project, in place of the one they have."""
    form = GrantForm(request.POST)
    if form.is_valid():
        given = Grant(form.cleaned_data["grant"])
        try:
            person = get_person(form.cleaned_data["person"])
        except NotFound as refusal:
            form.add_error("person", refusal.sentence)
        else:
            grant_project(project, person, grant=given, actor=request.principal)
            messages.success(request, f"{person.shown_name} may now: {GRANT_SENTENCES[given].lower()}.")
            return _back(project)
    return _settings_page(request, project, grant_form=form)


@project_view(POST=P.ADMIN_PROJECT)
def revoke(request: PageRequest, project: Project, username: str) -> HttpResponse:
    person = get_person(username)
    revoke_grant(project, person, actor=request.principal)
    messages.success(request, f"{person.shown_name} has no grant on this project any more.")
    return _back(project)


@project_view(POST=P.ADMIN_PROJECT)
def delete(request: PageRequest, project: Project) -> HttpResponse:
    delete_project(project, actor=request.principal)
    messages.success(request, f"The project {project.name} is in the trash.")
    return redirect(f"/{project.tenant.name}")


def _back(project: Project) -> HttpResponseRedirect:
    return redirect("projects:settings", entity=project.tenant.name, project=project.name)


def _settings_page(request: PageRequest, project: Project, **forms: Any) -> HttpResponse:
    refused = bool(forms)
    initial = {"description": project.description, "console_capture": project.console_capture}
    forms.setdefault("project_form", ProjectForm(initial=initial))
    forms.setdefault("name_form", ProjectNameForm(initial={"name": project.name}))
    forms.setdefault(
        "visibility_form", VisibilityForm(initial={"visibility": project.visibility}, entity=project.tenant)
    )
    forms.setdefault("grant_form", GrantForm())
    entity = project.tenant.name
    breadcrumb = [
        {"label": entity, "url": f"/{entity}"},
        {"label": project.name, "url": f"/{entity}/{project.name}"},
        {"label": "Settings", "url": ""},
    ]
    context = {
        "project": project,
        "entity": project.tenant,
        "base_url": absolute(request, f"/{entity}/"),
        "may_administer": request.principal.may(P.ADMIN_PROJECT, project),
        "grants": grant_page(project, limit=SHOWN).items,
        "grant_sentences": GRANT_SENTENCES,
        "nav": {"breadcrumb": breadcrumb},
    }
    return render(request, "projects/settings.html", {**context, **forms}, status=400 if refused else 200)
