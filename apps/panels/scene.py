"""What a panel is drawn from: the run sets as they resolve for one viewer, and the settings around the panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from apps.accounts.principal import Principal
from apps.panels.groups import Group, group_runs, shown_runs
from apps.panels.keys import Key
from apps.panels.run_sets import ResolvedRunSet, RunSet, resolve
from apps.projects.models import Project
from apps.runs.models import Run

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
    is_whole: bool = False  # a file takes along all of what a page shows in windows

    @cached_property
    def resolved(self) -> list[ResolvedRunSet]:
        """The enabled run sets with their runs. One read for all panels of the request."""
        return [resolve(run_set, self.viewer, self.project) for run_set in self.run_sets if run_set.is_enabled]

    @property
    def run_count(self) -> int:
        """How many runs match, shown or not."""
        return sum(len(part.runs) for part in self.resolved)

    @cached_property
    def shown(self) -> tuple[Run, ...]:
        """The runs that are not hidden, set after set."""
        return tuple(run for part in self.resolved for run in part.shown)

    def runs(self, part: ResolvedRunSet) -> list[Run]:
        """Return the runs of one of `resolved` that are shown one by one. Panels share one read."""
        if id(part) not in self._single:  # parts live as long as `resolved`
            self._single[id(part)] = shown_runs(part)
        return self._single[id(part)]

    def groups(self, part: ResolvedRunSet, keys: Sequence[Key]) -> list[Group]:
        """Return the groups of one of `resolved` that are shown. Panels that group alike share one read."""
        wanted = id(part), tuple(keys)
        if wanted not in self._grouped:
            self._grouped[wanted] = group_runs(part, keys)
        return self._grouped[wanted]

    @cached_property
    def _single(self) -> dict[int, list[Run]]:
        return {}

    @cached_property
    def _grouped(self) -> dict[tuple[int, tuple[Key, ...]], list[Group]]:
        return {}
