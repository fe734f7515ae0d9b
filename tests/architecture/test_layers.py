"""Who may look at whom. The layers themselves are import-linter's contracts in pyproject.toml."""

import ast
import subprocess
from pathlib import Path

from tests.architecture.sources import (
    PRIVATE,
    ROOT,
    Source,
    app_of,
    app_sources,
    functions,
    imported_modules,
    is_first_party,
    report,
    sources,
)

# Run like AppConfig.ready, once all apps are loaded, from a module that must be importable before they are.
AFTER_START = frozenset({("config/celery.py", "keep_time")})


def test_layers_hold():
    run = subprocess.run(
        [Path(ROOT, ".venv/bin/lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_edges_of_another_app_are_private():
    findings = [
        f"{source.at(node)} imports {module}"
        for source in app_sources()
        for node in ast.walk(source.tree)
        for module in imported_modules(node)
        if _is_private(module) and app_of(module) != source.app
    ]
    assert not findings, report(findings, "Views, forms, API, consumers and tasks belong to their own app alone:")


def _is_private(module: str) -> bool:
    app = app_of(module)
    if app is None or app == "core":  # core holds the base classes that the edges of all apps are built from
        return False
    return module.removeprefix(f"apps.{app}").lstrip(".").split(".")[0] in PRIVATE


def test_first_party_imports_stand_at_the_top():
    findings = [
        f"{source.at(node)} in {function.name}()"
        for source in sources("apps", "config")
        for function in functions(source.tree)
        if not _is_ready(source, function)
        for node in ast.walk(function)
        if any(is_first_party(module) for module in imported_modules(node))
    ]
    assert not findings, report(findings, "A local first-party import is a circle in hiding:")


def _is_ready(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether this function exists to run once Django's apps are loaded."""
    return (source.path.name, function.name) == ("apps.py", "ready") or (source.name, function.name) in AFTER_START
