"""The page of all runs of a project as a table. What it shows stands in its address."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.core import json
from apps.core.errors import InvalidInput
from apps.core.tabs import tabs_of
from apps.projects.frame import project_nav, project_view
from apps.projects.models import Project
from apps.runs.queries.run_pages import project_tags
from apps.runs.queries.runs import run_counts
from apps.runs.queries.table import RunTable, default_columns, select_runs, table_count, table_page
from apps.runs.serializers import words
from apps.runs.table_serializers import table_json
from apps.runs.views.frame import Address, rights

FIRST_ROWS = 100


@project_view(GET=P.VIEW_PROJECT)
def table(request: PageRequest, project: Project) -> HttpResponse:
    """Show the table: its first rows as they are, the rest as the reader scrolls."""
    usual, group = default_columns(project), f"project.{project.pk}.runs"
    counts, may = run_counts(request.principal, project), rights(request.principal, project)
    found, refusal = _first(request, project, words(request.GET.get("columns")) or usual)
    rows = json.plain(table_json(*found)) if found else None
    context = {
        "project": project,
        "found": found,
        "all_count": counts.total,
        "refusal": refusal,
        "words": request.GET.get("q", ""),
        "at": Address(project.tenant.name, project.name),
        "may": may,
        "known_tags": project_tags(project) if may["edit"] else [],
        "state": _state(request, project)
        | {"may": may, "all": counts.total, "usual": usual, "live": group, "first": rows},
        "nav": project_nav(request, project, here="table", groups=(group,)),
    }
    return render(request, "runs/table.html", context, status=400 if refusal else 200)


@project_view(GET=P.VIEW_PROJECT)
def runs(request: PageRequest, project: Project) -> HttpResponse:
    """Lead from the address that clients print to the table."""
    query = request.META.get("QUERY_STRING")
    return redirect(_at("runs:table", project) + (f"?{query}" if query else ""))


def _first(
    request: PageRequest, project: Project, columns: list[str]
) -> tuple[tuple[RunTable, int] | None, InvalidInput | None]:
    """Return the first rows and how many match; or why the address cannot be read."""
    try:
        chosen = select_runs([project], request.GET.get("filters"), request.GET.get("q"))
        order = words(request.GET.get("order"))
        return (table_page(chosen, columns=columns, order=order, limit=FIRST_ROWS), table_count(chosen)), None
    except InvalidInput as refusal:
        return None, refusal


def _state(request: PageRequest, project: Project) -> dict[str, Any]:
    """Return what the page's script begins with."""
    tabs = {tab.name: tab.url for tab in tabs_of("project", project, request.principal)}
    names = ("project_table", "project_table_groups", "project_table_columns", "project_table_csv")
    rows, groups, columns, csv = (_at(f"api:{name}", project) for name in names)
    addresses = {"page": _at("runs:table", project), "project": _at("runs:project", project)}
    addresses |= {"rows": rows, "groups": groups, "columns": columns, "csv": csv}
    addresses |= {"parquet": _at("api:project_table_parquet", project), "runs": _at("api:runs", project)}
    return {
        "entity": project.tenant.name,
        "project": project.name,
        "addresses": addresses | {"workspace": tabs.get("workspace", "")},
    }


def _at(name: str, project: Project) -> str:
    return reverse(name, kwargs={"entity": project.tenant.name, "project": project.name})
