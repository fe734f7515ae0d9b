"""The people of a team: added, given another role, removed."""

import pytest

from apps.core.errors import Conflict, Forbidden, InvalidInput
from apps.core.models import AuditEntry
from apps.projects.access import Grant
from apps.projects.actions import grant_project
from apps.projects.models import ProjectUserObjectPermission
from apps.teams.actions import add_member, change_role, remove_member
from apps.teams.models import Membership, Role
from tests.build import build_service_account, build_team, build_user, build_world, principal
from tests.pages import browser, said, text_of

pytestmark = pytest.mark.django_db
PAGE = "/northlight/settings/members"


def member(user):
    return Membership.objects.get(user=user)


def test_an_admin_adds_somebody_by_name_or_address():
    world = build_world()
    client = browser(world.alice)
    assert said(client.post(PAGE, {"person": "dan", "role": "viewer"}, follow=True)) == "dan is in the team, as viewer."
    client.post(PAGE, {"person": "mallory@example.org", "role": "member"})
    assert member(world.dan).role == Role.VIEWER
    assert Membership.objects.filter(team=world.team, user=world.mallory).exists()


@pytest.mark.parametrize(
    ("person", "role", "field", "sentence"),
    [
        ("nobody", "member", "person", "There is nobody called “nobody” on this server."),
        ("northlight", "member", "person", "There is nobody called “northlight”"),
        ("bob", "viewer", "person", "bob is a member already, as member."),
        ("dan", "owner", "role", "Select a valid choice."),
        ("dan", "service", "role", "Select a valid choice."),
    ],
)
def test_what_is_refused_stands_at_its_field(person, role, field, sentence):
    world = build_world()
    response = browser(world.alice).post(PAGE, {"person": person, "role": role})
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert response.context["form"].has_error(field)
    assert f'value="{person}"' in response.content.decode()


def test_adding_again_with_the_same_role_changes_nothing():
    world = build_world()
    browser(world.alice).post(PAGE, {"person": "bob", "role": "member"})
    assert AuditEntry.objects.filter(verb="member.added", target="bob").count() == 1


def test_an_admin_changes_roles():
    world = build_world()
    address = f"{PAGE}/{member(world.bob).uid}/role"
    client = browser(world.alice)
    assert said(client.post(address, {"role": "viewer"}, follow=True)) == "bob is viewer now."
    client.post(address, {"role": "viewer"})
    assert member(world.bob).role == Role.VIEWER
    assert AuditEntry.objects.filter(verb="member.role_changed").count() == 1


def test_only_owners_make_and_unmake_owners():
    world = build_world()
    with pytest.raises(Forbidden):
        change_role(member(world.bob), role=Role.OWNER, actor=principal(world.alice))
    with pytest.raises(Forbidden):
        change_role(member(world.owner), role=Role.MEMBER, actor=principal(world.alice))
    with pytest.raises(Forbidden):
        remove_member(member(world.owner), actor=principal(world.alice))
    with pytest.raises(Forbidden):
        add_member(world.team, world.dan, role=Role.OWNER, actor=principal(world.alice))
    change_role(member(world.alice), role=Role.OWNER, actor=principal(world.owner))
    assert member(world.alice).role == Role.OWNER


def test_the_page_offers_an_admin_no_owners_role():
    world = build_world()
    assert '<option value="owner"' not in browser(world.alice).get(PAGE).content.decode()
    assert '<option value="owner"' in browser(world.owner).get(PAGE).content.decode()


def test_the_last_owner_stays():
    world = build_world()
    with pytest.raises(Conflict) as refusal:
        remove_member(member(world.owner), actor=principal(world.owner))
    assert refusal.value.code == "last_owner"
    with pytest.raises(Conflict):
        change_role(member(world.owner), role=Role.ADMIN, actor=principal(world.owner))
    address = f"{PAGE}/{member(world.owner).uid}"
    client = browser(world.owner)
    assert "A team keeps at least one owner." in said(client.post(f"{address}/remove", follow=True))
    assert "A team keeps at least one owner." in said(client.post(f"{address}/role", {"role": "member"}, follow=True))
    assert member(world.owner).role == Role.OWNER


def test_one_of_two_owners_may_go():
    world = build_world()
    change_role(member(world.alice), role=Role.OWNER, actor=principal(world.owner))
    remove_member(member(world.owner), actor=principal(world.alice))
    assert not Membership.objects.filter(user=world.owner).exists()


def test_removing_takes_grants_and_access_along():
    world = build_world()
    grant_project(world.restricted, world.bob, grant=Grant.LOG, actor=principal(world.alice))
    answer = browser(world.alice).post(f"{PAGE}/{member(world.bob).uid}/remove", follow=True)
    assert said(answer) == "bob is not in the team any more. Their runs stay."
    assert not principal(world.bob).rights(world.project)
    assert not principal(world.bob).rights(world.restricted)
    assert not ProjectUserObjectPermission.objects.filter(user=world.bob).exists()


def test_a_service_account_is_no_person_to_add_or_promote():
    world = build_world()
    account = build_service_account(world.team)
    with pytest.raises(InvalidInput):
        add_member(world.other_team, account.user, role=Role.MEMBER, actor=principal(world.mallory))
    with pytest.raises(InvalidInput):
        change_role(member(account.user), role=Role.ADMIN, actor=principal(world.alice))


def test_members_see_who_is_in_but_change_nothing():
    world = build_world()
    for person in (world.bob, world.carol):
        client = browser(person)
        page = client.get(PAGE)
        assert "olive" in text_of(page)
        assert "Add to the team" not in text_of(page)
        assert "Remove" not in text_of(page)
        assert client.post(PAGE, {"person": "dan", "role": "viewer"}).status_code == 403
        assert client.post(f"{PAGE}/{member(world.carol).uid}/remove").status_code == 403
    assert member(world.carol).role == Role.VIEWER


def test_strangers_cannot_tell_that_the_team_exists():
    world = build_world()
    for person in (world.dan, world.mallory):
        hidden, absent = browser(person).get(PAGE), browser(person).get("/absent/settings/members")
        assert hidden.status_code == absent.status_code == 404
    assert browser().get(PAGE).status_code == 404


def test_a_membership_of_another_team_is_not_found_here():
    world = build_world()
    other = build_team("other", owner=world.alice)
    foreign = Membership.objects.get(team=other, user=world.alice)
    assert browser(world.owner).post(f"{PAGE}/{foreign.uid}/remove").status_code == 404
    assert browser(world.alice).post(f"/other/settings/members/{member(world.bob).uid}/remove").status_code == 404


def test_the_list_takes_the_same_number_of_queries_for_any_number_of_people(django_assert_max_num_queries):
    world = build_world()
    for _ in range(12):
        add_member(world.team, build_user(), role=Role.MEMBER, actor=principal(world.owner))
    client = browser(world.alice)
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        client.get(PAGE)
