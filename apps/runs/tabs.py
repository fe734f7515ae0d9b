"""The tabs of a project that show its runs."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.principal import Principal
from apps.core.tabs import Tab, add_tab
from apps.projects.models import Project


def overview_tab(project: Project, principal: Principal) -> Tab:
    """The first tab: what the project is for, and how it goes."""
    return Tab("overview", _("Overview"), _address("runs:project", project), order=10)


def table_tab(project: Project, principal: Principal) -> Tab:
    """All runs as a table."""
    return Tab("table", _("Runs"), _address("runs:table", project), order=30, go="r")


def _address(name: str, project: Project) -> str:
    return reverse(name, kwargs={"entity": project.tenant.name, "project": project.name})


add_tab("project", overview_tab)
add_tab("project", table_tab)
