"""The tools of the tests themselves: what is skipped says so, what is required fails, CI ends on one line."""

import subprocess

import pytest

from tests import requires as parts
from tests.architecture.sources import ROOT, app_of

ABSENT = "no harp in this room"


@pytest.fixture
def harp_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(parts.PROBES, "harp", lambda: ABSENT)
    monkeypatch.delenv("CARNET_REQUIRE", raising=False)


def test_a_missing_part_skips_with_a_line_that_names_it(harp_is_missing: None):
    with pytest.raises(pytest.skip.Exception, match=ABSENT):
        parts.requires("harp")


def test_a_missing_part_that_is_required_fails(harp_is_missing: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CARNET_REQUIRE", "browser, harp")
    with pytest.raises(pytest.fail.Exception, match=ABSENT):
        parts.requires("harp")


def test_a_part_that_is_there_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(parts.PROBES, "harp", lambda: None)
    parts.requires("harp")
    assert parts.main(["harp"]) == 0


def test_exit_status_tells_skipped_from_required(
    harp_is_missing: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert parts.main(["harp"]) == 3
    assert capsys.readouterr().out == f"skipped: {ABSENT}\n"
    monkeypatch.setenv("CARNET_REQUIRE", "harp")
    assert parts.main(["harp"]) == 1
    assert capsys.readouterr().out == f"missing: {ABSENT}\n"


def test_an_unreachable_database_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts, "DATABASE_URL", "postgres://carnet:secret@127.0.0.1:1/test")
    assert parts.missing("postgres") == "no PostgreSQL at 127.0.0.1:1"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("40 passed in 3.50s\n", "===== 40 passed in 3.50s =====\n"),
        (
            "1 failed, 400 passed, 3 skipped in 61.20s (0:01:01)\nnoise\n40 passed, 1 warning in 3.5s\n",
            "===== 1 failed, 440 passed, 3 skipped, 1 warning in 64.70s =====\n",
        ),
        ("make: *** [check] Error 1\n", ""),
    ],
)
def test_ci_sums_up_all_rounds_in_pytests_own_form(log: str, expected: str, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("ci") / "log"
    path.write_text(log)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    function = script[script.index("closing_line() {") : script.index("\n}\n", script.index("closing_line() {")) + 3]
    run = subprocess.run(
        ["bash", "-c", f'{function}closing_line "$0"', path], capture_output=True, text=True, check=True
    )
    assert run.stdout == expected


@pytest.mark.parametrize(
    ("module", "app"),
    [("apps.runs.actions.runs", "runs"), ("apps.gateways.wandb.api", "gateways.wandb"), ("django.db", None)],
)
def test_modules_belong_to_apps(module: str, app: str | None):
    assert app_of(module) == app
