"""Long histories as files for clients that page: made when asked for, used while they hold, never short of a row."""

import io
from datetime import timedelta
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from apps.accounts.principal import NOBODY
from apps.core.blobs import blob_store
from apps.core.models import Job
from apps.runs.actions import (
    FiledHistory,
    compact_run,
    digest_run,
    drop_history_file,
    drop_unused_history_files,
    erase_run_data,
    file_history,
    history_files,
    rewind_run,
)
from apps.runs.models import HistoryFile, Run
from tests.build import build_run
from tests.runs.streaming import append, history

pytestmark = [pytest.mark.django_db, pytest.mark.backend]
STEPS = [0, 1, 2, 500, 99_999, 150_000, 150_001]


def log(run: Run, *steps: int, **more) -> None:
    append(run, history(*({"_step": step, "loss": step / 8, **more} for step in steps)))
    digest_run(run.pk)


def end(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(state="finished")
    run.refresh_from_db()
    compact_run(run.pk, everything=True)


@pytest.fixture
def run(db):
    run = build_run()
    log(run, *STEPS)
    return run


def read(run: Run) -> list[list[int]]:
    """Return the steps in each of a run's files."""
    found = []
    for file in HistoryFile.objects.filter(run=run).order_by("number"):
        content = b"".join(blob_store().open(file.key))
        found.append(pq.read_table(io.BytesIO(content))["_step"].to_pylist())
    return found


def keys(run: Run) -> list[str]:
    return list(HistoryFile.objects.filter(run=run).order_by("number").values_list("key", flat=True))


def filed(run: Run) -> FiledHistory:
    found = file_history(run)
    assert found is not None
    return found


@pytest.mark.parametrize("is_over", [True, False])
def test_a_file_ends_where_a_page_does(run, is_over):
    if is_over:
        end(run)
    found = filed(run)
    assert (read(run), found.live_steps) == ([STEPS[:5]], STEPS[5:])
    assert "sig=" in found.paths[0]


def test_a_file_stays_as_it_is_while_the_run_goes_on(run):
    filed(run)
    before = keys(run)
    log(run, 150_002, 163_000)
    with CaptureQueriesContext(connection) as queries:
        assert filed(run).live_steps == [150_000, 150_001, 150_002, 163_000]
    assert len(queries) <= 14
    end(run)
    assert filed(run).live_steps == [150_000, 150_001, 150_002, 163_000]
    assert keys(run) == before


def test_much_that_came_since_is_a_file_of_its_own(run):
    filed(run)
    before = keys(run)
    log(run, 150_002, 163_000, 299_999, 300_000)
    assert filed(run).live_steps == [300_000]
    assert read(run) == [STEPS[:5], [150_000, 150_001, 150_002, 163_000, 299_999]]
    assert keys(run)[:1] == before


@pytest.mark.parametrize("change", ["late", "rewind"])
@pytest.mark.parametrize("is_compacted", [True, False])
def test_a_run_whose_filed_rows_change_has_no_files_any_more(run, change, is_compacted):
    filed(run)
    [before] = keys(run)
    if change == "late":
        log(run, 7)
    else:
        rewind_run(run, after_step=120_000, actor=NOBODY)
        log(run, 130_000)
    if is_compacted:
        end(run)
        assert HistoryFile.objects.get(run=run).is_withdrawn
    assert file_history(run) is None
    assert file_history(run) is None
    assert Job.objects.filter(kind="runs.drop_history_file", key=before).exists()


def test_a_rewind_behind_the_files_leaves_them(run):
    filed(run)
    rewind_run(run, after_step=150_000, actor=NOBODY)
    end(run)
    assert filed(run).live_steps == [150_000]


def test_rows_that_change_while_the_file_is_written_withdraw_it(run):
    wrote = blob_store().write

    def slow(self, key, chunks):
        stat = wrote(key, chunks)
        log(run, 3)
        end(run)
        return stat

    with patch.object(type(blob_store()), "write", slow):
        assert file_history(run) is None
    assert file_history(run) is None
    assert HistoryFile.objects.get(run=run).key == ""


@pytest.mark.parametrize(
    "more",
    [
        {"image": {"_type": "image-file", "path": "a"}},
        {"net": {"lr": 1}},
        {"list": [1]},
        {"sparse": 1},
        {"mixed": "text"},
    ],
)
@pytest.mark.parametrize("is_compacted", [True, False])
def test_what_a_table_would_change_is_left_to_pages(db, more, is_compacted):
    run = build_run()
    log(run, 0, mixed=1)
    log(run, 150_003, **({"mixed": 2} | more))
    if is_compacted:
        end(run)
    assert file_history(run) is None


def test_short_and_huge_histories_are_left_to_pages(run):
    short = build_run()
    log(short, 0, 100_000)
    assert file_history(short) is None
    assert file_history(build_run()) is None
    with patch.object(history_files, "MOST_VALUES", 10):
        assert file_history(run) is None


def test_files_nobody_asks_for_are_dropped_and_made_again(run):
    filed(run)
    [key] = keys(run)
    assert drop_unused_history_files() == 0
    HistoryFile.objects.update(used_at=now() - timedelta(days=2))
    assert drop_unused_history_files() == 1
    assert drop_unused_history_files() == 0
    assert Job.objects.filter(kind="runs.drop_history_file", key=key).exists()
    drop_history_file(key)
    drop_history_file(key)
    assert blob_store().stat(key) is None
    log(run, 290_000)
    assert filed(run).live_steps == [290_000]
    assert read(run) == [STEPS[:5], STEPS[5:]]


def test_a_run_that_is_erased_keeps_no_file(run):
    filed(run)
    [key] = keys(run)
    erase_run_data(run.pk)
    assert Job.objects.filter(kind="runs.drop_history_file", key=key).exists()
