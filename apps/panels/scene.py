"""What a panel is drawn from: the run sets as they resolve for one viewer, and the settings around the panel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from apps.accounts.principal import Principal
from apps.panels.run_sets import ResolvedRunSet, RunSet, resolve
from apps.projects.models import Project

DEFAULT_POINTS = 300


@dataclass(frozen=True)
class PanelSpec:
    """One panel as stored (docs/panels.md): `config` has the keys of its `viewType`, `extras` are ours (key `x`)."""

    id: str
    view_type: str
    config: Mapping[str, Any]
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """Run sets and settings, shared by all panels of one request. Doors to the projects were passed.

    `settings` are those of the workspace or section (protocols/wandb-reports.md 8: xAxis, smoothingType,
    smoothingWeight, maxRuns, ignoreOutliers …), which a panel's config overrides.
    """

    viewer: Principal
    project: Project
    run_sets: tuple[RunSet, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    points: int = DEFAULT_POINTS
    low: float | None = None  # the range of x that is looked at
    high: float | None = None
    colours: Mapping[str, Any] = field(default_factory=dict)  # customRunColors

    @cached_property
    def resolved(self) -> list[ResolvedRunSet]:
        """The enabled run sets with their runs. One read for all panels of the request."""
        return [resolve(run_set, self.viewer, self.project) for run_set in self.run_sets if run_set.is_enabled]
