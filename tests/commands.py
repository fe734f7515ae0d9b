"""How tests call management commands: as a shell does, with their exit status and what they print."""

import sys
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import ManagementUtility

from apps.core import json


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def facts(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)

    @property
    def error(self) -> str:
        assert self.status == 1
        assert not self.out
        return str(json.loads(self.err)["error"])


def run_command(monkeypatch: pytest.MonkeyPatch, *words: str, stdin: str = "") -> Outcome:
    """Run `manage.py <words>` in this process."""
    out, err, status = StringIO(), StringIO(), 0
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", StringIO(stdin))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr("django.db.connections.close_all", lambda: None)  # the test's transaction lives on
        try:
            ManagementUtility(["manage.py", *words]).execute()
        except SystemExit as end:
            status = int(end.code or 0)
    return Outcome(status, out.getvalue(), err.getvalue())
