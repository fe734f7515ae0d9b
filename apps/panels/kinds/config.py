"""The settings of panels that draw values of runs: their own, else those around them, checked as they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.errors import InvalidInput
from apps.panels.groups import checked_colour, group_key
from apps.panels.keys import Key
from apps.panels.kinds.line.expressions import Expression, parse_expression
from apps.panels.scene import PanelSpec, Scene
from apps.panels.terms import Note

MOST_KEYS = 30
MOST_STOPS = 20


@dataclass(frozen=True, slots=True, order=True)
class Stop:
    """A stop of a gradient."""

    at: float  # 0…1
    colour: str


class Config:
    """A panel's settings. `notes` tell what this version does not know; then the default is drawn."""

    def __init__(self, panel: PanelSpec, scene: Scene) -> None:
        self.panel, self.scene = panel, scene
        self.notes: list[Note] = []

    def value(self, name: str) -> Any:
        """A panel's own setting, else that around it."""
        found = self.panel.config.get(name)
        return self.scene.settings.get(name) if found is None else found

    def text(self, name: str) -> str:
        found = self.panel.config.get(name)
        return found if isinstance(found, str) else ""

    def own(self, name: str) -> str:
        found = self.panel.extras.get(name)
        return found if isinstance(found, str) else ""

    def items(self, name: str) -> list[Any]:
        found = self.panel.config.get(name)
        return found if isinstance(found, list) else [found] if isinstance(found, str) and found else []

    def number(self, name: str) -> float | None:
        return number_of(self.value(name))

    def count(self, name: str) -> int | None:
        found = number_of(self.panel.config.get(name))
        return int(found) if found is not None and found >= 1 else None

    def flag(self, name: str) -> bool:
        return bool(self.panel.config.get(name))

    def one_of(self, name: str, known: Sequence[str], default: str) -> str:
        return self.checked(name, self.value(name), known, default)

    def own_of(self, name: str, known: Sequence[str], default: str) -> str:
        return self.checked(f"x.{name}", self.panel.extras.get(name), known, default)

    def checked(self, name: str, found: Any, known: Sequence[str], default: str) -> str:
        if found is None or found == "":
            return default
        if found in known:
            return str(found)
        self.tell(name, found, default)
        return default

    def tell(self, name: str, found: Any, default: str) -> None:
        used = f"“{default}” is drawn" if default else "it is left out"
        sentence = f"This version of Carnet does not know {name} “{str(found)[:60]}”; {used}."
        self.notes.append(Note("unknown_value", sentence))

    def metrics(self) -> list[str]:
        found = list(dict.fromkeys(str(key) for key in self.items("metrics") if key))
        if len(found) > MOST_KEYS:
            raise InvalidInput(f"A panel of this kind has at most {MOST_KEYS} metrics.", code="too_many_keys")
        return found

    def expressions(self) -> tuple[Expression, ...]:
        texts = [text.strip() for text in self.items("expressions") if isinstance(text, str) and text.strip()]
        if len(texts) > MOST_KEYS:
            raise InvalidInput(f"A panel of this kind has at most {MOST_KEYS} expressions.", code="too_many_keys")
        return tuple(map(parse_expression, texts))

    def grouping(self) -> tuple[Key, ...] | None:
        """The keys that group; none: nothing does; None: as each run set groups."""
        several, one = self.panel.extras.get("groupBy"), self.panel.config.get("groupBy")
        if isinstance(several, list) and several:
            return tuple(map(group_key, several))
        if one == "None":
            return ()
        if one:
            return (group_key(one),)
        return () if self.value("useRunsTableGroupingInPanels") is False else None

    def gradient(self) -> tuple[Stop, ...]:
        """The stops of `customGradient`, rising; fewer than two are none."""
        stops = []
        for stop in self.items("customGradient")[:MOST_STOPS]:
            colour = checked_colour(stop)
            place = number_of(stop.get("offset")) if isinstance(stop, dict) else None
            if colour and place is not None:
                stops.append(Stop(min(max(place / 100, 0.0), 1.0), colour))
        return tuple(sorted(stops)) if len(stops) > 1 else ()


def number_of(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")
    return float(value) if is_number else None
