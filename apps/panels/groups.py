"""Groups of runs by the values of keys: what panels draw when a run set or a panel groups."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from apps.core import json
from apps.core.errors import InvalidInput
from apps.panels.facts import Facts, facts_of, shown
from apps.panels.keys import SECTIONS, Key, parse_key, without_value
from apps.panels.run_sets import ResolvedRunSet, Selection
from apps.runs.models import Run

MOST_KEYS = 5
_GROUP_COLOUR = "run-color-group:"
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\b[^)]*\)")


@dataclass(frozen=True, slots=True)
class Group:
    """Runs of one run set with the same values. `runs` are all that match, shown or not, in the order of the set."""

    run_set: str
    keys: tuple[Key, ...]
    values: tuple[Any, ...]
    runs: tuple[Run, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(shown(value) for value in self.values)

    @property
    def label(self) -> str:
        """`temperature: 4, model: vit`."""
        return ", ".join(f"{key.name}: {text}" for key, text in zip(self.keys, self.texts, strict=True))


def group_key(raw: Any) -> Key:
    """Read a key that groups: `lr.value` means config, a bare field of runs (`group`) that field."""
    if isinstance(raw, str) and ":" not in raw and not raw.startswith(("config.", "summary")):
        return Key("config", without_value(raw)) if "." in raw or raw not in _RUN_FIELDS else Key("run", raw)
    return parse_key(raw)


_RUN_FIELDS = frozenset("group jobType state username name displayName host sweep tags createdAt commit".split())


def group_runs(part: ResolvedRunSet, keys: Sequence[Key]) -> list[Group]:
    """Return the groups of a run set that are shown, in the order of their first runs."""
    selection = part.run_set.selection
    return [group for group in all_groups(part, keys) if is_shown(selection, group.texts, group.runs)]


def all_groups(part: ResolvedRunSet, keys: Sequence[Key]) -> list[Group]:
    """Return all groups of a run set, shown or not. Runs without a value are one group.

    Raises InvalidInput for more keys than anybody can read.
    """
    if len(keys) > MOST_KEYS:
        raise InvalidInput(f"Runs are grouped by at most {MOST_KEYS} keys.", code="too_many_keys")
    facts = facts_of(part.runs, keys)
    members: dict[tuple[str, ...], list[Run]] = {}
    values: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for run in part.runs:
        held = tuple(facts[key].get(run.pk) for key in keys)
        name = tuple(shown(value) for value in held)
        members.setdefault(name, []).append(run)
        values.setdefault(name, held)
    return [Group(part.run_set.id, tuple(keys), values[name], tuple(runs)) for name, runs in members.items()]


def is_shown(selection: Selection, values: Sequence[str], runs: Sequence[Run]) -> bool:
    """A group is shown if it is named so as a whole, else if one of its runs is."""
    if tuple(values) in selection.groups:
        return not selection.root
    return any(selection.shows(run) for run in runs)


def shown_runs(part: ResolvedRunSet) -> list[Run]:
    """Return the runs that are shown one by one: not hidden themselves, nor through the group they stand in."""
    keys, selection = part.run_set.grouping, part.run_set.selection
    if not selection.groups or not keys:
        return part.shown
    facts = facts_of(part.runs, keys)
    return [run for run in part.shown if _is_run_shown(selection, run, keys, facts)]


def _is_run_shown(selection: Selection, run: Run, keys: Sequence[Key], facts: Facts) -> bool:
    values = tuple(shown(facts[key].get(run.pk)) for key in keys)
    is_group_named = any(values[: depth + 1] in selection.groups for depth in range(len(values)))
    return not selection.root if is_group_named else selection.shows(run)


class Colours:
    """A person's own colours of runs and groups (`customRunColors`), whose group keys have two forms: that of
    workspaces, with encoded JSON, and that of reports, `<run set>-<key>:<value>-…`."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._groups = {
            read: colour
            for name, value in raw.items()
            if name.startswith(_GROUP_COLOUR) and (read := _read_group(name)) and (colour := checked_colour(value))
        }

    def of_run(self, run: Run) -> str | None:
        return checked_colour(self._raw.get(run.name)) or checked_colour(self._raw.get(run.uid))

    def of_group(self, group: Group) -> str | None:
        if not self._raw:
            return None
        pairs = tuple(zip((key.text for key in group.keys), group.texts, strict=True))
        if found := self._groups.get((group.run_set, pairs)):
            return found
        for name in (_text, _wrapped):
            parts = [f"{name(key)}:{text}" for key, text in zip(group.keys, group.texts, strict=True)]
            if found := checked_colour(self._raw.get("-".join([group.run_set, *parts]))):
                return found
        return None


def checked_colour(raw: Any) -> str | None:
    """Return a colour as `#rrggbb`, None for what is none. It may stand in an object, as `color`."""
    if isinstance(raw, Mapping):
        raw = raw.get("color")
    if not isinstance(raw, str):
        return None
    if _HEX.fullmatch(raw):
        return raw.lower() if len(raw) == 7 else "#" + "".join(digit * 2 for digit in raw[1:].lower())
    if rgb := _RGB.fullmatch(raw.strip()):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in rgb.groups())
    return None


def _text(key: Key) -> str:
    return key.text


def _wrapped(key: Key) -> str:
    """The key with the `value` that the client puts after the first part of config keys."""
    if key.section != "config":
        return key.text
    first, dot, rest = key.name.partition(".")
    return f"config:{first}.value{dot}{rest}"


def _read_group(name: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    run_set, colon, values = name.removeprefix(_GROUP_COLOUR).partition(":")
    try:
        told = json.loads(unquote(values)) if colon else None
        set_id = json.loads(unquote(run_set))
    except json.JSONError:
        return None
    if not isinstance(told, list) or not isinstance(set_id, str):
        return None
    pairs = []
    for each in told:
        if not isinstance(each, dict) or str(each.get("key")).partition(":")[0] not in SECTIONS:
            return None
        value = each.get("value")
        pairs.append((parse_key(each["key"]).text, shown(float(value) if type(value) is int else value)))
    return set_id, tuple(pairs)
