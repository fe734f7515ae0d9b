"""The trash of a project: what was deleted together, to be restored together."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.projects.frame import project_nav, project_view
from apps.projects.models import Project
from apps.runs import actions
from apps.runs.access import get_trash_batch
from apps.runs.queries.trash import trash_page
from apps.runs.views.frame import Address


@project_view(GET=P.DELETE_RUN)
def trash(request: PageRequest, project: Project) -> HttpResponse:
    page = trash_page(project, cursor=request.GET.get("cursor"))
    context = {
        "project": project,
        "at": Address(project.tenant.name, project.name),
        "page": page,
        "may_discard": request.principal.may(P.ADMIN_PROJECT, project),
        "nav": project_nav(request, project),
    }
    return render(request, "runs/trash.html", context)


@project_view(POST=P.DELETE_RUN)
def restore(request: PageRequest, project: Project, batch: str) -> HttpResponse:
    count = actions.restore_runs(get_trash_batch(project, batch), actor=request.principal)
    said = ngettext("%(count)s run is back.", "%(count)s runs are back.", count)
    messages.success(request, said % {"count": count})
    return redirect(_came_from(request, project))


@project_view(POST=P.ADMIN_PROJECT)
def discard(request: PageRequest, project: Project, batch: str) -> HttpResponse:
    count = actions.discard_batch(get_trash_batch(project, batch), actor=request.principal)
    said = ngettext("%(count)s run is erased for good.", "%(count)s runs are erased for good.", count)
    messages.success(request, said % {"count": count})
    return redirect(trash_url(project))


def trash_url(project: Project) -> str:
    return _url("trash", project)


def restore_url(project: Project, batch_uid: str) -> str:
    return _url("restore", project, batch=batch_uid)


def _came_from(request: PageRequest, project: Project) -> str:
    """Stay on the trash, or go to the runs where the way back was taken from a message."""
    return trash_url(project) if "stay" in request.POST else _url("project", project)


def _url(name: str, project: Project, **more: str) -> str:
    return reverse(f"runs:{name}", kwargs={"entity": project.tenant.name, "project": project.name, **more})
