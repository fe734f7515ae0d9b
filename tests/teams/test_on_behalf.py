"""WANDB_USERNAME: a service account says for whom it works."""

from typing import cast

import pytest
from django.utils.functional import SimpleLazyObject

from apps.accounts.access import principal_from_header
from apps.accounts.principal import Principal
from apps.core.errors import Forbidden
from apps.core.models import AuditEntry
from apps.projects.actions import create_project
from apps.teams.access import principal_on_behalf
from tests.build import build_service_account, build_service_token, build_team, build_token, build_user, build_world

pytestmark = pytest.mark.django_db


def enter(key):
    return principal_from_header(f"Bearer {key}", address="192.0.2.1", client="wandb")


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def service(world):
    return enter(build_service_token(build_service_account(world.team, "ci")))


@pytest.mark.parametrize("name", ["bob", "BOB"])
def test_t25_both_identities_are_kept(world, service, name):
    who = principal_on_behalf(service, username=name, email="")
    assert (who.owner, who.is_service, who.label) == (world.bob, True, "bob via ci")
    project = create_project(world.team.entity, "from-ci", actor=who)
    assert project.created_by == world.bob
    assert AuditEntry.objects.get(target="northlight/from-ci").actor_label == "bob via ci"


def test_it_works_on_a_request_whose_principal_is_lazy(world, service):
    lazy = cast("Principal", SimpleLazyObject(lambda: service))
    assert principal_on_behalf(lazy, username="bob", email="").owner == world.bob


@pytest.mark.parametrize("name", ["mallory", "dan", "nobody", "northlight"])
def test_t25_who_is_no_member_is_refused_with_a_sentence(world, service, name):
    with pytest.raises(Forbidden) as refusal:
        principal_on_behalf(service, username=name, email="bob@example.org")
    assert refusal.value.code == "not_a_member"
    assert name in refusal.value.sentence


def test_the_address_counts_only_without_a_name(world, service):
    assert principal_on_behalf(service, username="", email="Bob@Example.org").owner == world.bob
    assert principal_on_behalf(service, username="carol", email="bob@example.org").owner == world.carol


def test_an_unknown_address_is_ignored(world, service):
    for email in ("nobody@example.org", "mallory@example.org", ""):
        assert principal_on_behalf(service, username="", email=email).owner == service.user


def test_another_service_account_cannot_be_named(world, service):
    other = build_service_account(world.team, "cd")
    with pytest.raises(Forbidden):
        principal_on_behalf(service, username=other.user.username, email="")


def test_naming_an_admin_gives_no_more_rights(world, service):
    who = principal_on_behalf(service, username="alice", email="")
    assert who.rights(world.project) == service.rights(world.project)
    assert not who.rights(world.restricted)


def test_with_a_persons_key_the_headers_change_nothing(world):
    build_team("own", owner=build_user("eve"))
    carol = enter(build_token(world.carol))
    assert principal_on_behalf(carol, username="alice", email="alice@example.org").owner == world.carol
    assert principal_on_behalf(carol, username="nobody", email="").owner == world.carol
