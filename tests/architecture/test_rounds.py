"""The two rounds of `make test`: each process of each round works in a database of its own."""

import pytest
from django.conf import settings
from django.db import connection

from apps.accounts.models import User


@pytest.mark.backend
@pytest.mark.django_db
def test_tests_never_touch_the_configured_database(worker_id: str):
    name = str(connection.settings_dict["NAME"])
    assert name != str(settings.CARNET_DATA_DIR / "carnet.sqlite3")
    assert name.endswith(("test.sqlite3", f"_{worker_id}"))
    assert not User.objects.exists()


@pytest.mark.backend(only=True)
@pytest.mark.django_db
def test_second_round_is_on_postgresql_and_redis():
    assert connection.vendor == "postgresql"
    assert settings.REDIS_URL
