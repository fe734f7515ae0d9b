"""The description of the API is complete: every endpoint says what it takes and returns."""

from pathlib import Path

from django.core.management import call_command


def test_api_is_described_without_gaps(tmp_path: Path):
    target = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(target), validate=True, fail_on_warn=True)
    assert "openapi: 3" in target.read_text(encoding="utf-8")
