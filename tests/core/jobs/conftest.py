"""A kind of job that says words, and one that fails."""

import pytest

from apps.core.jobs import queue, registry, worker
from apps.core.jobs.registry import job

SAY, FAIL, GIVE_UP = "tests.say", "tests.fail", "tests.give_up"


@pytest.fixture(autouse=True)
def said(monkeypatch):
    """Register the kinds for one test; what was said stands in the list."""
    registry.periodics()  # discover first: what is registered now must not outlive the test
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    said: list[str] = []

    @job(SAY)
    def say(word: str = "") -> str:
        said.append(word)
        return word

    @job(FAIL, max_attempts=3)
    def fail() -> None:
        raise RuntimeError("no luck")

    @job(GIVE_UP, max_attempts=1)
    def give_up() -> None:
        raise RuntimeError("no luck")

    return said


@pytest.fixture
def hints(monkeypatch):
    """The hints that would have gone to workers."""
    told: list[int] = []
    for module in (queue, worker):
        monkeypatch.setattr(module, "hint", lambda job_id, delay=0: told.append(job_id))
    return told
