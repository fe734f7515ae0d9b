"""The small world that the table of permissions is asked in."""

from dataclasses import dataclass, field
from typing import Any

from apps.accounts.models import ApiToken, User
from apps.core.models import Blob
from apps.projects.models import Project
from apps.runs.models import Run, RunFile
from apps.teams.models import Membership
from tests.build import World, build_run, build_service_account, build_service_token, build_token, build_world

SAFE = {"GET", "HEAD"}


@dataclass
class Scene:
    """The world, a key for everybody who asks, and what stands for the words in braces."""

    world: World
    keys: dict[str, str]
    words: dict[str, str]
    runs: list[Run] = field(default_factory=list)


def build_scene() -> Scene:
    world = build_world()
    account = build_service_account(world.team)
    keys = {name: build_token(person) for name, person in world.people.items() if person is not None}
    keys["service"] = build_service_token(account)
    runs = [_run(project) for project in (world.project, world.restricted, world.public)]
    words = {
        "alices_token": _token(world.alice),
        "service_token": _token(account.user),
        "carols_membership": Membership.objects.get(user=world.carol).uid,
    }
    return Scene(world, keys, words, runs)


def _run(project: Project) -> Run:
    run = build_run(project, "r1", config={"lr": 0.1}, summary={"loss": 0.5})
    blob = Blob.objects.create(key=f"{run.pk:032x}", size=3, md5="rL0Y20zC+Fzt72VPzMSk2A==")
    RunFile.objects.create(tenant_id=run.tenant_id, run=run, path="log.txt", blob=blob)
    return run


def _token(user: User) -> str:
    return ApiToken.objects.filter(user=user).latest("pk").uid


BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "me"): {"theme": "dark"},
    ("POST", "tokens"): {"name": "laptop"},
    ("POST", "teams"): {"name": "newteam"},
    ("PATCH", "team"): {"description": "Detectors"},
    ("POST", "members"): {"user": "dan", "role": "viewer"},
    ("PATCH", "member"): {"role": "member"},
    ("POST", "service_accounts"): {"name": "nightly"},
    ("POST", "service_tokens"): {"scopes": ["read"]},
    ("PUT", "project"): {"description": "new"},
    ("PATCH", "project"): {"description": "other"},
    ("PUT", "grant"): {"grant": "log"},
    ("POST", "runs"): {"name": "r2"},
    ("PATCH", "run"): {"notes": "fine"},
    ("PUT", "state"): {"state": "running"},
    ("PUT", "config"): {"lr": 1},
    ("PUT", "summary"): {"loss": 1},
    ("POST", "files"): {"paths": ["a.txt"]},
    ("POST", "complete_files"): {"paths": ["a.txt"]},
}
