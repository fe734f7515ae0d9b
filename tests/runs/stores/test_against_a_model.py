"""Random histories, read back through every query, against a model: one dict per step, and nothing clever."""

import math
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.accounts.principal import NOBODY
from apps.core import json
from apps.runs.actions import compact as compacting
from apps.runs.actions import compact_run, digest_run, rewind_run
from apps.runs.history.decoded import forget_everything
from apps.runs.history.facts import type_name
from apps.runs.history.zoom import BUCKET_VALUES
from apps.runs.models import AppendLog, HistoryKey, Level, RunDigest, Stream
from apps.runs.queries.grids import grid_of_runs
from apps.runs.queries.history import (
    Series,
    history_keys,
    history_rows,
    key_facts,
    resume_facts,
    row_count,
    sampled_history,
    series,
)
from apps.runs.queries.many_series import series_of_runs
from tests.build import build_run
from tests.runs.streaming import append, history, parsing_ahead

pytestmark = [pytest.mark.backend, pytest.mark.slow]

KEYS = ["loss", "val/acc", "n.x", "name"]
VALUES = st.one_of(
    st.integers(-5, 5),
    st.floats(allow_nan=True, allow_infinity=True, width=32),
    st.sampled_from(["text", True, None, {"_type": "image-file", "path": "a"}, [1, 2]]),
)
ROWS = st.fixed_dictionaries({"_step": st.integers(0, 12)}, optional=dict.fromkeys(KEYS, VALUES))
ACTIONS = st.one_of(
    st.tuples(st.just("append"), st.lists(ROWS, min_size=1, max_size=6)),
    st.tuples(st.just("repeat"), st.integers(0, 5)),
    st.tuples(st.just("rewind"), st.integers(0, 12)),
    st.tuples(st.just("digest"), st.none()),
    st.tuples(st.just("compact"), st.integers(2, 7)),
    st.tuples(st.just("crash"), st.none()),
    st.tuples(st.just("forget"), st.none()),
    st.tuples(st.just("read"), st.sampled_from(KEYS)),
)


class Model:
    """step → key → value; the later wins, what it lacks stays."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}

    def append(self, rows) -> None:
        for row in rows:
            self.rows.setdefault(row["_step"], {}).update(row)

    def rewind(self, step: int) -> None:
        self.rows = {at: row for at, row in self.rows.items() if at <= step}

    def column(self, key: str) -> list[tuple[int, Any]]:
        return [(step, self.rows[step][key]) for step in sorted(self.rows) if key in self.rows[step]]


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, (int, float)) and not isinstance(theirs, bool):
        return ours == theirs or (math.isnan(ours) and math.isnan(theirs))
    return bool(ours == theirs)


def same_series(ours: Series, theirs: Series) -> bool:
    return repr(ours) == repr(theirs)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@patch.dict(BUCKET_VALUES, {1: 2, 2: 4, 3: 6})
@patch("apps.runs.history.spans.SPAN_BUCKETS", 2)
@patch("apps.runs.history.spans.GROUPS_BACK", 1)
@patch("apps.runs.history.groups.SMALL", 2)
@patch("apps.runs.stores.chunks._FEW", Q(level=Level.VALUES, row_count__lte=2))
class HistoryAgainstModel(TestCase):
    """With tiny buckets, so that zoom levels are met."""

    @given(actions=st.lists(ACTIONS, max_size=12), is_embedded=st.booleans())
    def test_every_read_tells_what_the_model_tells(self, actions, is_embedded):
        with parsing_ahead(is_embedded):
            self.check(actions)

    def check(self, actions) -> None:
        run, model, sent = build_run(), Model(), []
        for name, what in actions:
            if name == "append":
                sent.append(what)
                append(run, history(*what))
                model.append(what)
            elif name == "repeat" and sent:
                rows = sent[what % len(sent)]
                append(run, history(*rows))
                model.append(rows)
            elif name == "rewind":
                rewind_run(run, after_step=what, actor=NOBODY)
                model.rewind(what)
            elif name == "digest":
                digest_run(run.pk)
            elif name == "compact":
                self.compact(run, group_steps=what)
            elif name == "crash":
                self.crash_while_compacting(run)
            elif name == "forget":
                forget_everything()
            elif name == "read":
                self.check_key(run, model, what)
        self.check_rows(run, model)
        for key in KEYS:
            self.check_key(run, model, key)
        digest_run(run.pk)
        self.check_catalogue(run, model)
        compact_run(run.pk, everything=True)
        self.check_rows(run, model)

    def compact(self, run, *, group_steps) -> None:
        """Row groups of a few steps, so that their borders are met."""
        digest_run(run.pk)
        with patch.multiple(compacting, GROUP_STEPS=group_steps, LINES_AT_ONCE=group_steps):
            compact_run(run.pk, everything=True)
        assert not AppendLog.objects.filter(run=run, stream__in=(Stream.HISTORY, Stream.CONTROL)).exists()

    def crash_while_compacting(self, run) -> None:
        """Between reading the log and deleting from it."""
        digest_run(run.pk)
        with patch.object(compacting, "swap", side_effect=KeyboardInterrupt), suppress(KeyboardInterrupt):
            compact_run(run.pk, everything=True)

    def check_rows(self, run, model) -> None:
        rows = [json.loads(text) for text in history_rows(run)]
        assert [row["_step"] for row in rows] == sorted(model.rows)
        for row in rows:
            expected = model.rows[row["_step"]]
            assert row.keys() == expected.keys()
            assert all(same(row[key], expected[key]) for key in row)
        assert row_count(run) == len(model.rows) == resume_facts(run).history_line_count
        tail = resume_facts(run).history_tail
        assert [json.loads(text)["_step"] for text in tail] == sorted(model.rows)[-1:]
        some = [json.loads(text)["_step"] for text in history_rows(run, min_step=3, max_step=8)]
        assert some == [step for step in sorted(model.rows) if 3 <= step < 8]

    def check_key(self, run, model, key) -> None:
        column = model.column(key)
        found = sampled_history(run, ["_step", key], samples=None)
        assert [row["_step"] for row in found] == [step for step, _ in column]
        assert all(same(row[key], value) for row, (_, value) in zip(found, column, strict=True))
        numbers = [(step, value) for step, value in column if is_number(value)]
        drawn = series(run, [key]).series
        assert [each.x.tolist() for each in drawn] == ([[step for step, _ in numbers]] if numbers else [])
        self.check_thinned(run, key, numbers)
        self.check_range(run, key, numbers)
        facts = {fact.key: fact for fact in key_facts(run, stream=Stream.HISTORY)}
        assert (key in facts) == bool(column)
        if column:
            self.check_fact(facts[key], column)

    def check_range(self, run, key, numbers) -> None:
        """A range holds its values, and at most one more on each side; a grid its values alone."""
        inside = [(step, value) for step, value in numbers if 3 <= step <= 8]
        before, beyond = [each for each in numbers if each[0] < 3][-1:], [each for each in numbers if each[0] > 8][:1]
        drawn = series_of_runs([run], key, low=3, high=8).get(run.pk)
        steps = [] if drawn is None else drawn.x.tolist()
        assert [step for step in steps if 3 <= step <= 8] == [step for step, _ in inside]
        assert set(steps) <= {step for step, _ in [*before, *inside, *beyond]}
        known = dict(numbers)
        assert all(
            same(y, float(known[x])) for x, y in zip(steps, [] if drawn is None else drawn.y.tolist(), strict=True)
        )
        grid = grid_of_runs([run], key, low=3, high=8)
        finite = [(step, float(value)) for step, value in inside if math.isfinite(value)]
        assert grid.x.tolist() == [step for step, _ in finite]
        assert grid.mean.reshape(-1).tolist() == [value for _, value in finite]

    def check_thinned(self, run, key, numbers) -> None:
        together = series_of_runs([run], key, points=2)
        for drawn in series(run, [key], points=2).series:
            assert same_series(together[run.pk], drawn)
            finite = [float(value) for _, value in numbers if math.isfinite(value)]
            assert (drawn.count, drawn.nonfinite_count) == (len(numbers), len(numbers) - len(finite))
            assert same(drawn.last, float(numbers[-1][1]))
            assert (drawn.x[0], drawn.x[-1]) in ((numbers[0][0], numbers[-1][0]), (numbers[0][0], numbers[0][0]))
            if drawn.low is not None and drawn.high is not None and finite:
                assert np.nanmin(drawn.low) == min(finite)
                assert np.nanmax(drawn.high) == max(finite)

    def check_catalogue(self, run, model) -> None:
        stored = {row.key: row for row in HistoryKey.objects.filter(run=run)}
        for key in KEYS:
            column = model.column(key)
            assert (key in stored) == bool(column)
            if column:
                self.check_fact(stored[key], column)
        digest = RunDigest.objects.get(run=run)
        assert (digest.row_count, digest.last_step) == (len(model.rows), max(model.rows, default=None))
        told = history_keys(run)
        assert (told is None) == (not model.rows)
        if told:
            assert told["lastStep"] == max(model.rows)

    def check_fact(self, fact, column) -> None:
        numbers = [(step, float(value)) for step, value in column if is_number(value)]
        finite = [(step, value) for step, value in numbers if math.isfinite(value)]
        assert fact.count == len(finite)
        assert fact.nonfinite_count == len(numbers) - len(finite)
        step, value = column[-1]
        assert fact.last_step == step
        assert same(fact.last_value, value) or (isinstance(value, float) and same(float(fact.last_value), value))
        assert fact.last == (float(value) if is_number(value) and math.isfinite(value) else None)
        types: dict[str, int] = {}
        for _, each in column:
            types[type_name(each)] = types.get(type_name(each), 0) + 1
        assert fact.type_counts == types
        if finite:
            low, high = min(value for _, value in finite), max(value for _, value in finite)
            assert (fact.min, fact.max) == (low, high)
            assert fact.min_step == next(step for step, value in finite if value == low)
            assert fact.max_step == next(step for step, value in finite if value == high)
        else:
            assert (fact.min, fact.max) == (None, None)
