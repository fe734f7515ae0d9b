"""Events: published by actions only, frozen, named, and told in docs/events.md."""

import ast
import dataclasses
import importlib
import re

import pytest

from tests.architecture.sources import ROOT, app_sources, imported_modules, report

DOCS = ROOT / "docs" / "events.md"
EVENT_MODULES = sorted(source.module for source in app_sources() if source.room == "events" and source.app != "core")


def _events() -> list[type]:
    modules = [importlib.import_module(name) for name in EVENT_MODULES]
    return [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and thing.__module__ == module.__name__ and dataclasses.is_dataclass(thing)
    ]


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
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func) in {"events.publish", "core_events.publish"}
    )


@pytest.mark.parametrize("event", _events(), ids=lambda event: event.__name__)
def test_an_event_is_frozen_named_and_documented(event: type):
    name = getattr(event, "name", "")
    assert vars(event)["__dataclass_params__"].frozen, f"{event.__name__} can be changed after it was published"
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", name), f"{event.__name__}.name is {name!r}: say it like `run.finished`"
    assert f"`{name}`" in DOCS.read_text(encoding="utf-8"), f"docs/events.md does not tell of `{name}`"


def test_names_of_events_differ():
    names = [vars(event)["name"] for event in _events()]
    assert len(names) == len(set(names))
