"""The kinds of targets that panels can be sent to, by the paths of their classes, so that a start imports none of them.

Each kind belongs to the app that owns such targets, which names it in its `ready`:

    add_target_kind("apps.panels.view_targets.Views")
"""

from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from apps.panels.targets import TargetKind

_paths: list[str] = []


def add_target_kind(path: str) -> None:
    """Let panels be sent to targets of a kind. Safe to repeat."""
    if path not in _paths:
        _paths.append(path)


def target_kinds() -> "dict[str, TargetKind]":
    """Return the kinds by their names, in their order."""
    kinds: list[TargetKind] = [import_string(path)() for path in _paths]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.order)}
