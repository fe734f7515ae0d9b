"""The histories of many runs of a project as one table, read run by run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.accounts.principal import Principal
from apps.core import json
from apps.core.errors import InvalidInput
from apps.core.frames import Cells, Field, Frame, Kind, Table
from apps.projects.models import Project
from apps.runs.filters import filter_runs, order_runs
from apps.runs.models import HistoryKey, Run, Stream
from apps.runs.queries.frames import ALL, AXES, Span, frames_of, json_columns, kind_of
from apps.runs.queries.runs import runs_of

MOST_RUNS = 10_000
MOST_KEYS = 200
RUN = (Field("run", Kind.TEXT), Field("display_name", Kind.TEXT))


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose history is read: runs, and the columns of it."""

    runs: Sequence[Run]
    fields: tuple[Field, ...]
    keys: Sequence[str]
    span: Span


def project_history(
    principal: Principal,
    project: Project,
    keys: Sequence[str],
    *,
    filters: str | None = None,
    order: str | None = None,
    span: Span = ALL,
) -> Asked:
    """Return what is to be read of runs of a project whose door has been passed; the newest run first.

    Numbers are doubles. Raises InvalidInput without keys, with more than MOST_KEYS, or for more than MOST_RUNS runs.
    Two queries; reading costs three more per run.
    """
    names = list(dict.fromkeys(keys))
    if not 0 < len(names) <= MOST_KEYS:
        sentence = f"Name one to {MOST_KEYS} keys of the history."
        raise InvalidInput(sentence, code="bad_keys", fields={"keys": sentence})
    runs = filter_runs(runs_of(principal, project), filters)
    found = list(order_runs(runs, order).select_related(None).only("uid", "name", "display_name")[: MOST_RUNS + 1])
    if len(found) > MOST_RUNS:
        sentence = f"These are more than {MOST_RUNS:,} runs. Narrow them with filters."
        raise InvalidInput(sentence, code="too_many_runs", fields={"filters": sentence})
    return Asked(found, _fields([run.pk for run in found], names), names, span)


def _fields(run_ids: Sequence[int], keys: Sequence[str]) -> tuple[Field, ...]:
    """Return `_step` and the columns of keys, of what kind they are in any of these runs."""
    types: dict[str, set[str]] = {}
    rows = HistoryKey.objects.filter(run__in=run_ids, key__in=keys, stream=Stream.HISTORY)
    for key, counts in rows.values_list("key", "type_counts"):
        types.setdefault(key, set()).update(counts)
    found = [Field(key, AXES.get(key) or kind_of(types.get(key, ()))) for key in keys if key != "_step"]
    return (Field("_step", AXES["_step"]), *found)


def project_table(asked: Asked) -> Table:
    """Return the rows of runs, one run after another: `run`, `display_name`, `_step` and the keys.

    A key that is called like one of the first two is found as `logged.run` or `logged.display_name`.
    """
    return Table((*RUN, *_renamed(asked.fields)), _rows(asked))


def _renamed(fields: Sequence[Field]) -> Iterator[Field]:
    taken = {field.name for field in (*RUN, *fields)}
    for field in fields:
        name = field.name
        if name in {"run", "display_name"}:
            while name in taken:
                name = f"logged.{name}"
        yield Field(name, field.kind)


def _rows(asked: Asked) -> Iterator[Frame]:
    for run in asked.runs:
        for frame in frames_of(run, asked.fields, span=asked.span, wanted=asked.keys):
            names = (Cells([run.name] * frame.row_count), Cells([run.display_name] * frame.row_count))
            yield Frame(frame.row_count, (*names, *frame.columns))


def project_json(asked: Asked) -> Iterator[bytes]:
    """Yield `{"runs": [{"run": …, "display_name": …, "row_count": …, "columns": {…}}, …]}`."""
    before = b'{"runs":['
    for run in asked.runs:
        yield before + json.dumps({"run": run.name, "display_name": run.display_name})[:-1] + b","
        yield from json_columns(run, asked.fields, keys=asked.keys, span=asked.span)
        before = b","
    yield b"]}" if asked.runs else before + b"]}"
