"""The page of a project: what it is for, how it goes, its runs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.core import json
from apps.core.errors import NotFound
from apps.core.urls import absolute
from apps.projects.frame import project_nav, project_view
from apps.projects.models import Project
from apps.projects.queries import project_card
from apps.runs.models import RunState
from apps.runs.queries.project_charts import chart_series, project_charts
from apps.runs.queries.project_pages import (
    filter_fields,
    project_figures,
    project_people,
    run_table,
    running_now,
)
from apps.runs.queries.runs import run_list
from apps.runs.search import OPERATORS, read_search
from apps.runs.serializers import words
from apps.runs.views.frame import Address, rights


@project_view(GET=P.VIEW_PROJECT)
def overview(request: PageRequest, project: Project) -> HttpResponse:
    """Show a project; one without runs says how to log the first."""
    at = _address(project)
    if "nw" in request.GET:  # the address of a saved view, as the client prints it
        return redirect(f"{at.project_page}/workspace?{request.META['QUERY_STRING']}")
    if "field" in request.GET:  # the filter form: its condition belongs into the address
        return redirect(at.project_page + read_search(request.GET).query())
    figures = project_figures(project)
    context = {
        "project": project,
        "facts": project_card(project),
        "figures": figures,
        "at": at,
        "may": rights(request.principal, project),
        "base_url": absolute(request, "/").rstrip("/"),
        "group": f"project.{project.pk}.runs",
        "nav": project_nav(request, project, here="overview", groups=(f"project.{project.pk}.runs",)),
    }
    if not figures.run_count:
        return render(request, "projects/empty.html", context)
    return render(
        request,
        "projects/overview.html",
        context | _list(request, project) | _side(request, project) | {"drawn": project_charts(project)},
    )


@project_view(GET=P.VIEW_PROJECT)
def elsewhere(request: PageRequest, project: Project) -> HttpResponse:
    """Lead from addresses that the client prints to the page that shows these things."""
    query = request.META.get("QUERY_STRING")
    return redirect(_address(project).project_page + (f"?{query}" if query else ""))


@project_view(GET=P.VIEW_PROJECT)
def part(request: PageRequest, project: Project, part: str) -> HttpResponse:
    """Return one part of the page anew: the list of runs, the figures, what is running, the people."""
    at, group = _address(project), f"project.{project.pk}.runs"
    context: dict[str, Any] = {"project": project, "at": at, "group": group}
    if part == "rows":
        return render(request, "runs/_rows.html", context | _list(request, project))
    if part == "figures":
        return render(request, "projects/_figures.html", context | {"figures": project_figures(project)})
    if part == "charts":
        return render(request, "projects/_charts.html", context | {"drawn": project_charts(project)})
    if part in {"running", "people"}:
        return render(request, f"projects/_{part}.html", context | _side(request, project))
    if part == "waiting":
        return _waiting(request, project, at)
    raise NotFound()


def _waiting(request: PageRequest, project: Project, at: Address) -> HttpResponse:
    """Send the page of an empty project on to the run that has just begun."""
    rows = run_list(request.principal, project, limit=1).items
    response = HttpResponse(status=204)
    if rows:
        response["HX-Redirect"] = Address(at.entity, at.project, rows[0].name).to("overview")
    return response


def _list(request: PageRequest, project: Project) -> dict[str, Any]:
    search = read_search(request.GET)
    table = run_table(request.principal, project, search)
    counts = [(state.value, table.counts.by_state.get(state.value, 0)) for state in RunState]
    return {
        "search": search,
        "table": table,
        "any_state": search.in_state("").query(),
        "states": [
            {"name": state, "count": count, "query": search.in_state(state).query()} for state, count in counts if count
        ],
        "conditions": [
            (condition.sentence, search.without(number).query()) for number, condition in enumerate(search.conditions)
        ],
        "operators": list(OPERATORS),
        "first_query": search.after_run("").query(),
        "next_query": search.after_run(table.page.next_cursor).query() if table.page.next_cursor else "",
    }


def _side(request: PageRequest, project: Project) -> dict[str, Any]:
    running, keys = running_now(request.principal, project)
    return {"running": running, "running_key": keys[0] if keys else "", "people": project_people(project)}


@project_view(GET=P.VIEW_PROJECT)
def series(request: PageRequest, project: Project) -> HttpResponse:
    """Return the columns of the charts above the list."""
    points = request.GET.get("points", "")
    keys = words(request.GET.get("keys"))
    found = chart_series(project, keys, points=int(points) if points.isdigit() and len(points) < 6 else 300)
    return HttpResponse(json.dumps(found), content_type="application/json")


@project_view(GET=P.VIEW_PROJECT)
def fields(request: PageRequest, project: Project) -> HttpResponse:
    """Return what runs can be filtered by, for the completion of the filter form."""
    return render(request, "runs/_fields.html", {"fields": filter_fields(project)})


def _address(project: Project) -> Address:
    return Address(project.tenant.name, project.name)
