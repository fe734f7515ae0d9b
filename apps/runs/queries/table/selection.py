"""Which runs a table shows: those of some projects that match a filter and words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from apps.projects.models import Project
from apps.runs.filters import filter_runs
from apps.runs.filters.grammar import parse_filters
from apps.runs.models import Run
from apps.runs.queries.project_keys import metric_definitions
from apps.runs.queries.table.columns import column_key, speaks_of_best
from apps.runs.querysets import RunQuerySet
from apps.runs.search import RunSearch


@dataclass(frozen=True)
class Selection:
    """Runs of projects whose doors have been passed, narrowed by `filters` and by `words`."""

    projects: Sequence[Project]
    filters: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""

    @cached_property
    def definitions(self) -> list[dict[str, Any]]:
        """Return the metric definitions of the projects; one query each, asked for `best` only."""
        return [each for project in self.projects for each in metric_definitions(project)]

    def definitions_for(self, names: Sequence[str]) -> list[dict[str, Any]]:
        return self.definitions if speaks_of_best(names) else []

    @cached_property
    def addresses(self) -> dict[int, tuple[str, str]]:
        """Return project → entity and name."""
        return {project.pk: (project.tenant.name, project.name) for project in self.projects}

    @property
    def project_ids(self) -> list[int]:
        return [project.pk for project in self.projects]

    def runs(self) -> RunQuerySet:
        """Return the matching runs in no order. Raises InvalidInput naming the place of what cannot be read."""
        return narrowed(Run.objects.filter(deleted_at=None, project__in=self.project_ids), self)


def select_runs(
    projects: Sequence[Project], filters: str | dict[str, Any] | None = None, words: str | None = None
) -> Selection:
    """Return the runs that match; `filters` is an object of the filter language or its JSON text."""
    wanted = parse_filters(filters)
    chosen = Selection(projects, wanted, (words or "").strip()[:200])
    bests = [name for name in _names(wanted) if speaks_of_best([name])]
    return Selection(projects, _resolved(wanted, chosen.definitions), chosen.words) if bests else chosen


def narrowed(runs: RunQuerySet, selection: Selection) -> RunQuerySet:
    runs = filter_runs(runs, dict(selection.filters))
    return filter_runs(runs, RunSearch(words=selection.words).filters()) if selection.words else runs


def _names(filters: Any) -> Iterator[str]:
    if isinstance(filters, dict):
        for key, value in filters.items():
            yield key
            yield from _names(value)
    elif isinstance(filters, list):
        for item in filters:
            yield from _names(item)


def _resolved(filters: Any, definitions: Any) -> Any:
    """Return the filter with `metric:<key>:best` as the minimum or maximum it stands for."""
    if isinstance(filters, list):
        return [_resolved(item, definitions) for item in filters]
    if not isinstance(filters, dict):
        return filters
    return {_name(key, definitions): _resolved(value, definitions) for key, value in filters.items()}


def _name(key: str, definitions: Any) -> str:
    if not speaks_of_best([key]):
        return key
    column = column_key(key, definitions)
    return f"metric:{column.name}:{column.field}"
