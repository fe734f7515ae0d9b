"""Templates of legends: `${run:displayName} - ${config:dropout} [[ ${x}: ${y} (${original}) ]]`.

What stands in double brackets is shown by the crosshair only, and filled by the pen where it belongs to a point.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.errors import InvalidInput
from apps.panels.facts import Facts, shown
from apps.panels.keys import Key, parse_key

MOST_CHARACTERS = 500
_FIELD = re.compile(r"\$\{([^}]*)\}")
_CROSSHAIR = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_OF_LINE = frozenset({"metric", "key", "count"})
_OF_POINT = frozenset({"x", "y", "original", "mean", "stddev", "min", "max", "percent"})


@dataclass(frozen=True)
class Legend:
    """`text` is filled here; `hint` at the crosshair. `keys` are the facts of runs that both read."""

    text: str
    hint: str
    keys: tuple[Key, ...]

    @property
    def is_of_lines(self) -> bool:
        """Whether it differs between the lines of one run."""
        return any(name.strip() in ("metric", "key") for name in _FIELD.findall(self.text))

    def label(self, facts: Facts, run_id: int, line: Mapping[str, Any]) -> str:
        return _filled(self.text, facts, run_id, line).strip()

    def at_crosshair(self, facts: Facts, run_id: int, line: Mapping[str, Any]) -> str:
        return _filled(self.hint, facts, run_id, line).strip()


def parse_legend(raw: Any) -> Legend | None:
    """Read a template; None for none. Raises InvalidInput for one that is too long or names no key."""
    if not isinstance(raw, str) or not raw.strip():
        return None
    if len(raw) > MOST_CHARACTERS:
        raise InvalidInput(f"A legend has at most {MOST_CHARACTERS} characters.", code="bad_legend")
    hint = " ".join(part.strip() for part in _CROSSHAIR.findall(raw))
    text = _CROSSHAIR.sub("", raw).strip()
    names = dict.fromkeys(name.strip() for name in _FIELD.findall(raw))
    keys = [field_key(name) for name in names if name not in _OF_LINE | _OF_POINT]
    return Legend(text, hint, tuple(keys))


def field_key(name: str) -> Key:
    """Read what a template addresses: `run:displayName`, `config:dropout`, `config.dropout`, `displayName`, `tags`."""
    if name == "tags":
        return Key("tags", "__ALL__")
    if ":" not in name and not name.startswith(("config.", "summary.", "summary_metrics.")):
        return Key("run", name)
    return parse_key(name)


def _filled(text: str, facts: Facts, run_id: int, line: Mapping[str, Any]) -> str:
    def fill(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name in _OF_LINE:
            return shown(line.get(name))
        return found[0] if name in _OF_POINT else shown(facts.get(field_key(name), {}).get(run_id))

    return _FIELD.sub(fill, text)
