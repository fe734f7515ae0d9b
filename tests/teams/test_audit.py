"""The audit trail of a team."""

import pytest

from apps.accounts.actions import update_profile
from apps.core.audit import record
from apps.teams.actions import add_member, change_role
from apps.teams.models import Membership, Role
from tests.build import build_service_account, build_service_token, build_user, build_world, principal
from tests.pages import browser, text_of

pytestmark = pytest.mark.django_db
PAGE = "/northlight/settings/audit"


def test_it_says_who_did_what_to_whom_from_where():
    world = build_world()
    change_role(Membership.objects.get(user=world.bob), role=Role.VIEWER, actor=principal(world.alice))
    page = text_of(browser(world.alice).get(PAGE))
    assert "alice changed the role from member to viewer bob 127.0.0.1" in page
    assert "olive granted dan “read” northlight/secret" in page
    assert "olive made the team northlight" in page


def test_what_happens_elsewhere_is_not_in_it():
    world = build_world()
    assert "elsewhere" not in text_of(browser(world.alice).get(PAGE))


def test_no_key_is_in_it():
    world = build_world()
    key = build_service_token(build_service_account(world.team))
    page = browser(world.alice).get(PAGE).content.decode()
    assert key[:13] in page
    assert key[13:] not in page


def test_one_kind_can_be_chosen():
    world = build_world()
    build_service_account(world.team)
    page = text_of(browser(world.alice).get(f"{PAGE}?kind=service_account"))
    assert "made the service account" in page
    assert "added as" not in page
    assert "Nothing of this kind yet" in text_of(browser(world.alice).get(f"{PAGE}?kind=nonsense"))


def test_older_entries_are_one_page_further():
    world = build_world()
    alice, tenant_id = principal(world.alice), world.team.entity_id
    for number in range(120):
        record(alice, "member.added", target=f"person-{number:03}", tenant_id=tenant_id, role="member")
    client = browser(world.alice)
    first = client.get(PAGE)
    assert "person-119" in text_of(first)
    assert "person-019" not in text_of(first)
    older = client.get(PAGE + first.context["older_url"])
    assert "person-019" in text_of(older)
    assert "person-020" not in text_of(older)
    assert "To the newest" in text_of(older)


def test_an_entry_of_unknown_kind_or_with_missing_details_is_still_told():
    world = build_world()
    record(principal(world.alice), "comet.seen", target="sky", tenant_id=world.team.entity_id)
    record(principal(world.alice), "member.added", target="bob", tenant_id=world.team.entity_id)
    page = text_of(browser(world.alice).get(PAGE))
    assert "comet seen sky" in page
    assert "added as something" in page


def test_names_in_it_are_shown_as_text():
    world = build_world()
    user = build_user("eve")
    update_profile(user, name="<img src=x onerror=alert(1)>", actor=principal(user))
    add_member(world.team, user, role=Role.ADMIN, actor=principal(world.owner))
    record(principal(user), "project.changed", target="<script>", tenant_id=world.team.entity_id)
    page = browser(world.alice).get(PAGE).content.decode()
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_members_and_strangers_do_not_read_it():
    world = build_world()
    assert browser(world.bob).get(PAGE).status_code == 403
    assert browser(world.mallory).get(PAGE).status_code == 404
    assert browser(world.alice).get(f"{PAGE}?after=nonsense").status_code == 400
