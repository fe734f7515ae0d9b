"""What the pages of one run show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.core import formats, json
from apps.projects.models import Project
from apps.runs.headlines import Goal, goal_of, headline_keys
from apps.runs.models import HistoryKey, Run, RunFile, RunState, Stream
from apps.runs.queries.console import console_page
from apps.runs.queries.history import KeyFact, key_facts
from apps.runs.queries.runs import RunCard, run_card
from apps.runs.values import Leaf, leaves

LIVE_CHARTS = 4
CONFIG_ROWS = 500
SUMMARY_ROWS = 1000
ERROR_LINES = 60  # looked through for the sentence of an error
TROUBLED = frozenset({RunState.FAILED, RunState.CRASHED, RunState.PREEMPTED})
PATCH = "diff.patch"


@dataclass(frozen=True)
class RunHead:
    """What stands above every tab of a run."""

    card: RunCard
    metric_count: int
    system_count: int
    has_code: bool
    has_patch: bool

    @property
    def is_troubled(self) -> bool:
        return self.card.row.state in TROUBLED


@dataclass(frozen=True)
class FirstError:
    """Where the console first tells of an error, and the line that says most about it."""

    number: int
    text: str


@dataclass(frozen=True)
class SummaryRow:
    """One key of the summary. Numbers logged over time have ends; other values only what they are."""

    key: str
    last: float | None
    text: str  # of a value that is no number
    low: float | None
    low_step: int | None
    high: float | None
    high_step: int | None
    goal: Goal | None

    @property
    def best(self) -> float | None:
        return self.low if self.goal == Goal.MINIMISE else self.high

    @property
    def best_word(self) -> str:
        return "min" if self.goal == Goal.MINIMISE else "max"

    @property
    def best_step(self) -> int | None:
        return self.low_step if self.goal == Goal.MINIMISE else self.high_step

    @property
    def range(self) -> str:
        """Say both ends, for the hover."""
        if self.low is None or self.high is None:
            return ""
        low, high = formats.number(self.low), formats.number(self.high)
        return f"min {low} at step {formats.count(self.low_step)}, max {high} at step {formats.count(self.high_step)}"


@dataclass(frozen=True)
class ConfigRow:
    """One leaf of the config, written as in a script."""

    key: str
    text: str


@dataclass(frozen=True)
class Fact:
    """One line of what is known about a run; `kind` tells pages which one it is, whatever the language."""

    kind: str
    label: str
    value: str
    note: str = ""
    url: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class Losses:
    """What goes when a run is deleted."""

    metric_count: int
    file_count: int
    stored_bytes: int
    line_count: int


def run_head(run: Run) -> RunHead:
    """Return what all tabs of a run share, with four queries."""
    metrics = HistoryKey.objects.filter(run=run, count__gt=0).exclude(key__startswith="_").order_by()
    keys = metrics.values_list("stream")
    by_stream = dict(keys.annotate(total=Count("key")))
    code = Q(path__startswith="code/") | Q(path=PATCH)
    paths = list(RunFile.objects.filter(code, run=run, blob__isnull=False).order_by("path").values_list("path"))
    return RunHead(
        card=run_card(run),
        metric_count=by_stream.get(Stream.HISTORY, 0),
        system_count=by_stream.get(Stream.EVENTS, 0),
        has_code=bool(paths),
        has_patch=(PATCH,) in paths,
    )


def first_error(run: Run, card: RunCard) -> FirstError | None:
    """Return the first error of a console; of a Python traceback its last line, which names the error."""
    if not card.error_count:
        return None
    number = console_page(run, limit=1).first_error
    if number is None:
        return None
    lines = console_page(run, after=number - 1, limit=ERROR_LINES).lines
    texts = [line.text for line in lines]
    return FirstError(number, said_by(texts) if texts else "")


def said_by(texts: list[str]) -> str:
    """Return the line of an error that says most: after `Traceback`, the first line that is not indented."""
    plain = [_ANSI.sub("", text) for text in texts]
    if "Traceback (most recent call last)" not in plain[0]:
        return plain[0].strip()
    named = (text for text in plain[1:] if text.strip() and not text[0].isspace())
    return next(named, plain[0]).strip()


def summary_rows(run: Run, facts: list[KeyFact]) -> list[SummaryRow]:
    """Return metrics with their ends, headlines first, then what else the summary holds."""
    definitions = run.client_config.get("m")
    measured = {fact.key: fact for fact in facts if fact.count or fact.nonfinite_count}
    order = headline_keys(measured, limit=SUMMARY_ROWS)
    rows = [_measured_row(measured[key], definitions) for key in order]
    others = [item for item in leaves(run.summary) if item.key not in measured and not item.key.startswith("_")]
    logged = {fact.key: fact.last_value for fact in facts}
    for item in sorted(others, key=lambda item: item.key)[: SUMMARY_ROWS - len(rows)]:
        text = "" if item.number is not None else _said(item, logged.get(item.key))
        rows.append(SummaryRow(item.key, item.number, text, None, None, None, None, None))
    return rows


def live_keys(run: Run, facts: list[KeyFact]) -> list[str]:
    """Return the metrics drawn on the overview."""
    return headline_keys([fact.key for fact in facts if fact.count], limit=LIVE_CHARTS)


def metric_facts(run: Run) -> list[KeyFact]:
    return key_facts(run, stream=Stream.HISTORY)


def system_facts(run: Run) -> list[KeyFact]:
    return key_facts(run, stream=Stream.EVENTS)


def config_rows(config: dict[str, Any]) -> list[ConfigRow]:
    """Return the leaves of a config in the order in which they were set."""
    return [ConfigRow(key, text) for key, text in _flat(config)]


def config_yaml(config: dict[str, Any]) -> str:
    """Write a config as the client's `config.yaml` would hold it, to be copied."""
    text: str = yaml.safe_dump(json.plain(config), sort_keys=False, allow_unicode=True, default_flow_style=None)
    return text if config else ""


def run_facts(run: Run, head: RunHead) -> list[Fact]:
    """Return what is known about how and where a run ran. What is not known is left out."""
    card, told = head.card, _mapping(run.metadata)
    client = run.client_config.get("cli_version") or told.get("cliVersion")
    facts = [
        Fact("host", _("Host"), card.host or str(told.get("host") or "")),
        Fact("hardware", _("Hardware"), hardware(told)),
        _commit(card, told, has_patch=head.has_patch),
        Fact("command", _("Command"), card.command, is_code=True),
        Fact("python", _("Python"), card.python, note=_framework(run)),
        Fact("system", _("System"), card.os),
        Fact("group", _("Group"), card.row.group),
        Fact("job_type", _("Job type"), card.row.job_type),
        Fact("sweep", _("Sweep"), card.sweep_name),
        Fact("exit_code", _("Exit code"), "" if card.exit_code is None else str(card.exit_code)),
        Fact("client", _("Client"), f"wandb {client}" if client else ""),
        Fact("id", _("Run id"), card.row.name, is_code=True),
    ]
    return [fact for fact in facts if fact.value]


def losses(run: Run, head: RunHead) -> Losses:
    """Say what leaves with a run, with one query."""
    files = RunFile.objects.filter(run=run, blob__isnull=False)
    stored = files.aggregate(total=Count("pk"), size=Coalesce(Sum("blob__size"), 0))
    return Losses(head.metric_count + head.system_count, stored["total"], stored["size"], head.card.line_count)


def project_tags(project: Project, *, limit: int = 100) -> list[str]:
    """Return the tags in use on the newest runs of a project, for completion."""
    newest = Run.objects.live().filter(project=project).order_by("-created_at").values_list("tags", flat=True)
    return sorted({tag for tags in newest[:200] for tag in tags})[:limit]


def hardware(told: dict[str, Any]) -> str:
    """Say what a run ran on: `8 × NVIDIA H100 80 GB, 96 cores, 1.02 TB memory`."""
    parts = [_gpus(told), _cores(told), _memory(told)]
    return ", ".join(part for part in parts if part)


def commit_url(remote: str, commit: str) -> str:
    """Return where a commit can be read on the web, for remotes of the usual forms; else nothing."""
    if ssh := _SSH_REMOTE.fullmatch(remote):
        remote = f"https://{ssh['host']}/{ssh['path']}"
    parts = urlsplit(remote)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _COMMIT.fullmatch(commit):
        return ""
    port = f":{parts.port}" if parts.port else ""
    path = parts.path.removesuffix("/").removesuffix(".git")
    return f"{parts.scheme}://{parts.hostname}{port}{path}/commit/{commit}"


_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SSH_REMOTE = re.compile(r"(?:ssh://)?(?:[\w.-]+@)(?P<host>[\w.-]+)[:/](?P<path>[\w./-]+)")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")


def _said(item: Leaf, logged: Any) -> str:
    """Write a summary value that is no number: a text as it is, of media the kind."""
    if isinstance(logged, dict):
        return _written(logged)
    return "null" if item.is_null else item.text or ""


def _measured_row(fact: KeyFact, definitions: Any) -> SummaryRow:
    value = fact.last_value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    last = float(value) if is_number else fact.last
    text = "" if last is not None or value is None else _written(value)
    ends = (fact.min, fact.min_step, fact.max, fact.max_step)
    return SummaryRow(fact.key, last, text, *ends, goal_of(fact.key, definitions))


def _flat(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    stack = [(str(key), item) for key, item in reversed(value.items())]
    while stack:
        key, item = stack.pop()
        if isinstance(item, dict) and item:
            stack.extend((f"{key}.{name}", child) for name, child in reversed(item.items()))
        else:
            yield key, _written(item)


def _written(value: Any) -> str:
    """Write a value as JSON does, cut to what a cell can hold; of media the kind."""
    if isinstance(value, dict) and isinstance(value.get("_type"), str):
        return str(value["_type"]).removesuffix("-file")
    text = json.dumps_text(value)
    return text if len(text) <= 1000 else f"{text[:1000]}…"


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _gpus(told: dict[str, Any]) -> str:
    name, listed = str(told.get("gpu") or ""), told.get("gpu_nvidia") or told.get("gpu_amd")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    name = name or str(first.get("name") or "")
    if not name:
        return ""
    count = told.get("gpu_count") or (len(listed) if isinstance(listed, list) else 1)
    memory = _size(first.get("memoryTotal") or first.get("memory_total"))
    return " ".join(part for part in (f"{count} ×" if count != 1 else "", name, memory) if part)


def _cores(told: dict[str, Any]) -> str:
    count = told.get("cpu_count")
    return f"{count} {'core' if count == 1 else 'cores'}" if isinstance(count, int) else ""


def _memory(told: dict[str, Any]) -> str:
    size = _size(_mapping(told.get("memory")).get("total"))
    return f"{size} memory" if size else ""


def _size(value: Any) -> str:
    """Write a number of bytes that clients send as a number or a text."""
    try:
        return formats.size(float(value)) if value else ""
    except (TypeError, ValueError):
        return ""


def _framework(run: Run) -> str:
    name = run.client_config.get("framework")
    return str(name) if isinstance(name, str) else ""


def _commit(card: RunCard, told: dict[str, Any], *, has_patch: bool) -> Fact:
    git = _mapping(told.get("git"))
    commit, remote = card.commit or str(git.get("commit") or ""), card.repo or str(git.get("remote") or "")
    note = _("with uncommitted changes") if has_patch else ""
    return Fact("commit", _("Commit"), commit[:10], note=note, url=commit_url(remote, commit), is_code=True)
