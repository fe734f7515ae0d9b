"""Runs with values for panels that draw one value per run. Plain functions."""

from typing import Any

from apps.runs.actions.digest import digest_run
from apps.runs.models import Run
from tests.build import build_run, sign_in
from tests.runs.streaming import append, history, summary

ADDRESS = "/api/v1/projects/northlight/digits/panel-data"


def build_valued_run(
    project: Any, name: str, *losses: float | str, config: Any = None, said: Any = None, **values: Any
) -> Run:
    """Make a run that logged these losses step by step, and a summary of `said` beside the last of them."""
    run = build_run(project, name, display_name=name, config=config or {}, **values)
    rows = [{"_step": step, "loss": loss} for step, loss in enumerate(losses)]
    last = {"loss": losses[-1]} if losses else {}
    packs = [history(*rows)] if rows else []
    append(run, *packs, summary(**(last | (said or {}))))
    digest_run(run.pk)
    return run


def draw(user: Any, view_type: str, config: Any, /, *, run_sets: Any = None, **extras: Any) -> Any:
    """Resolve one panel over the API."""
    panel = {"viewType": view_type, "config": config, "x": extras}
    asked = {"panels": [panel], "form": "json"} | ({"run_sets": run_sets} if run_sets else {})
    return sign_in(user).post(ADDRESS, asked, content_type="application/json").json()["panels"][0]


def sentences(panel: Any) -> list[str]:
    return [note["sentence"] for note in panel["notes"]]
