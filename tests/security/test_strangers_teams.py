"""Anybody may found a team and add anybody to it. That must not move what others log."""

import pytest

from apps.accounts.models import User
from apps.accounts.principal import SERVER
from apps.teams.actions import add_member
from apps.teams.models import Role
from tests.build import build_team, build_user, principal
from tests.gateways.wandb.asking import ask, upsert

pytestmark = pytest.mark.django_db
INVITE = """mutation I($team: String!, $person: String!) {
  createInvite(input: {entityName: $team, username: $person}) { invite { name } } }"""


def test_runs_of_somebody_whom_a_stranger_adds_stay_at_home():
    alice, mallory = build_user("alice"), build_user("mallory")
    build_team("trap", owner=mallory)
    assert ask(mallory, INVITE, team="trap", person="alice").status == 200
    bucket = upsert(alice, name="r1", project="p")["upsertBucket"]["bucket"]
    assert bucket["project"]["entity"]["name"] == "alice"


def test_founding_a_team_makes_it_ones_own_default():
    alice = build_user("alice")
    build_team("hers", owner=alice)
    assert User.objects.values_list("default_entity__name", flat=True).get(pk=alice.pk) == "hers"


@pytest.mark.parametrize("by", ["server", "operator"])
def test_an_operator_may_choose_where_runs_land(by):
    actor = SERVER if by == "server" else principal(build_user("olga", is_superuser=True))
    alice, team = build_user("alice"), build_team("lab")
    add_member(team, alice, role=Role.MEMBER, actor=actor)
    assert User.objects.values_list("default_entity__name", flat=True).get(pk=alice.pk) == "lab"
