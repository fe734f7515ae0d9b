"""Threads of the writer see a test's rows only when they are committed, and must be gone before the database is."""

from collections.abc import Iterator

import pytest

from apps.gateways.wandb.file_stream import forget_targets
from apps.runs.writer import close_writer


@pytest.fixture(autouse=True)
def quiet_writer() -> Iterator[None]:
    yield
    close_writer()
    forget_targets()
