"""Lines over steps, time or another metric."""

import numpy as np

from apps.panels.marks import mark_of_run
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Axis, Line, Lines, PanelData
from apps.runs.models import ACTIVE
from apps.runs.queries.many_series import series_of_runs

DEFAULT_RUNS = 10


def line_panel(panel: PanelSpec, scene: Scene) -> PanelData:
    """Resolve a line panel (protocols/wandb-reports.md 7, `Run History Line Plot`)."""
    keys = [str(key) for key in panel.config.get("metrics") or ()]
    limit = int(panel.config.get("limit") or scene.settings.get("maxRuns") or DEFAULT_RUNS)
    shown = [run for part in scene.resolved for run in part.shown]
    drawn = shown[:limit]
    lines = []
    for key in keys:
        found = series_of_runs(drawn, key, points=scene.points)
        lines += [
            Line(
                number,
                key,
                np.asarray(one.x),
                np.asarray(one.y, np.float64),
                None if one.low is None else np.asarray(one.low, np.float64),
                None if one.high is None else np.asarray(one.high, np.float64),
                count=one.count,
                nonfinite_count=one.nonfinite_count,
                last=one.last,
            )
            for number, run in enumerate(drawn)
            if (one := found.get(run.pk)) is not None
        ]
    return PanelData(
        kind="line",
        title=str(panel.config.get("chartTitle") or ", ".join(keys)),
        marks=tuple(mark_of_run(run) for run in drawn),
        body=Lines(Axis("_step", "Step", "step"), Axis("", ""), tuple(lines)),
        run_count=sum(len(part.runs) for part in scene.resolved),
        drawn_count=len(drawn),
        is_active=any(run.state in ACTIVE for run in drawn),
    )
