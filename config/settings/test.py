"""Tests: quick passwords, a database in a file so that threads share it, mails in memory.

DATABASE_URL and REDIS_URL count as everywhere, so the same suite runs on PostgreSQL and Redis.
"""

import tempfile
from pathlib import Path

from config import env

_folder = tempfile.TemporaryDirectory(prefix="carnet-tests-", ignore_cleanup_errors=True)
env.prefer("CARNET_DATA_DIR", _folder.name)
env.prefer("CARNET_SECRET_KEY", "only-for-tests-" + "x" * 40)
env.prefer("CARNET_LOG_LEVEL", "warning")

from config.settings.base import *  # noqa: E402
from config.settings.base import DATABASES  # noqa: E402

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["TEST"] = {}
if DATABASES["default"]["ENGINE"] == "apps.core.db.sqlite3":
    DATABASES["default"]["TEST"]["NAME"] = str(Path(_folder.name) / "test.sqlite3")
    DATABASES["default"]["OPTIONS"] = {"synchronous": "OFF"}
