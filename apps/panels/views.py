"""The page of a workspace: charts of a project's runs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.panels.access import get_workspace
from apps.panels.queries.frame import WorkspaceFrame, workspace_frame
from apps.panels.queries.workspaces import WorkspacePage, own_workspace, workspace_page
from apps.panels.serializers import WorkspaceOutput
from apps.panels.wire import plain_of, tree_of
from apps.projects.frame import project_nav, project_view
from apps.projects.models import Project

PERSONAL_PREFIX = "nwuser"  # the client prints `?nw=nwuser{name}` for one's own


@project_view(GET=P.VIEW_PROJECT)
def workspace(request: PageRequest, project: Project) -> HttpResponse:
    """Show one's own workspace, or the saved view that the address names."""
    page = _page(request, project)
    frame = workspace_frame(request.principal, project, page)
    group = f"project.{project.pk}.runs"
    watched = (group, *([f"user.{request.principal.user_id}"] if request.principal.user_id else []))
    context = {
        "project": project,
        "frame": frame,
        "card": page.card,
        "state": _state(request, project, page, frame, group),
        "nav": project_nav(request, project, here="workspace", groups=watched),
    }
    return render(request, "panels/workspace.html", context)


def _page(request: PageRequest, project: Project) -> WorkspacePage:
    slug = request.GET.get("nw", "")
    if not slug or slug.startswith(PERSONAL_PREFIX):
        return own_workspace(request.principal, project)
    return workspace_page(request.principal, get_workspace(request.principal, project, slug))


def _state(
    request: PageRequest, project: Project, page: WorkspacePage, frame: WorkspaceFrame, group: str
) -> dict[str, Any]:
    """Return what the page's scripts begin with, so that no request stands before the first chart."""
    at = {"entity": project.tenant.name, "project": project.name}
    return {
        "view": {**WorkspaceOutput(page.card).data, "spec": page.spec},
        "entity": at["entity"],
        "project": at["project"],
        "live": group,
        "may_save": request.principal.may(P.EDIT_RUN, project),
        "value": {"key": frame.beside.key, "kind": frame.beside.fact},
        "list": plain_of(tree_of(frame.listed)),
        "addresses": {
            "data": reverse("api:panel_data", kwargs=at),
            "keys": reverse("api:panel_keys", kwargs=at),
            "views": reverse("api:workspaces", kwargs=at),
            "targets": reverse("api:panel_targets", kwargs=at),
            "send": reverse("api:send_panel", kwargs=at),
            "undo": reverse("api:take_panel_back", kwargs=at),
            "runs": reverse("api:run_list", kwargs=at),
            "page": reverse("panels:workspace", kwargs=at),
            "project": reverse("runs:project", kwargs=at),
            "table": reverse("runs:table", kwargs=at),
            "columns": reverse("api:project_table_columns", kwargs=at),
            "rows": reverse("api:project_table", kwargs=at),
        },
    }
