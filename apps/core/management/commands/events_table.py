"""Writes docs/events.md: every event, who listens to it, and in which order."""

import dataclasses
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import cleandoc
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from apps.core.events import listeners
from apps.core.management.pages import PageCommand

HEAD = """\
# What happens, and who is told

Written by `manage.py events_table` from the dataclasses in each app's `events.py`; a test fails when it is out of date.
An action publishes an event inside its transaction. Listeners *within* run at once, in that transaction, and may
refuse; listeners *after* run once it is committed, and only notify and enqueue. They run in the order given here.
"""


class Command(PageCommand):
    help = "Write docs/events.md from the events and their listeners."
    page = "events.md"

    def text(self) -> str:
        return events_table()


def events_table() -> str:
    """Return the text of docs/events.md."""
    return "\n".join([HEAD, *(_section(event) for event in collect_events())])


def collect_events() -> list[type]:
    """Return the event dataclasses of all apps, by app, in the order of their files."""
    return list(_events())


def _events() -> Iterator[type]:
    for app in apps.get_app_configs():
        if not app.name.startswith("apps.") or app.module is None or not module_has_submodule(app.module, "events"):
            continue
        for thing in vars(import_module(f"{app.name}.events")).values():
            if isinstance(thing, type) and thing.__module__ == f"{app.name}.events" and dataclasses.is_dataclass(thing):
                yield thing


def _section(event: type) -> str:
    within, after = listeners(event)
    fields = ", ".join(f"`{field.name}`" for field in dataclasses.fields(event))
    lines = [f"## `{vars(event).get('name', '?')}`", "", f"{event.__name__} of {_app(event)}: {fields}.", ""]
    if told := _docstring(event):
        lines += [told, ""]
    lines += [f"- within: {_named(listener)}" for listener in within]
    lines += [f"- after: {_named(listener)}" for listener in after]
    return "\n".join(lines if lines[-1] == "" else [*lines, ""])


def _docstring(event: type) -> str:
    """Return the class's own docstring; dataclasses without one are given their signature, which says nothing new."""
    text = cleandoc(event.__doc__ or "")
    return "" if text.startswith(f"{event.__name__}(") else text


def _named(listener: Callable[[Any], None]) -> str:
    first_line = cleandoc(listener.__doc__ or "").partition("\n")[0]
    told = f": {first_line}" if first_line else ""
    return f"`{listener.__module__}.{listener.__qualname__}`{told}"


def _app(event: type) -> str:
    return event.__module__.removeprefix("apps.").removesuffix(".events")
