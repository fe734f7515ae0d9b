"""What stands around every page of a project and of a run: the bar, the head, the tabs, and the addresses in use."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest, Principal
from apps.projects.frame import project_nav
from apps.projects.models import Project
from apps.runs.models import Run
from apps.runs.queries.run_pages import RunHead, losses, run_head

Tab = dict[str, Any]


@dataclass(frozen=True)
class Address:
    """Where a project and one of its runs are, for templates: `{{ at.overview }}`, `{{ at.api }}`."""

    entity: str
    project: str
    run: str = ""

    def to(self, name: str, **more: str) -> str:
        """Return the address of a page below the run, or of the project where there is none."""
        given = {"entity": self.entity, "project": self.project, **more}
        return reverse(f"runs:{name}", kwargs=given | ({"run": self.run} if self.run else {}))

    @property
    def project_page(self) -> str:
        return self._project("runs:project")

    @property
    def settings_url(self) -> str:
        return self._project("projects:settings")

    @property
    def rows_url(self) -> str:
        return self._project("runs:project_part", part="rows")

    @property
    def figures_url(self) -> str:
        return self._project("runs:project_part", part="figures")

    @property
    def running_url(self) -> str:
        return self._project("runs:project_part", part="running")

    @property
    def people_url(self) -> str:
        return self._project("runs:project_part", part="people")

    @property
    def waiting_url(self) -> str:
        return self._project("runs:project_part", part="waiting")

    @property
    def charts_url(self) -> str:
        return self._project("runs:project_part", part="charts")

    @property
    def series_url(self) -> str:
        return self._project("runs:project_series")

    @property
    def fields_url(self) -> str:
        return self._project("runs:filter_fields")

    @property
    def trash_url(self) -> str:
        return self._project("runs:trash")

    @property
    def project_api(self) -> str:
        """The address of the project's runs in the REST API; bulk actions follow after a dot."""
        return self._project("api:runs")

    @property
    def api(self) -> str:
        """The address of the run in the REST API; its parts follow after a slash."""
        return self._project("api:run", run=self.run)

    @property
    def path(self) -> str:
        """The run as the official client names it."""
        return f"{self.entity}/{self.project}/{self.run}"

    def _project(self, name: str, **more: str) -> str:
        return reverse(name, kwargs={"entity": self.entity, "project": self.project, **more})


def address_of(run: Run) -> Address:
    return Address(run.project.tenant.name, run.project.name, run.name)


def rights(principal: Principal, project: Project) -> dict[str, bool]:
    """Return what the page may offer. The doors behind the buttons ask again."""
    named = {
        "stop": P.STOP_RUN,
        "edit": P.EDIT_RUN,
        "delete": P.DELETE_RUN,
        "settings": P.EDIT_PROJECT,
        "log": P.LOG_RUN,
    }
    return {word: principal.may(need, project) for word, need in named.items()}


def run_frame(request: PageRequest, run: Run, tab: str) -> dict[str, Any]:
    """Return what every tab of a run needs."""
    frame = part_frame(request, run, tab)
    nav = project_nav(request, run.project, groups=(frame["group"],))
    return frame | {"losses": losses(run, frame["head"]) if frame["may"]["delete"] else None, "nav": nav}


def part_frame(request: PageRequest, run: Run, tab: str) -> dict[str, Any]:
    """Return what the parts of a run's page need that are fetched anew while it runs."""
    head, at = run_head(run), address_of(run)
    return {
        "run": run,
        "head": head,
        "card": head.card,
        "row": head.card.row,
        "at": at,
        "may": rights(request.principal, run.project),
        "tab": tab,
        "tabs": run_tabs(head, at, tab),
        "group": f"run.{run.pk}",
    }


def run_tabs(head: RunHead, at: Address, here: str) -> list[Tab]:
    tabs: list[tuple[str, str, int | None]] = [
        ("overview", _("Overview"), None),
        ("charts", _("Charts"), head.metric_count),
        ("system", _("System"), head.system_count),
        ("logs", _("Logs"), head.card.line_count),
        ("files", _("Files"), head.card.file_count),
        ("code", _("Code"), None),
    ]
    return [
        {"label": label, "url": at.to(name), "current": name == here, "count": count} for name, label, count in tabs
    ]
