"""Commands that make teams, members, service accounts and keys: one JSON object each, safe to repeat."""

import pytest

from apps.accounts.access import principal_from_header
from apps.accounts.models import ApiToken
from apps.accounts.permissions import PERSONAL_SCOPES, SERVICE_SCOPES
from apps.teams.models import Membership, Role, ServiceAccount, Team
from tests.build import build_service_account, build_team, build_user
from tests.commands import run_command

pytestmark = pytest.mark.django_db


def test_create_team(monkeypatch):
    build_user("lea")
    words = ("create_team", "northlight", "--owner", "lea")
    first, second = run_command(monkeypatch, *words).facts, run_command(monkeypatch, *words).facts
    team = Team.objects.get()
    assert first == {"team": "northlight", "owner": "lea", "uid": team.entity.uid, "created": True}
    assert second == {**first, "created": False}
    assert Membership.objects.get().role == Role.OWNER


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("northlight", "--owner", "nobody"), "There is nobody called “nobody”"),
        (("settings", "--owner", "lea"), "“settings” is kept for Carnet's own pages."),
        (("lea", "--owner", "lea"), "The name “lea” is taken."),
        (("northlight", "--owner", "lea"), "There is a team “northlight” already, and lea is no owner of it."),
        (("northlight",), "the following arguments are required: --owner"),
    ],
)
def test_what_create_team_refuses(monkeypatch, words, sentence):
    build_user("lea")
    build_team("northlight", owner=build_user("olive"))
    assert run_command(monkeypatch, "create_team", *words).error.startswith(sentence)


def test_add_member(monkeypatch):
    team, user = build_team("northlight"), build_user("bob")
    words = ("add_member", "northlight", "bob", "--role", "member")
    first, second = run_command(monkeypatch, *words).facts, run_command(monkeypatch, *words).facts
    member = Membership.objects.get(team=team, user=user)
    facts = {"team": "northlight", "username": "bob", "role": "member", "uid": member.uid}
    assert first == {**facts, "created": True}
    assert second == {**facts, "created": False}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("northlight", "bob", "--role", "viewer"), "bob is a member already, as member."),
        (("northlight", "bob", "--role", "boss"), "argument --role: invalid choice: 'boss'"),
        (("northlight", "bob", "--role", "service"), "argument --role: invalid choice"),
        (("elsewhere", "bob", "--role", "member"), "There is no team “elsewhere”."),
        (("northlight", "eve", "--role", "member"), "There is nobody called “eve”"),
    ],
)
def test_what_add_member_refuses(monkeypatch, words, sentence):
    build_team("northlight")
    build_user("bob")
    run_command(monkeypatch, "add_member", "northlight", "bob", "--role", "member")
    assert run_command(monkeypatch, "add_member", *words).error.startswith(sentence)


def test_create_service_account(monkeypatch):
    build_team("northlight")
    words = ("create_service_account", "northlight", "ci")
    first, second = run_command(monkeypatch, *words).facts, run_command(monkeypatch, *words).facts
    uid = ServiceAccount.objects.get().uid
    assert first == {"team": "northlight", "service_account": "ci", "uid": uid, "created": True}
    assert second == {**first, "created": False}


def test_create_service_account_refuses_what_is_no_name(monkeypatch):
    build_team("northlight")
    assert "has 1 to 100 characters" in run_command(monkeypatch, "create_service_account", "northlight", "a/b").error


def test_create_token_of_a_person(monkeypatch):
    user = build_user("lea")
    facts = run_command(monkeypatch, "create_token", "--user", "lea", "--name", "laptop").facts
    assert (facts["name"], facts["scopes"], facts["owner"], facts["created"]) == (
        "laptop",
        PERSONAL_SCOPES,
        "lea",
        True,
    )
    assert principal_from_header(f"Bearer {facts['token']}", address="", client="").user == user


def test_every_call_makes_another_token(monkeypatch):
    build_user("lea")
    words = ("create_token", "--user", "lea", "--name", "laptop")
    assert run_command(monkeypatch, *words).facts["token"] != run_command(monkeypatch, *words).facts["token"]
    assert ApiToken.objects.count() == 2


def test_create_token_of_a_service_account_is_confined_to_its_team(monkeypatch):
    team = build_team("northlight")
    build_service_account(team, "ci")
    facts = run_command(monkeypatch, "create_token", "--service-account", "northlight/ci").facts
    assert facts["scopes"] == SERVICE_SCOPES
    token = ApiToken.objects.get()
    assert (token.tenant, token.sealed_key) == (team.entity, "")


def test_create_token_with_scopes(monkeypatch):
    build_user("lea")
    assert run_command(monkeypatch, "create_token", "--user", "lea", "--scopes", "log, read").facts["scopes"] == [
        "read",
        "log",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--user", "nobody"), "There is nobody called “nobody”"),
        (("--user", "lea", "--scopes", "write"), "Scopes are read, log, edit, admin; “write” is none."),
        (("--user", "lea", "--scopes", ""), "Scopes are read, log, edit, admin; choose one."),
        (("--service-account", "northlight"), "--service-account is written TEAM/NAME."),
        (("--service-account", "northlight/cd"), "The team “northlight” has no service account “cd”."),
        (("--service-account", "northlight/ci", "--scopes", "admin"), "A service account cannot have the scope"),
        ((), "one of the arguments --user --service-account is required"),
    ],
)
def test_what_create_token_refuses(monkeypatch, words, sentence):
    build_user("lea")
    build_service_account(build_team("northlight"), "ci")
    assert run_command(monkeypatch, "create_token", *words).error.startswith(sentence)
    assert not ApiToken.objects.exists()
