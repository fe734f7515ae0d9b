"""What the set-up page tells about the server it is about to open: each part, whether it works, and in what form."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest

from apps.core.blobs import blob_store, new_key
from apps.core.errors import CarnetError
from apps.core.formats import size
from apps.core.urls import absolute

SCARCE_BYTES = 2 * 2**30
LOCAL = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Check:
    """One part of the server. `is_good` None: works, but somebody may want to know."""

    part: str
    sentence: str
    is_good: bool | None = True


def diagnose(request: HttpRequest) -> list[Check]:
    """Look at every part now. Cost: a few queries, one small blob written, read back and deleted."""
    checks: list[Callable[[], Check]] = [_database, _data_folder, _storage, _live_parts, _mail]
    return [check() for check in checks] + [_address(request)]


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Check("Database", f"does not answer: {error}", False)
    if waiting:
        return Check("Database", f"{_version()}; {len(waiting)} migrations are missing", False)
    return Check("Database", f"{_version()}, migrated")


def _version() -> str:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    return f"{name} {'.'.join(str(part) for part in connection.get_database_version())}"


def _data_folder() -> Check:
    probe = settings.CARNET_DATA_DIR / f".probe-{uuid4().hex}"
    try:
        probe.write_bytes(b"carnet")
        probe.unlink()
    except OSError as error:
        return Check("Data folder", f"cannot be written to: {error.strerror}", False)
    free = shutil.disk_usage(settings.CARNET_DATA_DIR).free
    return Check("Data folder", f"writable, {size(free)} free", True if free > SCARCE_BYTES else None)


def _storage() -> Check:
    from botocore.exceptions import BotoCoreError, ClientError  # heavy, and only here

    store, key = blob_store(), new_key()
    place = f"bucket “{settings.CARNET_STORAGE['OPTIONS']['bucket']}”" if _is_bucket() else "folder"
    try:
        store.write(key, [b"carnet"])
        is_same = b"".join(store.open(key)) == b"carnet"
        store.delete(key)
    except (OSError, CarnetError, BotoCoreError, ClientError) as error:
        return Check("Files", f"{place}: {error}", False)
    return Check("Files", f"{place}, written and read back", is_same)


def _live_parts() -> Check:
    if not settings.REDIS_URL:
        return Check("Queue and live events", "inside this process")
    try:
        cache.set("diagnosis", 1, 10)
        answers = cache.get("diagnosis") == 1
    except OSError:
        answers = False
    return Check("Queue and live events", "Redis answers" if answers else "Redis does not answer", answers)


def _mail() -> Check:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Check("Mail", f"by {settings.EMAIL_HOST}")
    return Check("Mail", "not set up. Mails are printed, and kept for operators.", None)


def _address(request: HttpRequest) -> Check:
    address = absolute(request, "/").rstrip("/")
    if address.startswith("https:"):
        return Check("Address", address)
    if address.partition("://")[2].partition(":")[0] in LOCAL:
        return Check("Address", f"{address}, for this machine only", True)
    return Check("Address", f"{address}, without encryption", None)


def _is_bucket() -> bool:
    return "bucket" in settings.CARNET_STORAGE["OPTIONS"]
