"""Edges parse, call and render. Rows reach them through doors and queries, and are written by actions."""

import ast

import pytest

from tests.architecture.sources import Source, app_sources, edge_sources, report

FORBIDDEN = frozenset({"objects", "_default_manager", "_base_manager", "save", "asave", "bulk_create", "bulk_update"})

# The last handler before the outside: here an unexpected error is logged and becomes an answer. A handler that raises
# again swallows nothing and needs no place here.
EDGE_HANDLERS = {
    "apps/gateways/wandb/api.py": "what nobody expected is logged and answered as the client understands it",
    "apps/core/jobs/worker.py": "a failing job is recorded on its row and tried again",
    "apps/runs/writer.py": "the error is handed to the request that waits for its answer",
}


@pytest.mark.parametrize("source", list(edge_sources()), ids=lambda source: source.name)
def test_an_edge_touches_no_manager_and_saves_nothing(source: Source):
    findings = [
        f"{source.at(node)} names .{node.attr}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN
    ]
    assert not findings, report(findings, "Rows come through doors and queries, writes go through actions:")


def test_no_error_is_swallowed_outside_the_edge_handlers():
    findings = [
        source.at(handler)
        for source in app_sources()
        if source.name not in EDGE_HANDLERS
        for handler in ast.walk(source.tree)
        if isinstance(handler, ast.ExceptHandler) and _is_blanket(handler) and not _raises_again(handler)
    ]
    assert not findings, report(findings, "Let it fail, or name the failure:")


def _is_blanket(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in caught)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise)
