"""Whole histories as typed columns: the same rows as everywhere, in pieces that fit memory."""

import io
import math
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv, ipc

from apps.accounts.principal import NOBODY
from apps.core import json
from apps.core.errors import InvalidInput
from apps.core.frames import Kind, Table, write
from apps.runs.actions import compact_run, digest_run, rewind_run
from apps.runs.models import Run, Stream
from apps.runs.queries import frames
from apps.runs.queries.frames import Span, run_fields, run_json, run_table
from apps.runs.queries.history import history_rows
from apps.runs.queries.project_frames import project_history, project_json, project_table
from tests.build import build_project, build_run, build_team, build_user, owner_of, principal
from tests.runs.streaming import append, events, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


@pytest.fixture
def run(db):
    return build_run()


def compact(run: Run) -> None:
    digest_run(run.pk)
    compact_run(run.pk, everything=True)


def arrow(table: Table) -> pa.Table:
    return ipc.open_stream(b"".join(write(table, "arrow"))).read_all()


def columns(table: Table) -> dict[str, list[Any]]:
    told: dict[str, list[Any]] = arrow(table).to_pydict()
    return told


def test_each_column_has_the_type_of_what_was_logged(run):
    rows: list[dict[str, Any]] = [
        {"_step": 0, "loss": 0.5, "epoch": 1, "ok": True, "note": "é", "mixed": 1, "media": {"_type": "x", "w": 3}},
        {"_step": 7, "loss": math.nan, "epoch": 2**60 + 1, "ok": False, "mixed": "two", "empty": None},
        {"_step": 9, "loss": math.inf, "_timestamp": 1.7e9, "_runtime": 4},
    ]
    append(run, history(*rows))
    for _ in range(2):  # from the log, then from chunks
        found = arrow(run_table(run))
        kinds = {field.name: str(field.type) for field in found.schema}
        assert kinds == {
            "_step": "int64",
            "_timestamp": "double",
            "_runtime": "double",
            "loss": "double",
            "epoch": "int64",
            "ok": "bool",
            "note": "string",
            "mixed": "string",
            "media": "string",
            "empty": "double",
        }
        told = found.to_pydict()
        assert told["_step"] == [0, 7, 9]
        assert (told["_timestamp"], told["_runtime"]) == ([None, None, 1.7e9], [None, None, 4.0])
        assert math.isnan(told["loss"][1])
        assert (told["loss"][0], told["loss"][2], found["loss"].null_count) == (0.5, math.inf, 0)
        assert told["epoch"] == [1, 2**60 + 1, None]
        assert (told["ok"], told["note"]) == ([True, False, None], ["é", None, None])
        assert (told["mixed"], told["empty"]) == (["1", "two", None], [None] * 3)
        assert json.loads(told["media"][0]) == rows[0]["media"]
        compact(run)


def test_keys_choose_columns_and_the_rows_that_have_one_of_them(run):
    append(run, history(*({"_step": step, "a": step, **({"b": 1.5} if step % 4 == 0 else {})} for step in range(9))))
    told = columns(run_table(run, ["b", "absent", "_step"]))
    assert list(told) == ["_step", "_timestamp", "_runtime", "b", "absent"]
    assert (told["_step"], told["b"], told["absent"]) == ([0, 4, 8], [1.5] * 3, [None] * 3)
    assert columns(run_table(run, ["absent"]))["_step"] == []


def test_ends_of_steps_are_included(run):
    append(run, history(*({"_step": step * 10, "a": 0.5} for step in range(9))))
    compact(run)
    assert columns(run_table(run, span=Span(20, 40)))["_step"] == [20, 30, 40]
    assert columns(run_table(run, span=Span(81, None)))["_step"] == []
    assert columns(run_table(run, span=Span(None, 5)))["_step"] == [0]


def test_a_long_run_comes_in_pieces_and_whole(run):
    count = 3 * frames._GROUPS_AT_ONCE * 64
    with patch.object(frames, "_GROUPS_AT_ONCE", 2), patch("apps.runs.actions.compact.GROUP_STEPS", 64):
        for start in range(0, count, 500):
            append(run, history(*({"_step": step, "v": step / 8} for step in range(start, min(start + 500, count)))))
            compact(run)
        append(run, history(*({"_step": step, "v": step / 8} for step in range(count, count + 9))))  # not compacted
        pieces = [frame.row_count for frame in run_table(run, ["v"]).frames]
        told = columns(run_table(run, ["v"]))
    assert len(pieces) > 5
    assert told["_step"] == list(range(count + 9))
    assert told["v"] == [step / 8 for step in range(count + 9)]


def test_few_rows_at_a_time_where_there_are_many_keys(run):
    append(run, history(*({"_step": step, **{f"k{key}": 0.5 for key in range(50)}} for step in range(100))))
    with patch.object(frames, "_CELLS_AT_ONCE", 1000):
        pieces = list(run_table(run).frames)
    assert max(frame.row_count for frame in pieces) * 53 <= 1000
    assert sum(frame.row_count for frame in pieces) == 100


def test_small_pieces_are_written_as_one_row_group(run):
    append(run, history(*({"_step": step, "v": 0.5} for step in range(100))))
    with patch.object(frames, "_CELLS_AT_ONCE", 40):
        file = pq.ParquetFile(io.BytesIO(b"".join(write(run_table(run), "parquet"))))
    assert (file.metadata.num_row_groups, file.metadata.num_rows) == (1, 100)


def test_a_rewind_takes_rows_away_before_and_after_compaction(run):
    append(run, history(*({"_step": step, "v": step} for step in range(10))))
    compact(run)
    rewind_run(run, after_step=4, actor=NOBODY)
    append(run, history({"_step": 5, "v": -5}))
    assert columns(run_table(run))["v"] == [0, 1, 2, 3, 4, -5]
    compact(run)
    assert columns(run_table(run))["v"] == [0, 1, 2, 3, 4, -5]


def test_what_is_of_another_kind_than_when_reading_began_is_left_out(run):
    append(run, history({"_step": 0, "v": 1}, {"_step": 1, "v": 2}))
    table = run_table(run)
    append(run, history({"_step": 2, "v": 0.5}, {"_step": 3, "v": "text"}, {"_step": 4, "v": 9}))
    assert columns(table)["v"] == [1, 2, None, None, 9]


def test_system_metrics_are_a_table_without_steps(run):
    append(run, events({"system.cpu": 12.5, "_runtime": 1.0}, {"system.cpu": 50.0, "_runtime": 2.0}))
    assert columns(run_table(run, stream=Stream.EVENTS)) == {
        "_timestamp": [None, None],
        "_runtime": [1.0, 2.0],
        "system.cpu": [12.5, 50.0],
    }


def test_an_empty_run_is_a_table_without_rows(run):
    assert columns(run_table(run)) == {"_step": [], "_timestamp": [], "_runtime": []}
    assert b"".join(write(run_table(run), "csv")) == b'"_step","_timestamp","_runtime"\n'
    assert json.loads(b"".join(run_json(run)))["row_count"] == 0


def test_csv_tells_an_empty_text_from_none(run):
    append(run, history({"_step": 0, "note": ""}, {"_step": 1, "note": 'a "b",\nc'}, {"_step": 2, "loss": 0.1}))
    text = b"".join(write(run_table(run, ["note", "loss"]), "csv"))
    options = csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    told = csv.read_csv(
        io.BytesIO(text), parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=options
    )
    assert told["note"].to_pylist() == ["", 'a "b",\nc', None]
    assert told["loss"].to_pylist() == [None, None, 0.1]


def test_too_many_keys_are_refused_with_a_sentence(run):
    append(run, history({"_step": 0, **{f"k{key}": 0.5 for key in range(12)}}))
    with patch.object(frames, "MOST_KEYS", 10), pytest.raises(InvalidInput, match="Name the keys"):
        run_fields(run)


def test_reading_costs_the_same_whatever_the_number_of_keys(run):
    append(run, history({"_step": 0, **{f"k{key}": 0.5 for key in range(50)}}))
    compact(run)
    with CaptureQueriesContext(connection) as many:
        list(run_table(run).frames)
    with CaptureQueriesContext(connection) as one:
        list(run_table(run, ["k1"]).frames)
    assert len(many) == len(one) <= 14


VALUES = st.one_of(
    st.integers(-(2**62), 2**62), st.floats(width=64), st.booleans(), st.none(), st.text(max_size=3), st.just([1, "a"])
)
ROWS = st.lists(
    st.tuples(st.integers(0, 30), st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), st.sampled_from("lc")),
    max_size=8,
)


@pytest.mark.slow
@given(rows=ROWS, most=st.sampled_from([4, 2**23]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_table_holds_what_the_rows_hold(db, rows, most):
    run = build_run()
    for step, values, then in rows:
        append(run, history({"_step": step, **values}))
        if then == "c":
            compact(run)
    with patch.object(frames, "_CELLS_AT_ONCE", most):
        table = run_table(run)
        told = columns(table)
        whole = json.loads(b"".join(run_json(run)))
    expected = [json.loads(text) for text in history_rows(run)]
    assert told["_step"] == [row["_step"] for row in expected]
    for field in table.fields[3:]:
        wanted = [_as(field.kind, row.get(field.name)) for row in expected]
        assert list(map(_seen, told[field.name])) == list(map(_seen, wanted)), field
        assert list(map(_seen, whole["columns"][field.name])) == [_seen(json.plain(value)) for value in wanted]
    assert {field.name for field in table.fields[3:]} == {key for row in expected for key in row if key[0] != "_"}


def _as(kind: Kind, value: Any) -> Any:
    if kind is Kind.FLOAT:
        return None if value is None else float(value)
    if kind is Kind.TEXT and not isinstance(value, str | None):
        return json.dumps_lenient(value)
    return value


def _seen(value: Any) -> str:
    """A number among texts may be written with or without its “.0”: one column holds both."""
    return repr(value).replace(".0'", "'")


# Many runs


@pytest.fixture
def project(db):
    return build_project(build_team(owner=build_user("alice")))


def asked(project, keys, **choice):
    return project_history(principal(owner_of(project.tenant.team)), project, keys, **choice)


def test_runs_follow_one_another_in_one_table(project):
    first = build_run(project, name="r1", display_name="one", config={"lr": 0.1})
    second = build_run(project, name="r2", display_name="two", config={"lr": 0.5})
    build_run(project, name="r3", display_name="silent", config={"lr": 0.5})
    append(first, history({"_step": 0, "loss": 1}, {"_step": 1, "acc": 0.5}))
    append(second, history({"_step": 4, "loss": 2.5, "note": "x"}))
    for run in (first, second):
        compact(run)
    told = columns(project_table(asked(project, ["loss", "note"], order="+name")))
    assert told == {
        "run": ["r1", "r2"],
        "display_name": ["one", "two"],
        "_step": [0, 4],
        "loss": [1.0, 2.5],
        "note": [None, "x"],
    }
    some = columns(project_table(asked(project, ["loss"], filters='{"config.lr": {"$gt": 0.2}}')))
    assert some["run"] == ["r2"]
    told = json.loads(b"".join(project_json(asked(project, ["loss"], order="+name"))))
    assert [run["columns"]["loss"] for run in told["runs"]] == [[1], [2.5], []]
    assert [run["row_count"] for run in told["runs"]] == [1, 1, 0]


def test_keys_called_like_our_columns_are_found_beside_them(project):
    run = build_run(project, name="r1")
    append(run, history({"_step": 0, "run": 3, "logged.run": 4, "display_name": "x"}))
    compact(run)
    told = columns(project_table(asked(project, ["run", "logged.run", "display_name"])))
    assert told["run"] == ["r1"]
    assert told["logged.logged.run"] == [3.0]
    assert told["logged.run"] == [4.0]
    assert told["logged.display_name"] == ["x"]


@pytest.mark.parametrize("keys", [[], [f"k{number}" for number in range(201)]])
def test_keys_of_many_runs_are_named(project, keys):
    with pytest.raises(InvalidInput, match="keys"):
        asked(project, keys)


def test_too_many_runs_are_refused(project):
    for _ in range(3):
        build_run(project)
    with patch("apps.runs.queries.project_frames.MOST_RUNS", 2), pytest.raises(InvalidInput, match="filters"):
        asked(project, ["loss"])


def test_no_runs_are_an_empty_answer(project):
    assert json.loads(b"".join(project_json(asked(project, ["loss"])))) == {"runs": []}
    assert columns(project_table(asked(project, ["loss"])))["run"] == []
