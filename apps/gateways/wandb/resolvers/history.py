"""Logged rows, system metrics and console lines of a run."""

from typing import Any

from ariadne import ObjectType

from apps.core.errors import InvalidInput
from apps.core.urls import absolute
from apps.gateways.wandb.context import MAX_ROWS, Info, empty_connection, page_size
from apps.runs.actions import file_history
from apps.runs.models import Run
from apps.runs.queries.console import ConsoleLevel, ConsoleLine, console_page, console_tail
from apps.runs.queries.history import event_rows, history_rows, sampled_history
from apps.runs.values import parse_object

DEFAULT_SAMPLES = 500
MAX_SPECS = 100

run = ObjectType("Run")


@run.field("history")
def resolve_history(
    found: Run,
    info: Info,
    samples: int | None = None,
    minStep: int | None = None,
    maxStep: int | None = None,
) -> list[str]:
    """Whole rows with minStep ≤ step < maxStep, thinned to `samples` of them if there are more."""
    size = _samples(info, samples)
    return history_rows(found, min_step=minStep, max_step=maxStep, samples=size)


@run.field("events")
def resolve_events(found: Run, info: Info, samples: int | None = None) -> list[str]:
    return event_rows(found, samples=_samples(info, samples))


@run.field("sampledHistory")
def resolve_sampled_history(found: Run, info: Info, specs: list[str]) -> list[list[dict[str, Any]]]:
    if len(specs) > MAX_SPECS:
        raise InvalidInput(f"At most {MAX_SPECS} specs at a time.", code="bad_spec")
    return [_sampled(found, info, parse_object(spec, "spec")) for spec in specs]


def _sampled(found: Run, info: Info, spec: dict[str, Any]) -> list[dict[str, Any]]:
    keys = spec.get("keys") or []
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise InvalidInput("“keys” of a spec is a list of texts.", code="bad_spec")
    samples, first, last = (_whole(spec, name) for name in ("samples", "minStep", "maxStep"))
    size = _samples(info, samples)
    if not keys:
        return []
    return sampled_history(found, list(dict.fromkeys(keys)), samples=size, min_step=first, max_step=last)


def _whole(spec: dict[str, Any], name: str) -> int | None:
    value = spec.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InvalidInput(f"“{name}” of a spec is a whole number.", code="bad_spec")
    return value


def _samples(info: Info, samples: int | None) -> int:
    size = DEFAULT_SAMPLES if samples is None else samples
    if size < 1:
        raise InvalidInput(f"“samples” is {size}; it is at least 1.", code="bad_samples")
    size = min(size, MAX_ROWS)
    info.context.spend(size)
    return size


@run.field("parquetHistory")
def resolve_parquet_history(found: Run, info: Info, liveKeys: list[str] | None = None) -> dict[str, Any]:
    """Files of a long history and the steps that came after; without them the client reads every row live."""
    filed = file_history(found)
    if filed is None:
        return {"parquetUrls": [], "liveData": []}
    live = [{"_step": step} for step in filed.live_steps]
    return {"parquetUrls": [absolute(info.context.request, path) for path in filed.paths], "liveData": live}


@run.field("logLines")
def resolve_log_lines(
    found: Run,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    **_: Any,
) -> dict[str, Any]:
    """Console lines, ascending: the last ones, or a page that follows a cursor."""
    if last is not None:
        if last == 0:
            return empty_connection()
        size = page_size(last)
        info.context.spend(size)
        return _lines(console_tail(found, size), has_next=False)
    size = page_size(first, default=500)
    info.context.spend(size)
    page = console_page(found, after=_line_number(after), limit=size)
    return _lines(page.lines, has_next=page.has_next)


def _lines(lines: list[ConsoleLine], *, has_next: bool) -> dict[str, Any]:
    edges = [
        {
            "node": {
                "number": line.number,
                "timestamp": line.at,
                "level": line.level if line.level == ConsoleLevel.ERROR else "",
                "label": line.label,
                "line": line.text,
            },
            "cursor": str(line.number),
        }
        for line in lines
    ]
    return {
        "edges": edges,
        "pageInfo": {"hasNextPage": has_next, "endCursor": edges[-1]["cursor"] if edges else None},
    }


def _line_number(cursor: str | None) -> int | None:
    if not cursor:
        return None
    if not cursor.isdigit() or len(cursor) > 18:
        raise InvalidInput("This cursor belongs to another list. Begin again without it.", code="bad_cursor")
    return int(cursor)


BINDINGS = [run]
