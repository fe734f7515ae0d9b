"""Which columns a table begins with, before anybody has chosen."""

from collections import defaultdict

from apps.projects.models import Project
from apps.runs.headlines import headline_keys
from apps.runs.models import HistoryKey, Run, RunValue, Stream

SAMPLED_RUNS = 50
METRICS, CONFIGS = 5, 4
FIRST = ["run:state", "run:username", "run:createdAt", "run:duration"]


def default_columns(project: Project) -> list[str]:
    """Return what tells the newest runs apart: config values that differ, and the best of the metrics that say most."""
    newest = Run.objects.live().filter(project=project).order_by("-created_at", "-pk")
    ids = list(newest.values_list("pk", flat=True)[:SAMPLED_RUNS])
    return [*FIRST, *_configs(ids), *_metrics(ids), "run:tags"]


def _configs(ids: list[int]) -> list[str]:
    """Return the config keys of most runs with more than one value, those with few values first."""
    found: dict[str, list[object]] = defaultdict(list)
    rows = RunValue.objects.filter(run_id__in=ids, source=RunValue.Source.CONFIG)
    for key, number, text in rows.order_by("key").values_list("key", "number", "text"):
        found[key].append(text if number is None else number)
    told = [key for key, values in found.items() if len(values) * 2 >= len(ids) and len(set(values)) > 1]
    return [f"config:{key}" for key in sorted(told, key=lambda key: (len(set(found[key])), key))[:CONFIGS]]


def _metrics(ids: list[int]) -> list[str]:
    rows = HistoryKey.objects.filter(run_id__in=ids, stream=Stream.HISTORY, count__gt=0)
    return [
        f"metric:{key}:best"
        for key in headline_keys(rows.order_by().values_list("key", flat=True).distinct(), limit=METRICS)
    ]
