"""What every test shares: property-test profiles, databases of its own, parts that may be missing, a real worker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from config.celery import app
from tests.requires import ROOT, requires

_patient = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("suite", _patient, max_examples=200)
hypothesis_settings.register_profile("fuzz", _patient, max_examples=10_000)
hypothesis_settings.load_profile("suite")

FOLDER_MARKS = {"browser": "browser", "client": "client"}  # all tests of such a folder carry this mark
MARK_NEEDS = {"browser": ("browser",)}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their folder, and leave those that need a worker process to the round that has one."""
    for item in items:
        if name := FOLDER_MARKS.get(item.path.relative_to(ROOT).parts[1]):
            item.add_marker(name)
    only_team = [item for item in items if any(mark.kwargs.get("only") for mark in item.iter_markers("backend"))]
    if only_team and not _is_team_round():
        config.hook.pytest_deselected(items=only_team)
        items[:] = [item for item in items if item not in set(only_team)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    parts = [part for mark in item.iter_markers("requires") for part in mark.args]
    parts += [part for mark, needed in MARK_NEEDS.items() if item.get_closest_marker(mark) for part in needed]
    requires(*parts)


def pytest_report_header() -> str:
    database = settings.DATABASES["default"]
    parts = f"{database['ENGINE'].rpartition('.')[2]}, {'Redis' if settings.REDIS_URL else 'in-process parts'}"
    return f"carnet: {parts}; required: {os.environ.get('CARNET_REQUIRE') or 'nothing'}"


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Forget what earlier tests counted: ids come again after a rollback. Redis is shared, so it keeps its keys."""
    if not settings.REDIS_URL:
        cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(testrun_uid: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every process of every run a database of its own, so that runs side by side do not meet."""
    test_settings = settings.DATABASES["default"].setdefault("TEST", {})
    if connection.vendor == "postgresql":
        test_settings["NAME"] = f"carnet_test_{testrun_uid[:8]}_{worker_id}"
    else:
        test_settings["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def served_environment(django_db_setup: None) -> dict[str, str]:
    """Return the environment of a child process that works on this run's test database and data folder."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        "DATABASE_URL": _test_database_url(),
        "CARNET_DATA_DIR": str(settings.CARNET_DATA_DIR),
    }


@pytest.fixture(scope="session")
def celery_worker(served_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run a real Celery worker process on the test database. For tests marked `backend(only=True)`."""
    requires("postgres", "redis")
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "threads", "--concurrency", "2"]
    with log.open("wb") as out:
        worker = subprocess.Popen(command, cwd=ROOT, env=served_environment, stdout=out, stderr=out)
    try:
        _wait_until(lambda: bool(app.control.ping(timeout=0.5)), log)
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def _wait_until(is_ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not is_ready():
        if time.monotonic() > deadline:
            pytest.fail(f"The worker did not start:\n{log.read_text(encoding='utf-8')[-2000:]}", pytrace=False)
        time.sleep(0.1)


def _test_database_url() -> str:
    current = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{current['NAME']}"
    secret = f":{current['PASSWORD']}" if current["PASSWORD"] else ""
    return f"postgres://{current['USER']}{secret}@{current['HOST']}:{current['PORT'] or 5432}/{current['NAME']}"


def _is_team_round() -> bool:
    return connection.vendor == "postgresql" and bool(settings.REDIS_URL)
