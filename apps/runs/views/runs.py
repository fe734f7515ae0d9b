"""The page of a run: overview, charts, system metrics, console."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.core import json
from apps.core.errors import NotFound
from apps.core.tabs import parts_of
from apps.core.urls import absolute
from apps.runs.models import Run
from apps.runs.panels import Panel, metric_panels, system_panels
from apps.runs.queries.console import console_tail
from apps.runs.queries.run_pages import (
    CONFIG_ROWS,
    config_rows,
    config_yaml,
    first_error,
    live_keys,
    losses,
    metric_facts,
    project_tags,
    run_facts,
    summary_rows,
    system_facts,
)
from apps.runs.views.door import run_view
from apps.runs.views.frame import part_frame, run_frame

TAIL_LINES = 12


@run_view(GET=P.VIEW_PROJECT)
def overview(request: PageRequest, run: Run) -> HttpResponse:
    frame = run_frame(request, run, "overview")
    facts = metric_facts(run)
    rows = config_rows(run.config)
    more = {
        "facts": run_facts(run, frame["head"]),
        "live_keys": live_keys(run, facts),
        "summary": summary_rows(run, facts),
        "config": rows[:CONFIG_ROWS],
        "config_count": len(rows),
        "config_yaml": config_yaml(run.config),
        "config_json": json.dumps_pretty(run.config),
        "tail_lines": TAIL_LINES,
        "tail": console_tail(run, 6),
        "error": first_error(run, frame["card"]) if frame["head"].is_troubled else None,
        "parts": parts_of("runs.overview", run, request.principal),
        "known_tags": project_tags(run.project) if frame["may"]["edit"] else [],
        "base_url": absolute(request, "/").rstrip("/"),
    }
    return render(request, "runs/overview.html", frame | more)


@run_view(GET=P.VIEW_PROJECT)
def charts(request: PageRequest, run: Run) -> HttpResponse:
    return _with_panels(request, run, "charts", axis="step")


@run_view(GET=P.VIEW_PROJECT)
def system(request: PageRequest, run: Run) -> HttpResponse:
    return _with_panels(request, run, "system", axis="duration")


def _with_panels(request: PageRequest, run: Run, tab: str, *, axis: str) -> HttpResponse:
    frame = run_frame(request, run, tab)
    more = {"panels": _panels_of(run, tab), "axis": axis, "panels_url": frame["at"].to("panels", tab=tab)}
    return render(request, "runs/charts.html", frame | more)


@run_view(GET=P.VIEW_PROJECT)
def panels(request: PageRequest, run: Run, tab: str) -> HttpResponse:
    """Return the panels of a tab as JSON, so that metrics logged later get their chart."""
    found = _panels_of(run, tab)
    body = json.dumps({"panels": [panel.told() for panel in found]})
    return HttpResponse(body, content_type="application/json")


def _panels_of(run: Run, tab: str) -> list[Panel]:
    if tab == "charts":
        return metric_panels(fact.key for fact in metric_facts(run) if fact.count or fact.nonfinite_count)
    if tab == "system":
        return system_panels(fact.key for fact in system_facts(run) if fact.count)
    raise NotFound()


@run_view(GET=P.VIEW_PROJECT)
def logs(request: PageRequest, run: Run) -> HttpResponse:
    return render(request, "runs/logs.html", run_frame(request, run, "logs") | {"tail": console_tail(run, 200)})


@run_view(GET=P.VIEW_PROJECT)
def part(request: PageRequest, run: Run, part: str) -> HttpResponse:
    """Return one part of the page anew: what stands above the tabs, the tabs, the summary."""
    if part not in _PARTS:
        raise NotFound()
    frame = part_frame(request, run, request.GET.get("tab", "overview"))
    return render(request, f"runs/_{part}.html", frame | _PARTS[part](run, frame))


def _summary_part(run: Run, frame: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary_rows(run, metric_facts(run))}


def _trouble_part(run: Run, frame: dict[str, Any]) -> dict[str, Any]:
    return {"error": first_error(run, frame["card"]) if frame["head"].is_troubled else None}


def _live_part(run: Run, frame: dict[str, Any]) -> dict[str, Any]:
    return {"live_keys": live_keys(run, metric_facts(run))}


def _losses_part(run: Run, frame: dict[str, Any]) -> dict[str, Any]:
    return {"losses": losses(run, frame["head"])}


def _nothing_more(run: Run, frame: dict[str, Any]) -> dict[str, Any]:
    return {}


_PARTS = {
    "life": _nothing_more,
    "times": _nothing_more,
    "tabs": _nothing_more,
    "lines": _nothing_more,
    "losses": _losses_part,
    "summary": _summary_part,
    "trouble": _trouble_part,
    "live": _live_part,
}
