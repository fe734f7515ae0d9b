"""A few charts over the newest runs of a project: how it goes, before anybody has set up a workspace."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.errors import InvalidInput
from apps.projects.models import Project
from apps.runs.headlines import SLOTS, headline_keys
from apps.runs.models import HistoryKey, Run, Stream
from apps.runs.queries.series import series

CHARTS = 2
RUNS = 8
MOST_POINTS = 600


@dataclass(frozen=True)
class ProjectChart:
    """One metric of some runs. `keys` are `<run>:<metric>`, as `chart_series` takes them."""

    heading: str
    keys: list[str]


@dataclass(frozen=True)
class ProjectCharts:
    """The charts, and the runs they draw, newest first."""

    charts: list[ProjectChart]
    runs: list[Run]


def project_charts(project: Project) -> ProjectCharts:
    """Return the metrics that say most about the newest runs, with two queries."""
    live = Run.objects.live().filter(project=project).order_by("-created_at", "-pk")
    runs = list(live.only("pk", "display_name", "name", "slot", "state")[:RUNS])
    logged = HistoryKey.objects.filter(run__in=[run.pk for run in runs], stream=Stream.HISTORY, count__gt=1)
    who: dict[str, set[int]] = {}
    for key, run_id in logged.exclude(key__startswith="_").values_list("key", "run_id"):
        who.setdefault(key, set()).add(run_id)
    common = [key for key, ids in who.items() if len(ids) * 2 >= len(runs)] or list(who)
    charts = [
        ProjectChart(key, [f"{run.pk}:{key}" for run in runs if run.pk in who[key]])
        for key in headline_keys(common, limit=CHARTS)
    ]
    drawn = {int(name.partition(":")[0]) for chart in charts for name in chart.keys}
    return ProjectCharts(charts, [run for run in runs if run.pk in drawn])


def chart_series(project: Project, keys: Sequence[str], *, points: int) -> dict[str, Any]:
    """Return columns for `<run>:<metric>` keys, each with the name and colour of its run, as `<line-panel>` reads them.

    Runs of other projects are left out. Cost: one read of each run.
    """
    wanted = _by_run(keys)
    runs = Run.objects.live().filter(project=project).only("pk", "display_name", "slot", "state", "project_id")
    found = []
    for run in runs.filter(pk__in=wanted):
        for each in series(run, wanted[run.pk], points=min(points, MOST_POINTS)).series:
            colour = {"slot": (run.slot - 1) % SLOTS + 1, "dash": min((run.slot - 1) // SLOTS + 1, 3)}
            found.append(each.as_json() | {"key": f"{run.pk}:{each.key}", "label": run.display_name} | colour)
    return {"step_last": None, "updated_at": None, "state": "", "series": found}


def _by_run(keys: Sequence[str]) -> dict[int, list[str]]:
    wanted: dict[int, list[str]] = {}
    for name in keys:
        run_id, colon, key = name.partition(":")
        if not (colon and run_id.isdigit()) or len(run_id) > 18:
            raise InvalidInput("Keys are “<run>:<metric>”.", fields={"keys": "Write “<run>:<metric>”."})
        wanted.setdefault(int(run_id), []).append(key)
    if len(wanted) > RUNS * CHARTS:
        raise InvalidInput(f"At most {RUNS * CHARTS} runs at a time.", code="too_many_runs")
    return wanted
