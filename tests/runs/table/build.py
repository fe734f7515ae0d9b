"""A project with a few runs whose table can be worked out by hand."""

from datetime import timedelta

from django.utils.timezone import now

from apps.projects.models import Project
from apps.runs.models import HistoryKey, Run
from tests.build import build_run


def add_fact(run: Run, key: str, *, last: float | None = None, least: float = 0.0, most: float = 0.0, **more) -> None:
    """Put a metric into the catalogue, as a digest would."""
    values = {"last_step": 99, "min_step": 3, "max_step": 42, "type_counts": {"number": 100}} | more
    HistoryKey.objects.create(
        run=run, project=run.project, key=key, count=100, last=last, min=least, max=most, **values
    )


def fill(project: Project) -> dict[str, Run]:
    """Make four runs: three logged val/acc and loss, one nothing; the first is the oldest."""
    runs = {
        "low": build_run(project, "low", state="finished", group="a", job_type="train", config={"lr": 0.1, "m": "x"}),
        "high": build_run(project, "high", state="failed", group="a", job_type="eval", config={"lr": 10, "m": "y"}),
        "mid": build_run(project, "mid", group="b", job_type="train", config={"lr": 0.1, "m": 3}, tags=["best"]),
        "bare": build_run(project, "bare"),
    }
    for place, run in enumerate(runs.values()):
        Run.objects.filter(pk=run.pk).update(created_at=now() - timedelta(hours=10 - place))
    for name, value in (("low", 0.2), ("mid", 0.5), ("high", 0.9)):
        add_fact(runs[name], "val/acc", last=value - 0.1, least=value / 2, most=value)
        add_fact(runs[name], "loss", last=1 - value, least=0.9 - value, most=2 - value)
    return runs
