"""What a key lets in, for how long, and what is kept of it."""

import base64
from dataclasses import fields
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from apps.accounts import tokens
from apps.accounts.access import key_in_header, principal_from_header
from apps.accounts.actions import create_token, readable_key, revoke_token, rotate_token
from apps.accounts.models import ApiToken, User
from apps.accounts.permissions import READ
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.core.errors import Conflict, InvalidInput, Unauthenticated
from apps.core.models import AuditEntry
from apps.teams.actions import create_service_token, remove_service_account
from tests.build import (
    build_project,
    build_service_account,
    build_service_token,
    build_team,
    build_token,
    build_user,
    build_world,
    principal,
)

pytestmark = pytest.mark.django_db
MOMENT = "2026-11-20 12:00:00Z"


def enter(key, *, scheme="Bearer", address="192.0.2.1", client="wandb"):
    header = f"Bearer {key}" if scheme == "Bearer" else "Basic " + base64.b64encode(f"api:{key}".encode()).decode()
    return principal_from_header(header, address=address, client=client)


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_a_key_speaks_for_its_person(scheme):
    user = build_user("lea")
    who = enter(build_token(user), scheme=scheme)
    assert (who.user, who.address, who.client) == (user, "192.0.2.1", "wandb")


def test_a_key_has_the_form_clients_and_scanners_know():
    kind, _, secret = build_token(build_user()).partition("-")
    assert kind == "carnet"
    assert len(secret) == 40
    assert secret.isalnum()
    assert build_service_token(build_service_account(build_team())).startswith("carnetsa-")


def test_only_a_hash_of_the_secret_is_kept():
    key = build_token(build_user())
    token = ApiToken.objects.get()
    kept = " ".join(str(getattr(token, field.attname)) for field in ApiToken._meta.concrete_fields)
    assert key[-28:] not in kept
    assert token.secret_hash == tokens.secret_hash(key[-28:])
    assert key not in " ".join(str(entry.details) + entry.target for entry in AuditEntry.objects.all())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: "",
        lambda key: key[:-1],
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
        lambda key: key.replace("carnet-", "carnetsa-"),
        lambda key: key.replace("-", "-x"),
        lambda key: "carnet-" + "0" * 40,
        lambda key: "local-" + "f" * 40,
    ],
)
def test_a_wrong_key_is_refused(spoil):
    key = build_token(build_user())
    with pytest.raises(Unauthenticated) as refusal:
        enter(spoil(key))
    assert refusal.value.code == "wrong_key"


@pytest.mark.parametrize("header", ["", "Basic", "Basic %%%", "Basic " + "ff" * 3, "Digest x", "Bearer"])
def test_a_header_that_cannot_be_read_holds_no_key(header):
    assert not key_in_header(header)


def test_scopes_cut_what_the_person_may():
    world = build_world()
    reading = enter(build_token(world.alice, scopes=["read"]))
    assert reading.rights(world.project) == READ
    assert enter(build_token(world.alice, scopes=["read", "log"])).may(P.LOG_RUN, world.project)
    assert not enter(build_token(world.alice, scopes=["read", "log"])).may(P.DELETE_RUN, world.project)
    assert enter(build_token(world.alice)).may(P.ADMIN_PROJECT, world.project)


def test_scopes_never_add_to_what_the_person_may():
    world = build_world()
    assert enter(build_token(world.carol)).rights(world.project) == principal(world.carol).rights(world.project)
    assert not enter(build_token(world.mallory)).rights(world.project)


def test_an_operators_key_is_no_operator():
    boss = build_user("boss", is_superuser=True)
    assert principal(boss).is_operator
    assert not enter(build_token(boss)).is_operator


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "write"]])
def test_scopes_that_do_not_exist_are_refused(scopes):
    user = build_user()
    with pytest.raises(InvalidInput) as refusal:
        create_token(user, scopes=scopes, actor=principal(user))
    assert "scopes" in refusal.value.fields


def test_a_key_ends_when_it_expires():
    with time_machine.travel(MOMENT, tick=False) as clock:
        key = build_token(build_user(), expires_at=now() + timedelta(days=1))
        enter(key)
        clock.shift(timedelta(days=1))
        with pytest.raises(Unauthenticated):
            enter(key)


def test_a_key_cannot_be_made_expired():
    user = build_user()
    with pytest.raises(InvalidInput):
        create_token(user, expires_at=now(), actor=principal(user))


def test_a_revoked_key_ends_at_once_and_a_repeat_changes_nothing():
    user = build_user()
    token, key = create_token(user, actor=principal(user))
    first = revoke_token(token, actor=principal(user)).revoked_at
    assert revoke_token(token, actor=principal(user)).revoked_at == first
    with pytest.raises(Unauthenticated):
        enter(key)
    assert AuditEntry.objects.filter(verb="token.revoked").count() == 1


def test_a_closed_account_ends_its_keys():
    user = build_user()
    key = build_token(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(Unauthenticated):
        enter(key)


def test_rotating_leaves_the_old_key_a_day():
    with time_machine.travel(MOMENT, tick=False) as clock:
        user = build_user()
        token, old = create_token(user, name="laptop", scopes=["read"], actor=principal(user))
        successor, new = rotate_token(token, actor=principal(user))
        assert (successor.name, successor.scopes, successor.expires_at) == ("laptop", ["read"], None)
        enter(old)
        enter(new)
        clock.shift(timedelta(hours=24))
        enter(new)
        with pytest.raises(Unauthenticated):
            enter(old)


def test_rotating_keeps_the_length_of_life_and_never_prolongs_the_old_key():
    with time_machine.travel(MOMENT, tick=False) as clock:
        user = build_user()
        token, _ = create_token(user, expires_at=now() + timedelta(days=30), actor=principal(user))
        clock.shift(timedelta(days=29, hours=12))
        ending = token.expires_at
        successor, _ = rotate_token(token, actor=principal(user))
        token.refresh_from_db()
        assert token.expires_at == ending
        assert successor.expires_at == now() + timedelta(days=30)


def test_an_ended_token_is_not_rotated():
    user = build_user()
    token, _ = create_token(user, actor=principal(user))
    revoke_token(token, actor=principal(user))
    with pytest.raises(Conflict):
        rotate_token(token, actor=principal(user))


def test_last_use_is_written_once_a_minute():
    with time_machine.travel(MOMENT, tick=False) as clock:
        key = build_token(build_user())
        enter(key, address="192.0.2.1", client="first")
        first = ApiToken.objects.get().last_used_at
        clock.shift(59)
        enter(key, address="192.0.2.2", client="second")
        token = ApiToken.objects.get()
        assert (token.last_used_at, token.last_used_address, token.last_used_client) == (first, "192.0.2.1", "first")
        clock.shift(2)
        enter(key, address="192.0.2.2", client="x" * 500)
        token = ApiToken.objects.get()
        assert (token.last_used_address, token.last_used_client) == ("192.0.2.2", "x" * 200)


def test_a_service_key_reaches_its_team_only():
    world = build_world()
    who = enter(build_service_token(build_service_account(world.team)))
    elsewhere = build_project(world.other_team, visibility="public")
    assert who.may(P.LOG_RUN, world.project)
    assert not who.rights(elsewhere)
    assert not who.rights(world.other_team)
    assert not who.may(P.ADMIN_PROJECT, world.project)
    assert not who.may_account(P.MANAGE_TOKENS)


def test_a_service_key_cannot_be_an_admin():
    account = build_service_account(build_team())
    with pytest.raises(InvalidInput):
        create_service_token(account, scopes=["admin"], actor=Principal())


def test_a_removed_service_account_ends_its_keys():
    account = build_service_account(build_team())
    key = build_service_token(account)
    remove_service_account(account, actor=Principal())
    with pytest.raises(Unauthenticated):
        enter(key)


def test_a_new_service_key_can_be_read_again_for_a_minute_by_the_key_that_made_it():
    with time_machine.travel(MOMENT, tick=False) as clock:
        world = build_world()
        maker, other = enter(build_token(world.alice)), enter(build_token(world.alice))
        account = build_service_account(world.team)
        token, key = create_service_token(account, actor=maker)
        assert readable_key(token, actor=maker) == key
        assert readable_key(token, actor=other) is None
        assert readable_key(token, actor=principal(world.alice)) is None
        assert key not in token.sealed_key
        clock.shift(61)
        assert readable_key(token, actor=maker) is None


def test_a_persons_key_is_never_kept_readable():
    user = build_user()
    maker = enter(build_token(user))
    token, _ = create_token(user, actor=maker)
    assert token.sealed_key == ""
    assert readable_key(token, actor=maker) is None


def test_a_revoked_service_key_cannot_be_read_again():
    world = build_world()
    maker = enter(build_token(world.alice))
    token, _ = create_service_token(build_service_account(world.team), actor=maker)
    assert readable_key(revoke_token(token, actor=maker), actor=maker) is None


def test_a_principal_does_not_print_its_key():
    key = build_token(build_user())
    who = enter(key)
    assert key not in repr(who)
    assert "_answers" in {field.name for field in fields(who)}
    assert key[-28:] not in repr(tokens.parse_key(key))


def test_a_rotated_token_is_not_rotated_again():
    user = build_user()
    token, _ = create_token(user, actor=principal(user))
    rotate_token(token, actor=principal(user))
    with pytest.raises(Conflict, match="rotated already"):
        rotate_token(token, actor=principal(user))
