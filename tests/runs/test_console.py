"""Console lines: known by number, rewritten by progress bars, judged, searched, paged."""

from datetime import UTC, datetime

import pytest

from apps.core.errors import InvalidInput
from apps.runs.actions.digest import digest_run
from apps.runs.history.console import ConsoleLevel, level_of, read_line
from apps.runs.models import RunDigest
from apps.runs.queries.console import console_page, console_tail
from tests.build import build_run
from tests.runs.streaming import append, console

pytestmark = [pytest.mark.django_db, pytest.mark.backend]
AT = datetime(2026, 11, 20, 8, 41, 5, 317425, tzinfo=UTC)


@pytest.fixture
def run(db):
    return build_run()


def texts(page):
    return [line.text for line in page.lines]


def test_lines_are_known_by_number_and_rewritten(run):
    append(run, console("0%", "begin", "10%"))
    append(run, console("20%", "end", offset=2))
    page = console_page(run)
    assert texts(page) == ["0%", "begin", "20%", "end"]
    assert [line.number for line in page.lines] == [0, 1, 2, 3]


def test_pages_follow_each_other(run):
    append(run, console(*(f"line {number}" for number in range(10))))
    first = console_page(run, limit=4)
    assert (texts(first)[-1], first.total, first.has_next) == ("line 3", 10, True)
    last = console_page(run, after=8, limit=4)
    assert (texts(last), last.has_next) == (["line 9"], False)
    assert [line.text for line in console_tail(run, 2)] == ["line 8", "line 9"]
    assert console_tail(run, 0) == []


def test_z02_lines_are_filtered_by_level_and_text(run):
    append(run, console("fine", "ERROR: No space", "UserWarning: old", "error is just a word here"))
    page = console_page(run, level="error")
    assert (texts(page), page.total, page.first_error) == (["ERROR: No space"], 1, 1)
    assert page.counts == {"error": 1, "warning": 1, "info": 2}
    assert texts(console_page(run, search="ERROR")) == ["ERROR: No space", "error is just a word here"]
    assert texts(console_page(run, search="no SPACE", level="error")) == ["ERROR: No space"]
    with pytest.raises(InvalidInput):
        console_page(run, level="loud")


@pytest.mark.parametrize(
    ("raw", "level", "label", "text"),
    [
        (b'{"ts":"2026-11-20T08:41:05.317425","content":"hello"}', "info", "", "hello"),
        (b'{"ts":"2026-11-20T08:41:05.317425","level":"error","content":"bad"}', "error", "", "bad"),
        (b'{"ts":"2026-11-20T08:41:05.317425","label":"rank0","content":"x"}', "info", "rank0", "x"),
        (b"2026-11-20T08:41:05.317425 hello", "info", "", "hello"),
        (b"ERROR 2026-11-20T08:41:05.317425 bad", "error", "", "bad"),
        (b"2026-11-20T08:41:05.317425 [rank1] x", "info", "rank1", "x"),
    ],
)
def test_both_forms_of_the_client_are_read(raw, level, label, text):
    line = read_line(3, raw)
    assert (line.number, line.at, line.level, line.label, line.text) == (3, AT, level, label, text)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b'{"content":1}', b"\xff\xfe", b"2026-13-99T00:00:00 x", b"[1]", b'{"ts":"x"}']
)
def test_any_bytes_are_a_line(raw):
    assert read_line(0, raw).at is None


@pytest.mark.parametrize(
    ("text", "is_stderr", "level"),
    [
        ("Traceback (most recent call last):", False, ConsoleLevel.ERROR),
        ("ValueError: not good", False, ConsoleLevel.ERROR),
        ("torch.cuda.OutOfMemoryError: CUDA out of memory", False, ConsoleLevel.ERROR),
        ("[ERROR] disk", False, ConsoleLevel.ERROR),
        ("\x1b[31mERROR\x1b[0m x", False, ConsoleLevel.ERROR),
        ("/x.py:3: UserWarning: old", True, ConsoleLevel.WARNING),
        ("WARNING: slow", False, ConsoleLevel.WARNING),
        ("ConvergenceWarning: more iterations", True, ConsoleLevel.WARNING),
        ("mean error: 0.5", False, ConsoleLevel.INFO),
        ("epoch 3 error=0.1", False, ConsoleLevel.INFO),
        (" 40%|████      | 4/10 [00:01<00:02, 3.1it/s]", True, ConsoleLevel.INFO),
        ('  File "train.py", line 3', True, ConsoleLevel.ERROR),
        ("", True, ConsoleLevel.INFO),
        ("all fine", False, ConsoleLevel.INFO),
        ("INFO:root:epoch 3 done", True, ConsoleLevel.INFO),  # loggers write to stderr
    ],
)
def test_levels(text, is_stderr, level):
    assert level_of(text, is_stderr=is_stderr) == level


def test_the_digest_counts_lines_and_finds_the_first_error(run):
    append(run, console("a", "ERROR x", "WARNING y"))
    digest_run(run.pk)
    digest = RunDigest.objects.get(run=run)
    assert (digest.line_count, digest.error_count, digest.warning_count, digest.first_error_line) == (3, 1, 1, 1)
    append(run, console("better", offset=1))
    digest_run(run.pk)
    digest.refresh_from_db()
    assert (digest.line_count, digest.error_count, digest.first_error_line) == (3, 0, None)


def test_a_far_offset_takes_no_memory(run):
    append(run, console("far", offset=2**61))
    assert console_page(run).lines[0].number == 2**61


def test_a_huge_line_is_shown_in_part(run):
    append(run, console("x" * 100_000))
    assert len(console_page(run).lines[0].text) < 30_000
