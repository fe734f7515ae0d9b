"""What stands around every page of a project: the way in, and the bar with its tabs. Former names lead on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.permissions import Permission
from apps.accounts.principal import PageRequest, Principal
from apps.core.moved import moved
from apps.core.needs import needs
from apps.core.tabs import Tab, add_tab, tabs_of
from apps.projects.access import get_project
from apps.projects.models import Project

View = Callable[..., HttpResponseBase]
Nav = dict[str, Any]


def project_view(**by_method: Permission) -> Callable[[View], View]:
    """Open the door to the project in the address for a view `(request, project, …)`."""

    def mark(view: View) -> View:
        @wraps(view)
        def opened(request: PageRequest, entity: str, project: str, **kwargs: Any) -> HttpResponseBase:
            need = by_method["GET" if request.method == "HEAD" else request.method or "GET"]
            found = get_project(request.principal, entity, project, need)
            elsewhere = moved(request, entity=found.tenant.name, project=found.name)
            return elsewhere or view(request, found, **kwargs)

        return needs(**by_method)(opened)

    return mark


def project_nav(request: PageRequest, project: Project, *, here: str = "", groups: tuple[str, ...] = ()) -> Nav:
    """Return the bar of a project. `here` names the tab shown, if any; `groups` are what the page watches."""
    tabs = tabs_of("project", project, request.principal)
    entity = reverse("entities:entity", kwargs={"entity": project.tenant.name})
    breadcrumb = [
        {"label": project.tenant.name, "url": entity},
        {"label": project.name, "url": tabs[0].url if tabs else entity},
    ]
    told = [{"label": tab.label, "url": tab.url, "current": tab.name == here, "go": tab.go} for tab in tabs]
    return {"breadcrumb": breadcrumb, "tabs": told, "tabs_label": _("Project"), "live_groups": groups}


def settings_tab(project: Project, principal: Principal) -> Tab | None:
    """The last tab, for those who may change the project."""
    if not principal.may(Permission.EDIT_PROJECT, project):
        return None
    address = {"entity": project.tenant.name, "project": project.name}
    return Tab("settings", _("Settings"), reverse("projects:settings", kwargs=address), order=90)


add_tab("project", settings_tab)
