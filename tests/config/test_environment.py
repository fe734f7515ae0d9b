"""What the environment may say, and the one line for what it may not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def given(monkeypatch):
    """Set variables for one test: `given(PORT="80")`."""

    def give(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return give


def refused(read, *args, **kwargs):
    with pytest.raises(SystemExit) as stop:
        read(*args, **kwargs)
    line = stop.value.code
    assert isinstance(line, str)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("CARNET_BIND", "nowhere in particular"),
        ("CARNET_EXTERNAL_URL", "carnet.example.org"),
        ("CARNET_EXTERNAL_URL", "https://example.org/carnet"),
        ("CARNET_EXTERNAL_URL", "https://example.org:port"),
        ("CARNET_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("CARNET_CRASHED_AFTER_SECONDS", "1"),
        ("CARNET_OPEN_SIGNUP", "perhaps"),
        ("CARNET_LOG_LEVEL", "loud"),
        ("CARNET_OIDC_ISSUER", "https://id.example.org"),
        ("CARNET_STORAGE_URL", "ftp://example.org"),
        ("DATABASE_URL", "mysql://a@b/c"),
        ("DATABASE_URL", "postgres://host:port/name"),
        ("DATABASE_URL", "sqlite:////no/such/folder/carnet.sqlite3"),
        ("REDIS_URL", "localhost:6379"),
        ("EMAIL_URL", "mail.example.org"),
        ("CARNET_DATA_DIR", "/proc/1/carnet"),
    ],
)
def test_a_value_that_cannot_be_used_stops_the_start_with_one_line(tmp_path, name, value):
    environment = {**os.environ, "CARNET_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.prod"}
    command = [sys.executable, "-c", "import django; django.setup()"]
    done = subprocess.run(
        command, cwd=ROOT, env={**environment, name: value}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"carnet: {name} cannot be used: ")
    assert done.stderr.count("\n") == 1


def test_numbers(given):
    assert env.number("CARNET_X", 5) == 5
    given(CARNET_X=" 12 ")
    assert env.number("CARNET_X", 5) == 12
    assert "less than 20" in refused(env.number, "CARNET_X", 5, least=20)
    assert "more than 10" in refused(env.number, "CARNET_X", 5, most=10)
    given(CARNET_X="1e3")
    assert "whole number" in refused(env.number, "CARNET_X", 5)


@pytest.mark.parametrize(("said", "meant"), [("1", True), ("Yes", True), ("off", False), ("false", False), ("", True)])
def test_flags(given, said, meant):
    given(CARNET_X=said)
    assert env.flag("CARNET_X", default=True) is meant


def test_an_address_loses_its_last_slash(given):
    given(CARNET_X="https://carnet.example.org/")
    assert env.address("CARNET_X") == "https://carnet.example.org"


def test_the_database_is_a_file_in_the_data_folder_unless_named(given, monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert env.database(tmp_path)["NAME"] == str(tmp_path / "carnet.sqlite3")
    given(DATABASE_URL="postgres://me:p%40ss@db.example.org:5433/carnet?sslmode=require")
    found = env.database(tmp_path)
    assert (found["HOST"], found["PORT"], found["PASSWORD"], found["NAME"]) == (
        "db.example.org",
        5433,
        "p@ss",
        "carnet",
    )
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 40


def test_mail_goes_to_the_outbox_unless_a_server_is_named(given, monkeypatch):
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert env.mail("the.outbox", host="h")["EMAIL_BACKEND"] == "the.outbox"
    given(EMAIL_URL="smtp+starttls://me:p%40ss@mail.example.org?from=Carnet%20<c@example.org>")
    found = env.mail("the.outbox", host="h")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"]) == ("mail.example.org", 587, "p@ss")
    assert found["EMAIL_USE_TLS"]
    assert found["DEFAULT_FROM_EMAIL"] == "Carnet <c@example.org>"


def test_the_server_answers_to_its_own_names_only(given):
    given(CARNET_ALLOWED_HOSTS="carnet.lan")
    assert env.allowed_hosts("https://carnet.example.org", "https://content.example.org") == [
        "127.0.0.1",
        "[::1]",
        "carnet.example.org",
        "carnet.lan",
        "content.example.org",
        "localhost",
    ]


def test_openid_connect_needs_all_its_parts(given):
    assert env.openid_connect() is None
    given(CARNET_OIDC_ISSUER="https://id.example.org/realm", CARNET_OIDC_CLIENT_ID="carnet")
    assert "CLIENT_SECRET" in refused(env.openid_connect)
    given(CARNET_OIDC_CLIENT_SECRET="x", CARNET_OIDC_NAME="Example")
    found = env.openid_connect()
    assert found is not None
    assert (found["name"], found["settings"]["server_url"]) == ("Example", "https://id.example.org/realm")


def test_the_secret_is_made_once_and_kept_private(monkeypatch, tmp_path):
    monkeypatch.delenv("CARNET_SECRET_KEY", raising=False)
    secret = env.secret_key(tmp_path)
    assert len(secret) >= 50
    assert env.secret_key(tmp_path) == secret
    assert [(file.name, file.stat().st_mode & 0o777) for file in tmp_path.iterdir()] == [("secret_key", 0o600)]


def test_networks_hold_addresses(given):
    given(CARNET_X="127.0.0.1, 10.0.0.0/8")
    trusted = env.networks("CARNET_X")
    assert "127.0.0.1" in trusted
    assert "::ffff:10.9.8.7" in trusted
    assert "192.0.2.1" not in trusted
    assert "nonsense" not in trusted
