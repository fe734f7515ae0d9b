"""Our own source files, parsed once, for the tests that read code instead of running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
EDGES = frozenset({"views", "api", "consumers", "tasks"})
PRIVATE = EDGES | {"forms", "serializers", "routing", "urls"}
FIRST_PARTY = ("apps", "config")


@dataclass(frozen=True)
class Source:
    """One Python file of ours."""

    path: Path

    @property
    def name(self) -> str:
        """The path as people say it: `apps/runs/actions.py`."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def _text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self._text, filename=self.name)

    @property
    def line_count(self) -> int:
        return self._text.count("\n")

    @property
    def app(self) -> str | None:
        """`runs`, or `gateways.wandb`; None outside apps/."""
        parts = self.module.split(".")
        return app_of(self.module) if parts[0] == "apps" and len(parts) > 1 else None

    @property
    def room(self) -> str | None:
        """The file's role within its app: `views` for views.py and for everything in views/."""
        if self.app is None:
            return None
        rest = self.module.removeprefix(f"apps.{self.app}").lstrip(".")
        return rest.split(".")[0] if rest else None

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)}"


def app_of(module: str) -> str | None:
    """Return the app that a module belongs to: `apps.gateways.wandb.api` → `gateways.wandb`."""
    parts = module.split(".")
    if len(parts) < 2 or parts[0] != "apps":
        return None
    return ".".join(parts[1:3]) if parts[1] == "gateways" else parts[1]


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Return the Python files of these top-level folders, migrations left out."""
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(Source(path) for path in paths if "migrations" not in path.parts)


def app_sources() -> tuple[Source, ...]:
    return sources("apps")


def edge_sources() -> Iterator[Source]:
    """Yield views, endpoints, consumers and tasks, and whole gateways: they translate and hold no rule."""
    for source in app_sources():
        if source.room in EDGES or (source.app or "").startswith("gateways."):
            yield source


def imported_modules(node: ast.AST) -> list[str]:
    """Return the modules an import statement names; `from apps.runs import views` names `apps.runs.views` too."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def is_first_party(module: str) -> bool:
    return module.split(".")[0] in FIRST_PARTY


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def report(findings: list[str], rule: str) -> str:
    """Return the message of a failing test: the rule, then one place per line."""
    return "\n  ".join([rule, *findings])
