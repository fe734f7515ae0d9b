"""Whom the lines of a panel stand for: runs, or groups of runs, the chosen ones in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from apps.panels.facts import Facts, facts_of
from apps.panels.groups import Colours, Group
from apps.panels.kinds.line.choice import ranked
from apps.panels.kinds.line.settings import LineSettings
from apps.panels.legends import Legend
from apps.panels.marks import mark_of_group, mark_of_run
from apps.panels.scene import Scene
from apps.panels.terms import Mark
from apps.runs.models import Run


@dataclass(frozen=True, slots=True)
class Subject:
    """One run, or all runs of a group that match, whether they are shown one by one or not."""

    mark: Mark
    runs: tuple[Run, ...]
    is_group: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Under what a person's choices for its lines stand: `<name>:<metric>`."""
        if self.is_group:
            return (self.mark.label, ", ".join(str(value) for value in self.mark.values.values()))
        return (self.runs[0].name, self.runs[0].uid, self.runs[0].display_name)


@dataclass(frozen=True)
class Subjects:
    """`shown_count` are those that could be drawn, `drawn` those that are."""

    drawn: tuple[Subject, ...]
    shown_count: int
    is_grouped: bool
    keys: tuple[str, ...]  # what groups, as a person reads it
    facts: Facts

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(subject.mark for subject in self.drawn)

    @cached_property
    def runs(self) -> list[Run]:
        """Every run that is read, each once."""
        return list({run.pk: run for subject in self.drawn for run in subject.runs}.values())


def choose(settings: LineSettings, scene: Scene) -> Subjects:
    """Return whom a panel draws: the first of the run sets, or the first by a rule."""
    groups: list[Group] = []
    runs: list[Run] = []
    for part in scene.resolved:
        keys = part.run_set.grouping if settings.grouping is None else settings.grouping
        if keys:
            groups += scene.groups(part, keys)
        else:
            runs += scene.runs(part)
    candidates: list[tuple[Run, ...]] = [*(group.runs for group in groups), *((run,) for run in runs)]
    places = _places(candidates, settings)
    chosen = [(groups[place] if place < len(groups) else None, candidates[place]) for place in places]
    facts = facts_of([members[0] for _, members in chosen], settings.legend.keys) if settings.legend else {}
    colours = Colours(scene.colours)
    return Subjects(
        drawn=tuple(_subject(group, members, colours, settings.legend, facts) for group, members in chosen),
        shown_count=len(candidates),
        is_grouped=bool(groups),
        keys=tuple(dict.fromkeys(key.name for group in groups[:1] for key in group.keys)),
        facts=facts,
    )


def _places(candidates: Sequence[tuple[Run, ...]], settings: LineSettings) -> list[int]:
    rule = settings.rule
    if rule is None:
        return list(range(min(settings.limit, len(candidates))))
    values = ranked([run for members in candidates for run in members], rule)
    best = {
        place: min(values[run.pk] for run in members if run.pk in values)
        for place, members in enumerate(candidates)
        if any(run.pk in values for run in members)
    }
    return sorted(best, key=lambda place: (best[place], place))[: rule.count]


def _subject(
    group: Group | None, members: tuple[Run, ...], colours: Colours, legend: Legend | None, facts: Facts
) -> Subject:
    if group is None:
        mark = mark_of_run(members[0], colour=colours.of_run(members[0]))
    else:
        mark = mark_of_group(group, colour=colours.of_group(group))
    if legend and legend.text and not legend.is_of_lines:
        line: Mapping[str, int] = {"count": mark.run_count}
        mark = replace(mark, label=legend.label(facts, members[0].pk, line) or mark.label)
    return Subject(mark, members, group is not None)
