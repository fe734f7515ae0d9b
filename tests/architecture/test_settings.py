"""The environment is read in one place, and what may stand in it is written down."""

import ast
import re

from tests.architecture.sources import ROOT, Source, report, sources

DOCS = ROOT / "docs" / "settings.md"
READERS = frozenset(
    {"text", "number", "flag", "choice", "words", "address", "bind", "issuer", "networks", "refuse", "getenv", "get"}
)
# Start-up names its settings module before anything can be read.
NAMES_SETTINGS_MODULE = frozenset({"config/asgi.py", "config/celery.py", "config/wsgi.py"})
VARIABLE = re.compile(r"(?:CARNET_[A-Z0-9_]+|[A-Z]+_URL|PORT)")


def test_every_variable_of_the_environment_is_documented():
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]*)`", DOCS.read_text(encoding="utf-8")))
    findings = sorted(f"{name} ({place})" for name, place in _variables().items() if name not in documented)
    assert not findings, report(findings, "docs/settings.md does not tell of:")


def test_every_documented_variable_is_read():
    documented = re.findall(r"^\|\s*`(CARNET_[A-Z0-9_]+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    findings = sorted(set(documented) - set(_variables()))
    assert not findings, report(findings, "docs/settings.md tells of variables that nothing reads:")


def test_the_environment_is_read_in_config_env_only():
    findings = [
        source.at(node)
        for source in sources("apps", "config")
        if source.name != "config/env.py" and source.name not in NAMES_SETTINGS_MODULE
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}
        if not _is_passed_on(source, node)
    ]
    assert not findings, report(findings, "Read it in config/env.py and ask django.conf.settings:")


def _is_passed_on(source: Source, node: ast.Attribute) -> bool:
    """Whether the whole environment is handed to a child process, not read."""
    text = source.path.read_text(encoding="utf-8").splitlines()[node.lineno - 1]
    return "env=" in text or "**os.environ" in text


def _variables() -> dict[str, str]:
    """Return every variable that config/ reads, with one place that reads it."""
    return {
        argument.value: source.at(node)
        for source in sources("config")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and _callee(node) in READERS and node.args
        for argument in node.args[:1]
        if isinstance(argument, ast.Constant)
        if isinstance(argument.value, str) and VARIABLE.fullmatch(argument.value)
    }


def _callee(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]
