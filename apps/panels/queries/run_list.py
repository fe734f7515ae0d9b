"""The runs beside the charts: a part of a run set in its order, or its groups, each with the one value that is shown.

What matches, in which order, in which group and colour is asked of the same functions that panels draw with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from apps.accounts.principal import Principal
from apps.panels.groups import Colours, Group, all_groups, is_shown
from apps.panels.marks import mark_of_group, mark_of_run
from apps.panels.run_sets import ResolvedRunSet, RunSet, light_rows, matching, order_of, parse_run_set, project_of
from apps.panels.run_sets import resolve as resolve_run_set
from apps.panels.terms import Mark
from apps.projects.models import Project
from apps.runs.filters import order_runs
from apps.runs.headlines import Goal, goal_of
from apps.runs.models import HistoryKey, Run, RunValue, Stream
from apps.runs.queries.project_keys import metric_definitions

MOST_ROWS = 500
Fact = Literal["last", "min", "max", "best"]


@dataclass(frozen=True)
class Shown:
    """The one value beside each run: a key, and which of its values."""

    key: str = ""
    fact: Fact = "last"


@dataclass(frozen=True)
class RunEntry:
    """A run of the list. `value` is None where it did not log the key."""

    mark: Mark
    name: str
    value: float | None
    is_pinned: bool


@dataclass(frozen=True)
class GroupEntry:
    """A group of the list. `values` are those of its keys as selections write them; `value` is over all its runs."""

    mark: Mark
    values: tuple[str, ...]
    states: dict[str, int]
    value: float | None
    is_shown: bool


@dataclass(frozen=True)
class RunList:
    """A part of the list. `total` counts its rows without the pinned ones, which stand before them; `run_count` the
    runs that match, `all_count` those there are."""

    runs: list[RunEntry] = field(default_factory=list)
    groups: list[GroupEntry] = field(default_factory=list)
    pinned: list[RunEntry] = field(default_factory=list)  # on the first page only, also those that do not match
    total: int = 0
    run_count: int = 0
    all_count: int = 0


def run_list(
    viewer: Principal,
    home: Project,
    raw: Any,
    *,
    beside: Shown,
    within: Sequence[str] | None = None,
    offset: int = 0,
    limit: int = 100,
    colours: Mapping[str, Any] | None = None,
) -> RunList:
    """Return a part of a run set; its groups where it groups, or with `within` the runs of the group of these values.

    The project's door was passed, that of the run set is passed here. A constant number of queries.
    """
    run_set = parse_run_set(raw)
    project = project_of(run_set, viewer, home)
    lister = _Lister(run_set, project, beside, Colours(colours or {}))
    if run_set.grouping:
        part = resolve_run_set(run_set, viewer, home)
        return lister.groups(part, offset, limit) if within is None else lister.members(part, within, offset, limit)
    return lister.page(offset, limit)


class _Lister:
    def __init__(self, run_set: RunSet, project: Project, beside: Shown, colours: Colours) -> None:
        self.run_set, self.project, self.colours = run_set, project, colours
        self.beside = beside

    def page(self, offset: int, limit: int) -> RunList:
        found = matching(self.run_set, self.project)
        others = found.exclude(name__in=self.run_set.pinned) if self.run_set.pinned else found
        rows = light_rows(order_runs(others, order_of(self.run_set))[offset : offset + limit], self.project)
        total = others.order_by().count()
        pinned = self._pinned() if offset == 0 else []
        values = self._values([*rows, *pinned])
        return RunList(
            runs=[self._entry(run, values) for run in rows],
            pinned=[self._entry(run, values) for run in pinned],
            total=total,
            run_count=found.order_by().count() if self.run_set.pinned else total,
            all_count=self._all_count(),
        )

    def groups(self, part: ResolvedRunSet, offset: int, limit: int) -> RunList:
        found = all_groups(part, self.run_set.grouping)
        some = found[offset : offset + limit]
        values = self._values([run for group in some for run in group.runs])
        return RunList(
            groups=[self._group(group, values) for group in some],
            total=len(found),
            run_count=len(part.runs),
            all_count=self._all_count(),
        )

    def members(self, part: ResolvedRunSet, within: Sequence[str], offset: int, limit: int) -> RunList:
        groups = all_groups(part, self.run_set.grouping)
        runs = next((group.runs for group in groups if group.texts == tuple(within)), ())
        some = runs[offset : offset + limit]
        values = self._values(some)
        return RunList(
            runs=[self._entry(run, values) for run in some],
            total=len(runs),
            run_count=len(part.runs),
            all_count=len(part.runs),
        )

    def _entry(self, run: Run, values: Mapping[int, float]) -> RunEntry:
        mark = mark_of_run(run, colour=self.colours.of_run(run))
        return RunEntry(mark, run.name, values.get(run.pk), run.name in self.run_set.pinned)

    def _group(self, group: Group, values: Mapping[int, float]) -> GroupEntry:
        states: dict[str, int] = {}
        for run in group.runs:
            states[run.state] = states.get(run.state, 0) + 1
        held = [values[run.pk] for run in group.runs if run.pk in values]
        return GroupEntry(
            mark=mark_of_group(group, colour=self.colours.of_group(group)),
            values=group.texts,
            states=states,
            value=_over_group(held, self._fact),
            is_shown=is_shown(self.run_set.selection, group.texts, group.runs),
        )

    def _pinned(self) -> list[Run]:
        if not self.run_set.pinned:
            return []
        found = light_rows(Run.objects.live().filter(project=self.project, name__in=self.run_set.pinned), self.project)
        places = {name: place for place, name in enumerate(self.run_set.pinned)}
        return sorted(found, key=lambda run: (run.name != self.run_set.baseline, places[run.name]))

    def _all_count(self) -> int:
        return Run.objects.live().filter(project=self.project).count()

    @cached_property
    def _fact(self) -> str:
        if self.beside.fact != "best":
            return self.beside.fact
        goal = goal_of(self.beside.key, metric_definitions(self.project))
        return "min" if goal == Goal.MINIMISE else "max"

    def _values(self, runs: Sequence[Run]) -> dict[int, float]:
        """The value of each run: of its history, else of its summary."""
        if not self.beside.key or not runs:
            return {}
        fact, ids = self._fact, [run.pk for run in runs]
        among: dict[str, Any] = {"run__in": ids} if len(ids) <= MOST_ROWS else {"project": self.project}
        history = HistoryKey.objects.filter(**among, stream=Stream.HISTORY, key=self.beside.key)
        summary = RunValue.objects.filter(**among, source=RunValue.Source.SUMMARY, key=self.beside.key)
        rows = [*summary.values_list("run_id", "number"), *history.values_list("run_id", fact)]
        return {run: value for run, value in rows if value is not None}


def _over_group(values: Sequence[float], fact: str) -> float | None:
    """The least or greatest of a group where that is asked, else the mean."""
    if not values:
        return None
    if fact == "last":
        return sum(values) / len(values)
    return min(values) if fact == "min" else max(values)
