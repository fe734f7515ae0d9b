"""Events: published by actions only, frozen, named, and told in docs/events.md."""

import ast
import re

import pytest

from apps.core.management.commands.events_table import collect_events, events_table
from tests.architecture.sources import ROOT, app_sources, imported_modules, report


def test_only_actions_publish():
    findings = [
        source.at(node)
        for source in app_sources()
        if source.room != "actions" and source.module != "apps.core.events"
        for node in ast.walk(source.tree)
        if "apps.core.events.publish" in imported_modules(node) or _is_publish_call(node)
    ]
    assert not findings, report(findings, "`publish` is called by actions only:")


def _is_publish_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {"events.publish", "core_events.publish"}


@pytest.mark.parametrize("event", collect_events(), ids=lambda event: event.__name__)
def test_an_event_is_frozen_and_named(event: type):
    name = vars(event).get("name", "")
    assert vars(event)["__dataclass_params__"].frozen, f"{event.__name__} can be changed after it was published"
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", name), f"{event.__name__}.name is {name!r}: say it like `run.finished`"


def test_names_of_events_differ():
    names = [vars(event)["name"] for event in collect_events()]
    assert len(names) == len(set(names))


def test_page_of_events_is_up_to_date():
    written = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert written == events_table(), "Run .venv/bin/python manage.py events_table"
