"""Accounts of programs: made, given keys, removed."""

import re

import pytest

from apps.accounts.models import ApiToken
from apps.core.errors import Conflict, InvalidInput
from apps.teams.actions import create_service_account, create_team
from apps.teams.models import ServiceAccount
from tests.build import build_run, build_service_account, build_service_token, build_world, principal
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db
PAGE = "/northlight/settings/service-accounts"
KEY = re.compile(r"carnetsa-[A-Za-z0-9]{40}")
GIVEN = {"name": "cluster", "expires": "", "scopes": ["read", "log"]}


def test_t24_an_admin_makes_an_account_and_then_a_key_shown_once():
    world = build_world()
    client = browser(world.alice)
    answer = client.post(PAGE, {"name": "ci-train"}, follow=True)
    assert "The service account ci-train is made." in said(answer)
    account = ServiceAccount.objects.get()
    keys = f"{PAGE}/{account.uid}"
    assert answer.redirect_chain == [(keys, 302)]
    response = client.post(keys, GIVEN)
    assert len(set(KEY.findall(response.content.decode()))) == 1
    assert "no-store" in response.headers["Cache-Control"]
    assert not KEY.search(client.get(keys).content.decode())
    token = ApiToken.objects.get()
    assert (token.tenant, token.scopes, token.created_by) == (world.team.entity, ["read", "log"], world.alice)
    assert "ci-train" in text_of(client.get(PAGE))


@pytest.mark.parametrize(
    ("name", "sentence"), [("ci", "has a service account “ci” already"), ("CI", "already"), ("a/b", "no “/”")]
)
def test_a_name_that_cannot_be_had_is_refused_at_its_field(name, sentence):
    world = build_world()
    build_service_account(world.team, "ci")
    response = browser(world.alice).post(PAGE, {"name": name})
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert response.context["form"].has_error("name")


def test_two_teams_may_use_the_same_name():
    world = build_world()
    build_service_account(world.team, "ci")
    build_service_account(world.other_team, "ci")


def test_a_key_offers_no_admin_scope():
    world = build_world()
    account = build_service_account(world.team)
    client = browser(world.alice)
    assert 'value="admin"' not in client.get(f"{PAGE}/{account.uid}").content.decode()
    assert client.post(f"{PAGE}/{account.uid}", {**GIVEN, "scopes": ["admin"]}).status_code == 400
    assert not ApiToken.objects.exists()


def test_keys_are_rotated_and_revoked():
    world = build_world()
    account = build_service_account(world.team)
    old = build_service_token(account, name="cluster")
    address = f"{PAGE}/{account.uid}/keys/{ApiToken.objects.get().uid}"
    client = browser(world.alice)
    rotated = KEY.search(client.post(f"{address}/rotate").content.decode())
    assert rotated is not None
    assert rotated.group() != old
    assert said(client.post(f"{address}/revoke", follow=True)) == "The key cluster is revoked."
    assert ApiToken.objects.usable().count() == 1


def test_removing_stops_the_keys_and_keeps_the_runs():
    world = build_world()
    account = build_service_account(world.team, "ci")
    build_service_token(account)
    run = build_run(world.project, owner=account.user)
    client = browser(world.alice)
    assert said(client.post(f"{PAGE}/{account.uid}/remove", follow=True)).startswith("ci is removed.")
    assert not ApiToken.objects.usable().exists()
    run.refresh_from_db()
    assert client.get(f"{PAGE}/{account.uid}").status_code == 404
    create_service_account(world.team, "ci", actor=principal(world.alice))


@pytest.mark.parametrize("person", ["bob", "carol"])
def test_members_reach_none_of_it(person):
    world = build_world()
    account = build_service_account(world.team)
    build_service_token(account)
    client, uid = browser(getattr(world, person)), ApiToken.objects.get().uid
    for address in (PAGE, f"{PAGE}/{account.uid}"):
        assert client.get(address).status_code == 403
        assert client.post(address, GIVEN).status_code == 403
    for address in (f"{account.uid}/remove", f"{account.uid}/keys/{uid}/rotate", f"{account.uid}/keys/{uid}/revoke"):
        assert client.post(f"{PAGE}/{address}").status_code == 403
    assert ApiToken.objects.usable().count() == 1


def test_accounts_and_keys_of_another_team_are_not_found_here():
    world = build_world()
    account, foreign = build_service_account(world.team), build_service_account(world.other_team)
    build_service_token(foreign)
    client, uid = browser(world.alice), ApiToken.objects.get().uid
    assert client.get(f"{PAGE}/{foreign.uid}").status_code == 404
    assert client.post(f"{PAGE}/{account.uid}/keys/{uid}/revoke").status_code == 404
    assert browser(world.mallory).get(PAGE).status_code == 404
    assert ApiToken.objects.usable().count() == 1


def test_a_service_account_owns_no_team():
    account = build_service_account(build_world().team)
    with pytest.raises(InvalidInput):
        create_team("mine", owner=account.user, actor=principal(account.user))


def test_a_removed_account_removed_again_changes_nothing():
    world = build_world()
    account = build_service_account(world.team)
    client = browser(world.alice)
    client.post(f"{PAGE}/{account.uid}/remove")
    assert client.post(f"{PAGE}/{account.uid}/remove").status_code == 404
    with pytest.raises(Conflict):
        build_service_account(world.team, "twice")
        build_service_account(world.team, "twice")
