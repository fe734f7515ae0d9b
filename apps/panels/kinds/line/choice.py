"""Which keys and which runs a line panel draws."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from apps.core.formats import count
from apps.panels.facts import facts_of
from apps.panels.keys import SECTIONS, parse_key
from apps.panels.kinds.line.catalogue import of_runs
from apps.panels.kinds.line.settings import MOST_KEYS, Rule
from apps.panels.terms import Note
from apps.projects.models import Project
from apps.runs.filters.patterns import matches
from apps.runs.headlines import Goal, goal_of
from apps.runs.models import HistoryKey, Run, Stream
from apps.runs.queries.project_keys import metric_definitions


def matching_keys(pattern: str, runs: Sequence[Run]) -> tuple[list[str], list[Note]]:
    """Return the keys with numbers, of these runs, that a pattern is found in, by name; at most MOST_KEYS."""
    rows = HistoryKey.objects.filter(stream=Stream.HISTORY).exclude(count=0, nonfinite_count=0)
    logged = {key for some in of_runs(rows, runs) for key in some.values_list("key", flat=True).distinct()}
    keys = [key for key in logged if not key.startswith("_")]
    found = sorted(key for key in keys if matches(pattern, key))
    if not found:
        sentence = f"None of the {count(len(keys))} keys of these runs matches “{pattern}”."
        return [], [Note("no_key_matches", sentence)]
    if len(found) <= MOST_KEYS:
        return found, []
    sentence = f"The first {MOST_KEYS} of {count(len(found))} keys that match are drawn."
    return found[:MOST_KEYS], [Note("keys_limited", sentence)]


def settled(rule: Rule | None, projects: Sequence[Project]) -> Rule | None:
    """Return a rule that knows its direction: as asked, else by the fact, else by the goal that scripts defined or the
    metric's name suggests. Without a goal the best value is the highest, as in run lists. A query for each project."""
    if rule is None or rule.is_rising is not None:
        return rule
    if rule.value in ("min", "max"):
        return replace(rule, is_rising=rule.value == "min")
    goal = goal_of(rule.key, [each for project in projects for each in metric_definitions(project)])
    return replace(rule, is_rising=goal is Goal.MINIMISE if rule.value == "best" else goal is not Goal.MAXIMISE)


def ranked(runs: Sequence[Run], rule: Rule) -> dict[int, float]:
    """Return the value by which a rule orders runs, lowest first, by run id; runs without one are left out."""
    values = _facts(rule, runs) if rule.key.partition(":")[0] in SECTIONS else _catalogued(rule, runs)
    return {pk: value if rule.is_rising else -value for pk, value in values.items()}


def told(rule: Rule, drawn: int) -> str:
    """Say it: `10 lowest by min of val/loss`."""
    word = "lowest" if rule.is_rising else "highest"
    by = rule.key if rule.value == "best" else f"{rule.value} of {rule.key}"
    return f"{count(drawn)} {word} by {by}"


def _catalogued(rule: Rule, runs: Sequence[Run]) -> dict[int, float]:
    column = rule.value if rule.value != "best" else "min" if rule.is_rising else "max"
    rows = HistoryKey.objects.filter(key=rule.key, stream=Stream.HISTORY, **{f"{column}__isnull": False})
    return {pk: value for some in of_runs(rows, runs) for pk, value in some.values_list("run_id", column)}


def _facts(rule: Rule, runs: Sequence[Run]) -> dict[int, float]:
    key = parse_key(rule.key)
    found: Mapping[int, object] = facts_of(runs, [key])[key]
    return {pk: float(value) for pk, value in found.items() if isinstance(value, (int, float))}
