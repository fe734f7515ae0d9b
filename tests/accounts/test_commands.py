"""Commands that make people and links: one JSON object each, safe to repeat."""

import pytest

from apps.accounts.models import OneTimeLink, User
from apps.core.models import AuditEntry
from tests.build import build_user
from tests.commands import run_command

pytestmark = pytest.mark.django_db


def test_create_user_makes_a_person(monkeypatch):
    outcome = run_command(monkeypatch, "create_user", "lea", "--email", "lea@example.org", "--password", "swordfish-77")
    user = User.objects.get(username="lea")
    assert outcome.facts == {
        "username": "lea",
        "email": "lea@example.org",
        "name": "lea",
        "uid": user.uid,
        "superuser": False,
        "created": True,
    }
    assert user.check_password("swordfish-77")
    assert user.entity is not None
    assert user.entity.name == "lea"
    assert AuditEntry.objects.get(verb="user.created").actor_label == "the server"


def test_create_user_reads_the_password_from_stdin(monkeypatch):
    words = ("create_user", "lea", "--email", "lea@example.org", "--password-stdin")
    run_command(monkeypatch, *words, stdin="swordfish-78\nignored\n")
    assert User.objects.get(username="lea").check_password("swordfish-78")


def test_create_user_without_password_makes_one_who_cannot_use_any(monkeypatch):
    run_command(monkeypatch, "create_user", "lea", "--email", "lea@example.org", "--superuser")
    user = User.objects.get(username="lea")
    assert user.is_superuser
    assert user.is_staff
    assert not user.has_usable_password()


def test_a_repeat_returns_the_same_facts(monkeypatch):
    words = ("create_user", "lea", "--email", "lea@example.org", "--password", "swordfish-77")
    first, second = run_command(monkeypatch, *words).facts, run_command(monkeypatch, *words).facts
    assert second == {**first, "created": False}
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("lea", "--email", "other@example.org"), "“lea” exists already, with another mail address."),
        (("lea", "--email", "lea@example.org", "--superuser"), "“lea” exists already, and is no superuser."),
        (("ana", "--email", "LEA@example.org"), "Somebody with the address LEA@example.org has an account already."),
        (("admin", "--email", "a@example.org"), "“admin” is kept for Carnet's own pages. Choose another name."),
        (("ana", "--email", "nowhere"), "“nowhere” is not a mail address."),
        (("ana", "--email", "a@example.org", "--password", "1234"), "This password is too short."),
        (("ana",), "the following arguments are required: --email"),
    ],
)
def test_what_create_user_refuses_is_one_json_object(monkeypatch, words, sentence):
    build_user("lea")
    assert run_command(monkeypatch, "create_user", *words).error.startswith(sentence)
    assert User.objects.count() == 1


def test_sign_in_link_prints_an_address(monkeypatch, settings):
    settings.CARNET_EXTERNAL_URL = "https://carnet.example.org"
    build_user("lea")
    facts = run_command(monkeypatch, "sign_in_link", "lea").facts
    assert facts["url"].startswith("https://carnet.example.org/login/link?code=")
    assert facts["expires_in_seconds"] == 12 * 3600
    assert OneTimeLink.objects.get().secret_hash not in facts["url"]


def test_sign_in_link_needs_somebody(monkeypatch):
    error = run_command(monkeypatch, "sign_in_link", "nobody").error
    assert error == "There is nobody called “nobody” on this server."


def test_setup_link_ends_the_one_before(monkeypatch):
    first = run_command(monkeypatch, "setup_link").facts["url"]
    second = run_command(monkeypatch, "setup_link").facts["url"]
    assert first != second
    assert OneTimeLink.objects.count() == 1


def test_setup_link_is_refused_once_there_are_users(monkeypatch):
    build_user()
    assert run_command(monkeypatch, "setup_link").error.startswith("This server has users and is set up.")
