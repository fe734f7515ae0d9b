"""Which charts the pages of a run draw: one for each metric, one for each kind of system metric."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_LINES = 16  # in one panel; more processors than that share the next panel

_MACHINE = "machine"
_SYSTEM: dict[str, tuple[str, str, str]] = {  # what follows `system.`, numbers as #: section, heading, unit
    "cpu": (_MACHINE, "CPU utilisation", "%"),
    "cpu.#.cpu_percent": (_MACHINE, "CPU utilisation per core", "%"),
    "cpu.powerWatts": (_MACHINE, "CPU power", "W"),
    "memory": (_MACHINE, "Memory in use", "%"),
    "memory_percent": (_MACHINE, "Memory in use", "%"),
    "proc.memory.availableMB": (_MACHINE, "Memory available", "MB"),
    "proc.memory.rssMB": ("process", "Memory of the process", "MB"),
    "proc.memory.percent": ("process", "Memory of the process", "%"),
    "proc.cpu.threads": ("process", "Threads of the process", ""),
    "network.sent": (_MACHINE, "Network sent", "B"),
    "network.recv": (_MACHINE, "Network received", "B"),
    "gpu.#.gpu": ("gpu", "GPU utilisation", "%"),
    "gpu.#.memory": ("gpu", "GPU memory access", "%"),
    "gpu.#.memoryAllocated": ("gpu", "GPU memory in use", "%"),
    "gpu.#.memoryAllocatedBytes": ("gpu", "GPU memory in use", "B"),
    "gpu.#.temp": ("gpu", "GPU temperature", "°C"),
    "gpu.#.powerWatts": ("gpu", "GPU power", "W"),
    "gpu.#.powerPercent": ("gpu", "GPU power", "%"),
    "gpu.#.enforcedPowerLimitWatts": ("gpu", "GPU power limit", "W"),
    "gpu.#.smClock": ("gpu", "GPU clock", "MHz"),
    "gpu.#.memoryClock": ("gpu", "GPU memory clock", "MHz"),
}
_DISK_UNITS = {
    "usagePercent": ("in use", "%"),
    "usageGB": ("in use", "GB"),
    "in": ("read", "MB"),
    "out": ("written", "MB"),
}


@dataclass(frozen=True)
class Panel:
    """One chart: its keys, and the words around it."""

    keys: list[str]
    heading: str
    section: str = ""
    unit: str = ""

    def told(self) -> dict[str, Any]:
        """Return it as `<panel-grid>` reads it."""
        told: dict[str, Any] = {"keys": self.keys, "heading": self.heading, "unit": self.unit}
        return told | ({"section": self.section} if self.section else {})


@dataclass
class _Group:
    section: str
    heading: str
    unit: str
    keys: list[str] = field(default_factory=list)


def metric_panels(keys: Iterable[str]) -> list[Panel]:
    """Return a panel for each metric, by name; sections are the first part of the names."""
    shown = sorted(key for key in keys if not key.startswith("_"))
    return [Panel([key], key, section=key.partition("/")[0] if "/" in key else "") for key in shown]


def system_panels(keys: Iterable[str]) -> list[Panel]:
    """Return a panel for each kind of system metric: one line for each processor, disk or writer."""
    groups: dict[tuple[str, str, str], _Group] = {}
    for key in sorted(keys, key=_natural):
        if key.startswith("_"):
            continue
        words = _words_of(key)
        groups.setdefault(words, _Group(*words)).keys.append(key)
    return [panel for group in groups.values() for panel in _split(group)]


def _words_of(key: str) -> tuple[str, str, str]:
    """Return (section, heading, unit). A label of one writer among several (`/l:rank0`) does not part panels."""
    name = key.removeprefix("system.").partition("/l:")[0]
    if disk := re.fullmatch(r"disk\.(.+)\.(\w+)", name):
        word, unit = _DISK_UNITS.get(disk[2], (disk[2], ""))
        return "disk", f"Disk {word}", unit
    kind = re.sub(r"(?<=\.)\d+(?=\.|$)", "#", name)
    if kind in _SYSTEM:
        return _SYSTEM[kind]
    if process := re.fullmatch(r"gpu\.process\.#\.(\w+)", kind):
        section, heading, unit = _SYSTEM.get(f"gpu.#.{process[1]}", ("gpu", process[1], ""))
        return "process", f"{heading} of the process", unit
    section, dot, _ = kind.partition(".")
    return (section if dot else _MACHINE), kind.replace(".#", ""), ""


def _split(group: _Group) -> list[Panel]:
    parts = [group.keys[start : start + MOST_LINES] for start in range(0, len(group.keys), MOST_LINES)]
    if len(parts) == 1:
        return [Panel(group.keys, group.heading, group.section, group.unit)]
    return [
        Panel(
            part,
            f"{group.heading}, {number * MOST_LINES} to {number * MOST_LINES + len(part) - 1}",
            group.section,
            group.unit,
        )
        for number, part in enumerate(parts)
    ]


def _natural(key: str) -> list[Any]:
    """Order `gpu.10` after `gpu.9`."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", key) if part]
