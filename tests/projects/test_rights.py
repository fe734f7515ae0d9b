"""Who may do what with a project: the single answer and the list form agree."""

import pytest

from apps.accounts.access import get_entity, principal_from_header
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import NOBODY
from apps.core.errors import Forbidden, InvalidInput, NotFound
from apps.projects.access import Grant, get_project
from apps.projects.actions import create_project, delete_project, grant_project, revoke_grant, update_project
from apps.projects.models import Project
from tests.build import build_project, build_service_account, build_service_token, build_token, build_world, principal

pytestmark = pytest.mark.django_db
PEOPLE = ("olive", "alice", "bob", "carol", "dan", "mallory", "nobody", "service", "reader")
PROJECTS = ("digits", "secret", "shown", "open", "own", "deleted")
VIEW, LOG, EDIT, ADMIN = P.VIEW_PROJECT, P.LOG_RUN, P.EDIT_RUN, P.ADMIN_PROJECT
BY_SIGHT = {  # who sees which project
    "olive": {"digits", "secret", "shown", "open"},
    "alice": {"digits", "secret", "shown", "open"},
    "bob": {"digits", "shown", "open", "own"},
    "carol": {"digits", "shown", "open"},
    "dan": {"secret", "shown", "open"},
    "mallory": {"shown", "open"},
    "nobody": {"shown", "open"},
    "service": {"digits", "shown", "open"},
    "reader": {"digits", "secret", "shown", "open"},
}
MAY = {  # the strongest of view < log < edit < admin, where it is more than to see
    ("olive", "digits"): ADMIN,
    ("olive", "secret"): ADMIN,
    ("olive", "shown"): ADMIN,
    ("olive", "open"): ADMIN,
    ("alice", "digits"): ADMIN,
    ("alice", "secret"): ADMIN,
    ("alice", "shown"): ADMIN,
    ("alice", "open"): ADMIN,
    ("bob", "digits"): EDIT,
    ("bob", "shown"): EDIT,
    ("bob", "open"): EDIT,
    ("bob", "own"): ADMIN,
    ("carol", "open"): LOG,
    ("dan", "open"): LOG,
    ("mallory", "open"): LOG,
    ("service", "digits"): EDIT,
    ("service", "shown"): EDIT,
    ("service", "open"): EDIT,
}


@pytest.fixture
def world():
    world = build_world()
    build_project(world.team, "open", visibility="open")
    create_project(get_entity("bob"), "own", actor=principal(world.bob))
    delete_project(build_project(world.team, "deleted", visibility="public"), actor=principal(world.owner))
    return world


@pytest.fixture
def asker(world):
    """Return how to ask as somebody, anew each time."""
    service = build_service_token(build_service_account(world.team))
    reader = build_token(world.alice, scopes=["read"])

    def ask(name):
        if name == "nobody":
            return NOBODY
        if name in {"service", "reader"}:
            key = service if name == "service" else reader
            return principal_from_header(f"Bearer {key}", address="", client="")
        return principal(world.owner if name == "olive" else getattr(world, name))

    return ask


@pytest.mark.parametrize("person", PEOPLE)
def test_the_single_answer_and_the_list_agree(asker, person):
    listed = {project.name for project in Project.objects.visible_to(asker(person))}
    may = {project.name for project in Project.objects.all() if asker(person).may(VIEW, project)}
    assert listed == may == BY_SIGHT[person]


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize("person", PEOPLE)
def test_the_table_of_rights(asker, person, name):
    project = Project.objects.get(name=name)
    rights = asker(person).rights(project)
    ladder = [VIEW, LOG, EDIT, ADMIN]
    highest = MAY.get((person, name), VIEW if name in BY_SIGHT[person] else None)
    expected = set(ladder[: ladder.index(highest) + 1]) if highest else set()
    assert rights & set(ladder) == expected
    assert (P.VIEW_PROJECT in rights) or not rights


@pytest.mark.parametrize("permission", list(P))
@pytest.mark.parametrize("person", PEOPLE)
def test_t14_the_door_hides_what_may_not_be_seen_and_refuses_what_may_not_be_done(asker, person, permission):
    for project in Project.objects.select_related("tenant"):
        who = asker(person)
        seen, allowed = who.may(VIEW, project), who.may(permission, project)
        try:
            found = get_project(who, project.tenant.name, project.name, permission)
        except NotFound:
            assert not seen
        except Forbidden:
            assert seen
            assert not allowed
        else:
            assert allowed
            assert found == project


@pytest.mark.parametrize(("grant", "highest"), [(Grant.READ, VIEW), (Grant.LOG, EDIT), (Grant.ADMINISTER, ADMIN)])
def test_a_grant_lets_one_person_into_one_project(world, grant, highest):
    grant_project(world.restricted, world.mallory, grant=grant, actor=principal(world.alice))
    ladder = [VIEW, LOG, EDIT, ADMIN]
    rights = principal(world.mallory).rights(world.restricted)
    assert rights & set(ladder) == set(ladder[: ladder.index(highest) + 1])
    assert not principal(world.mallory).rights(world.project)
    assert world.restricted in Project.objects.visible_to(principal(world.mallory))
    assert world.project not in Project.objects.visible_to(principal(world.mallory))


def test_a_second_grant_replaces_the_first_and_a_repeat_changes_nothing(world):
    for grant in (Grant.ADMINISTER, Grant.READ, Grant.READ):
        grant_project(world.restricted, world.mallory, grant=grant, actor=principal(world.alice))
    assert world.restricted.user_grants.filter(user=world.mallory).count() == 1
    assert not principal(world.mallory).may(LOG, world.restricted)


def test_a_grant_taken_back_is_gone_at_once(world):
    revoke_grant(world.restricted, world.dan, actor=principal(world.alice))
    revoke_grant(world.restricted, world.dan, actor=principal(world.alice))
    assert not principal(world.dan).rights(world.restricted)


def test_services_get_no_grants(world):
    account = build_service_account(world.other_team, "foreign")
    with pytest.raises(InvalidInput):
        grant_project(world.restricted, account.user, grant=Grant.READ, actor=principal(world.alice))


def test_a_grant_does_not_widen_a_service_key_of_another_team(world):
    key = build_service_token(build_service_account(world.other_team, "foreign"))
    who = principal_from_header(f"Bearer {key}", address="", client="")
    assert not Project.objects.visible_to(who).exists()
    assert not who.rights(world.public)


def test_a_superuser_reads_nothing_by_that_alone(world):
    world.mallory.is_superuser = True
    world.mallory.save()
    assert not principal(world.mallory).rights(world.project)
    assert world.project not in Project.objects.visible_to(principal(world.mallory))


def test_whoever_makes_a_restricted_project_keeps_reaching_it(world):
    project = create_project(world.team.entity, "bobs", visibility="restricted", actor=principal(world.bob))
    assert principal(world.bob).may(ADMIN, project)
    assert not principal(world.carol).rights(project)


def test_narrowing_a_project_shuts_the_others_out(world):
    update_project(world.public, visibility="restricted", actor=principal(world.alice))
    project = Project.objects.get(pk=world.public.pk)
    for person in (world.bob, world.carol, world.mallory):
        assert not principal(person).rights(project)
        assert project not in Project.objects.visible_to(principal(person))


def test_the_list_is_one_query(world, django_assert_num_queries):
    who = principal(world.dan)
    with django_assert_num_queries(1):
        assert len(Project.objects.visible_to(who)) == 3
