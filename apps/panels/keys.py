"""Keys as panels and run sets write them: `{"section": "config", "name": "lr.value"}`, `config:lr.value`, `c::lr`."""

from dataclasses import dataclass
from typing import Any

from apps.core.errors import InvalidInput

SECTIONS = ("run", "config", "summary", "tags", "keys_info")
_OLD = {"c": "config", "s": "summary", "r": "run"}


@dataclass(frozen=True, slots=True)
class Key:
    """A fact of a run. Config names have lost the `value` that the client puts after their first part."""

    section: str
    name: str

    @property
    def target(self) -> str:
        """The key in the language of filters and orders."""
        if self.section == "config":
            return f"config.{self.name}"
        if self.section == "summary":
            return f"summary_metrics.{self.name}"
        if self.section == "keys_info":
            return f"keys_info.keys.{self.name}"
        return "tags" if self.section == "tags" else self.name

    @property
    def text(self) -> str:
        """The key as panels write it: `config:lr`."""
        return f"{self.section}:{self.name}"


def parse_key(raw: Any) -> Key:
    """Read a key in any of its forms. Raises InvalidInput for anything else."""
    if isinstance(raw, dict) and isinstance(raw.get("name"), str):
        return _made(str(raw.get("section") or "run"), raw["name"])
    if isinstance(raw, str) and raw:
        section, colon, name = raw.partition(":")
        if colon and section in SECTIONS:
            return _made(section, name)
        if colon and section in _OLD and name.startswith(":"):
            return _made(_OLD[section], name[1:])
        for prefix, section in (("config.", "config"), ("summary_metrics.", "summary"), ("summary.", "summary")):
            if raw.startswith(prefix):
                return _made(section, raw.removeprefix(prefix))
        return Key("summary", raw)
    raise InvalidInput("A key is written as “config:lr”, “summary:loss” or “run:state”.", code="bad_key")


def _made(section: str, name: str) -> Key:
    if section not in SECTIONS or not name:
        raise InvalidInput(f"There is no key “{section}:{name}”.", code="bad_key")
    return Key(section, without_value(name) if section == "config" else name)


def without_value(name: str) -> str:
    """Return a config key without the `value` after its first part: `model.value.name` → `model.name`."""
    first, dot, rest = name.partition(".")
    if rest == "value":
        return first
    return f"{first}.{rest.removeprefix('value.')}" if dot and rest.startswith("value.") else name
