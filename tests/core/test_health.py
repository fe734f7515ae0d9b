"""What load balancers and Prometheus are told."""

import pytest
from django.db import DatabaseError

from apps.core.blobs import blob_store
from tests.build import build_user

pytestmark = pytest.mark.django_db


def test_healthz_answers_whoever_asks(client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.post("/healthz").status_code == 405


def test_readyz_names_its_parts(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "cache": "ok", "storage": "ok"})


class Broken:
    def set(self, *args):
        raise ConnectionError("gone")


def fails(error):
    def fail(*args, **kwargs):
        raise error

    return fail


@pytest.mark.parametrize("part", ["database", "cache", "storage"])
def test_readyz_says_what_does_not_answer(client, monkeypatch, part):
    if part == "database":
        monkeypatch.setattr("apps.core.health.connection.cursor", fails(DatabaseError("gone")))
    elif part == "cache":
        monkeypatch.setattr("apps.core.health.cache", Broken())
    else:
        monkeypatch.setattr(type(blob_store()), "stat", fails(OSError("gone")))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, told in answer.json().items() if told != "ok"] == [part]


def test_metrics_are_closed_by_default(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code in {401, 404}


def test_metrics_open_to_the_operators_token(client, settings):
    settings.CARNET_OPERATOR_TOKEN = "s3cret"
    answer = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
    assert answer.status_code == 200
    assert 'carnet_jobs{state="waiting"} 0' in answer.text
    assert client.get("/metrics", headers={"Authorization": "Bearer s3cre"}).status_code in {401, 404}


def test_metrics_open_to_a_signed_in_operator_and_to_nobody_else(client):
    client.force_login(build_user("olga", is_superuser=True))
    assert client.get("/metrics").status_code == 200
    client.force_login(build_user("bob"))
    assert client.get("/metrics").status_code == 404
