"""The tab of a project that shows its charts."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.principal import Principal
from apps.core.tabs import Tab, add_tab
from apps.projects.models import Project


def workspace_tab(project: Project, principal: Principal) -> Tab:
    """Charts of the project's runs, as each person arranges them."""
    address = {"entity": project.tenant.name, "project": project.name}
    return Tab("workspace", _("Workspace"), reverse("panels:workspace", kwargs=address), order=20, go="w")


add_tab("project", workspace_tab)
