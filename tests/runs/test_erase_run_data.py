"""Erasing what a run logged: everything goes, little by little, and its bytes come back."""

import random
from unittest.mock import patch

import pytest
from django.db import connection

from apps.runs.actions import compact_run, digest_run, erase, erase_run_data
from apps.runs.actions import digest as digesting
from apps.runs.models import AppendLog, HistoryChunk, HistoryKey, RunDigest, RunPulse, RunValue, WriterMark
from apps.runs.queries.grids import grid_of_runs
from apps.runs.queries.history import history_rows, key_facts, row_count, series
from apps.runs.queries.many_series import series_of_runs
from tests.build import build_run
from tests.runs.streaming import append, events, history, summary

pytestmark = [pytest.mark.django_db, pytest.mark.backend]
MODELS = (AppendLog, HistoryChunk, HistoryKey, RunValue, WriterMark)


def logged():
    run = build_run()
    append(
        run, history(*({"_step": step, "a": step * 0.37, f"k{step % 7}": "x"} for step in range(60))), summary(best=1)
    )
    append(run, events({"_runtime": 1.0, "system.cpu": 3}))
    append(run, history({"_step": 0, "a": 5}), writer="w")
    digest_run(run.pk)
    compact_run(run.pk, everything=True)
    append(run, history({"_step": 100, "a": 1.0}))
    return run


def rows_of(run):
    return {model: model._default_manager.filter(run=run).count() for model in MODELS}


def assert_is_empty(run):
    assert rows_of(run) == dict.fromkeys(MODELS, 0)
    assert not any([history_rows(run), key_facts(run), series(run, ["a"]).series])
    assert (row_count(run), series_of_runs([run], "a")) == (0, {})
    assert grid_of_runs([run], "a").run_ids == ()


def test_nothing_of_a_run_is_left_and_others_keep_theirs():
    run, kept = logged(), logged()
    before = rows_of(kept)
    assert all(before.values())
    assert len(history_rows(run)) == 62
    for _ in range(2):
        erase_run_data(run.pk)
        assert_is_empty(run)
    assert rows_of(kept) == before
    assert not digest_run(run.pk)


def test_it_goes_in_portions_and_can_be_cut_off(monkeypatch):
    run = logged()
    monkeypatch.setattr(erase, "ROWS_AT_ONCE", 2)
    original, turns = erase._delete_in_portions, []

    def cut_off(rows, by):
        turns.append(by)
        original(rows, by)
        if len(turns) == 2:
            raise KeyboardInterrupt

    with patch.object(erase, "_delete_in_portions", cut_off), pytest.raises(KeyboardInterrupt):
        erase_run_data(run.pk)
    assert HistoryKey.objects.filter(run=run).exists()
    erase_run_data(run.pk)
    assert_is_empty(run)


def test_what_was_being_worked_out_meanwhile_is_not_written():
    run = logged()
    original = digesting._write

    def erase_then_write(*args):
        erase_run_data(run.pk)
        return original(*args)

    with patch.object(digesting, "_write", erase_then_write):
        assert not digest_run(run.pk)
    assert_is_empty(run)
    assert RunDigest.objects.get(run=run).seq == RunPulse.objects.get(run=run).seq


def test_its_pages_become_free():
    """What core.reclaim_space then gives back to the file system (tests/core/db/test_sqlite.py)."""
    if connection.vendor != "sqlite":
        pytest.skip("pages of a SQLite file")
    run, noise = build_run(), random.Random(3)
    append(run, history(*({"_step": step, "a": noise.gauss(0, 1), "b": noise.random()} for step in range(20_000))))
    digest_run(run.pk)
    compact_run(run.pk, everything=True)
    stored = sum(
        len(bytes(payload)) for payload in HistoryChunk.objects.filter(run=run).values_list("payload", flat=True)
    )
    before = free_bytes()
    erase_run_data(run.pk)
    assert free_bytes() - before > 0.95 * stored > 200_000


def free_bytes():
    with connection.cursor() as cursor:
        pages, size = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_size"))
    return pages * size
