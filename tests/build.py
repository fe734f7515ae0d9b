"""Builders of small worlds. Plain functions; nothing is built unasked.

The people: Alice admin, Bob member, Carol viewer, Dan with one grant, Mallory of another team.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

from django.test import Client

from apps.accounts import actions as accounts
from apps.accounts.models import User
from apps.accounts.principal import SERVER, Principal
from apps.projects import actions as projects
from apps.projects.access import Grant
from apps.projects.models import Project
from apps.runs import actions as runs
from apps.runs.models import Run
from apps.teams import actions as teams
from apps.teams.models import Role, ServiceAccount, Team

_numbers = count(1)


def build_user(name: str = "", *, password: str | None = None, **values: Any) -> User:
    name = name or f"user{next(_numbers)}"
    return accounts.create_user(name, email=f"{name}@example.org", password=password, **values)


def build_team(name: str = "", *, owner: User | None = None) -> Team:
    owner = owner or build_user()
    return teams.create_team(name or f"team{next(_numbers)}", owner=owner, actor=principal(owner))


def build_project(team: Team | None = None, name: str = "", *, visibility: str | None = None) -> Project:
    team = team or build_team()
    return projects.create_project(
        team.entity, name or f"project{next(_numbers)}", actor=principal(owner_of(team)), visibility=visibility
    )


def build_run(project: Project | None = None, name: str = "", *, state: str = "running", **values: Any) -> Run:
    """Make a run in any state. `values` are RunFields."""
    project = project or build_project()
    actor = principal(values.pop("owner", None) or owner_of(project.tenant.team))
    run, _ = runs.create_or_update_run(project, name or f"run{next(_numbers)}", runs.RunFields(**values), actor=actor)
    if state != "running":
        Run.objects.filter(pk=run.pk).update(state=state)
        run.refresh_from_db()
    return run


def build_service_account(team: Team, name: str = "ci") -> ServiceAccount:
    return teams.create_service_account(team, name, actor=principal(owner_of(team)))


def build_token(user: User, **values: Any) -> str:
    """Return a new key of this person."""
    return accounts.create_token(user, actor=principal(user), **values)[1]


def build_service_token(account: ServiceAccount, **values: Any) -> str:
    return teams.create_service_token(account, actor=principal(owner_of(account.team)), **values)[1]


def owner_of(team: Team) -> User:
    return team.memberships.filter(role=Role.OWNER).select_related("user")[0].user


def principal(user: User) -> Principal:
    """Return a fresh principal of a freshly loaded user, so that nothing is remembered."""
    return Principal(user=User.objects.get(pk=user.pk), address="127.0.0.1", client="tests")


@dataclass
class World:
    """The team northlight with its five people, and Mallory's team elsewhere."""

    team: Team
    owner: User
    alice: User
    bob: User
    carol: User
    dan: User
    mallory: User
    other_team: Team
    project: Project  # seen by the team
    restricted: Project  # Dan may read it
    public: Project

    @cached_property
    def people(self) -> dict[str, User | None]:
        names = ("alice", "bob", "carol", "dan", "mallory")
        return {name: getattr(self, name) for name in names} | {"nobody": None}


def build_world() -> World:
    owner = build_user("olive")
    team = build_team("northlight", owner=owner)
    people = {name: build_user(name) for name in ("alice", "bob", "carol", "dan", "mallory")}
    by_owner = principal(owner)
    for name, role in (("alice", Role.ADMIN), ("bob", Role.MEMBER), ("carol", Role.VIEWER)):
        teams.add_member(team, people[name], role=role, actor=SERVER)  # as an operator would: their runs land here
    restricted = build_project(team, "secret", visibility="restricted")
    projects.grant_project(restricted, people["dan"], grant=Grant.READ, actor=by_owner)
    return World(
        team=team,
        owner=owner,
        other_team=build_team("elsewhere", owner=people["mallory"]),
        project=build_project(team, "digits"),
        restricted=restricted,
        public=build_project(team, "shown", visibility="public"),
        **people,
    )


def sign_in(user: User) -> Client:
    """Return a browser-like client in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client
