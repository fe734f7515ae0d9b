"""The small world that the table of permissions is asked in."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from apps.accounts.models import ApiToken, User
from apps.accounts.principal import SERVER
from apps.core.models import Blob, Job
from apps.panels.actions import create_workspace
from apps.panels.models import PanelExport
from apps.projects.models import Project
from apps.runs import actions
from apps.runs.models import Run, RunFile
from apps.runs.queries.moves import MOVE
from apps.runs.queries.selections import RunSelection
from apps.teams.models import Membership
from tests.build import (
    World,
    build_run,
    build_service_account,
    build_service_token,
    build_token,
    build_world,
    principal,
)


@dataclass
class Scene:
    """The world, a key for everybody who asks, and what stands for the words in braces."""

    world: World
    keys: dict[str, str]
    words: dict[str, str]
    runs: list[Run] = field(default_factory=list)
    clients: dict[tuple[str, bool], Client] = field(default_factory=dict)

    def client(self, asker: str, *, by_key: bool) -> Client:
        """Return the script or the browser of `asker`: one each, since making one reads all assets."""
        if (asker, by_key) not in self.clients:
            client = self.clients[asker, by_key] = Client(raise_request_exception=False)
            if by_key and asker in self.keys:
                client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.keys[asker]}"
            elif person := self.world.people.get(asker):
                client.force_login(person)
        return self.clients[asker, by_key]


def build_scene() -> Scene:
    world = build_world()
    account = build_service_account(world.team)
    keys = {name: build_token(person) for name, person in world.people.items() if person is not None}
    keys["service"] = build_service_token(account)
    projects = (world.project, world.restricted, world.public)
    runs = [_run(project) for project in projects]
    for project in projects:
        create_workspace(project, "Shared", {}, actor=SERVER, slug="shared")
        PanelExport.objects.create(tenant=project.tenant, project=project, owner=world.alice, form="csv", spec={})
    words = {
        "alices_token": _token(world.alice),
        "service_token": _token(account.user),
        "carols_membership": Membership.objects.get(user=world.carol).uid,
        "alices_export": PanelExport.objects.get(project=world.project).uid,
        "alices_shown_export": PanelExport.objects.get(project=world.public).uid,
        "alices_secret_export": PanelExport.objects.get(project=world.restricted).uid,
        "digits_uid": world.project.uid,
        "batch": _batch(world),
        "alices_tags": _tags(world),
        "alices_move": str(_move(world).pk),
        "bobs_uid": world.bob.uid,
    }
    return Scene(world, keys, words, runs)


def _run(project: Project) -> Run:
    run = build_run(project, "r1", config={"lr": 0.1}, summary={"loss": 0.5})
    blob = Blob.objects.create(key=f"{run.pk:032x}", size=3, md5="rL0Y20zC+Fzt72VPzMSk2A==")
    RunFile.objects.create(tenant_id=run.tenant_id, run=run, path="log.txt", blob=blob)
    return run


def _batch(world: World) -> str:
    batch = actions.delete_run(build_run(world.project, "gone"), actor=SERVER)
    assert batch is not None
    return batch.uid


def _tags(world: World) -> str:
    alice = principal(world.alice)
    _, change = actions.change_tags(RunSelection(world.project, filters={}), add=["a"], actor=alice)
    assert change is not None
    return change.uid


def _move(world: World) -> Job:
    arguments = {"run_ids": [], "source_id": world.project.pk, "target_id": world.public.pk}
    return Job.objects.create(kind=MOVE, arguments=arguments, owner_id=world.alice.pk)


def _token(user: User) -> str:
    return ApiToken.objects.filter(user=user).latest("pk").uid


ONE_PANEL = {
    "section": {"panelBankConfig": {"sections": [{"panels": [{"__id__": "p", "viewType": "Markdown Panel"}]}]}}
}
SHARED = {"kind": "view", "id": "shared"}

# What is sent to a route, by method and name: JSON to the API, forms to pages. Everything in it is acceptable, so that
# only the right to do it decides. Words in braces are filled in.
BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "api:me"): {"theme": "dark"},
    ("POST", "api:tokens"): {"name": "laptop"},
    ("POST", "api:teams"): {"name": "newteam"},
    ("PATCH", "api:team"): {"description": "Detectors"},
    ("POST", "api:members"): {"user": "dan", "role": "viewer"},
    ("PATCH", "api:member"): {"role": "member"},
    ("POST", "api:service_accounts"): {"name": "nightly"},
    ("POST", "api:service_tokens"): {"scopes": ["read"]},
    ("POST", "api:delete_runs"): {"filters": {}},
    ("POST", "api:restore_runs"): {"batch": "{batch}"},
    ("POST", "api:tag_runs"): {"filters": {}, "add": ["paper"]},
    ("POST", "api:undo_tags"): {"undo": "{alices_tags}"},
    ("POST", "api:move_runs"): {"filters": {}, "target": "northlight/shown", "conflicts": "keep"},
    ("PUT", "api:project"): {"description": "new"},
    ("PATCH", "api:project"): {"description": "other"},
    ("PUT", "api:grant"): {"grant": "log"},
    ("POST", "api:runs"): {"name": "r2"},
    ("PATCH", "api:run"): {"notes": "fine"},
    ("PUT", "api:state"): {"state": "running"},
    ("PUT", "api:config"): {"lr": 1},
    ("PUT", "api:summary"): {"loss": 1},
    ("POST", "api:panel_data"): {"panels": []},
    ("POST", "api:panel_exports"): {"panel": {"viewType": "Run History Line Plot"}, "form": "csv"},
    ("POST", "api:send_panel"): {"panel": "p", "document": ONE_PANEL, "id": "q", "target": SHARED},
    ("POST", "api:take_panel_back"): {"id": "q", "version": 1, "target": SHARED},
    ("POST", "api:workspaces"): {"name": "All", "spec": {"section": {}}},
    ("PUT", "api:own_workspace"): {"spec": {"section": {}}},
    ("PUT", "api:workspace"): {"name": "Others"},
    ("POST", "api:files"): {"paths": ["a.txt"]},
    ("POST", "api:complete_files"): {"paths": ["a.txt"]},
    ("POST", "portal:new_project"): {"entity": "northlight", "name": "fresh", "visibility": "team"},
    ("POST", "accounts:authorize"): {"name": "x", "expires": "90", "scopes": ["read"]},
    ("POST", "accounts:profile"): {"name": "A", "theme": "dark"},
    ("POST", "accounts:theme"): {"theme": "dark"},
    ("POST", "accounts:username"): {"username": "renamed"},
    ("POST", "accounts:default_entity"): {"entity": "northlight"},
    ("POST", "accounts:tokens"): {"name": "x", "expires": "90", "scopes": ["read"]},
    ("POST", "teams:new"): {"name": "newteam"},
    ("POST", "teams:general"): {"description": "Detectors"},
    ("POST", "teams:rename"): {"name": "southlight"},
    ("POST", "teams:members"): {"person": "dan", "role": "viewer"},
    ("POST", "teams:role"): {"role": "member"},
    ("POST", "teams:service_accounts"): {"name": "nightly"},
    ("POST", "teams:service_keys"): {"name": "x", "expires": "90", "scopes": ["read"]},
    ("POST", "projects:privacy"): {"project": "{digits_uid}", "visibility": "public"},
    ("POST", "projects:settings"): {"description": "other"},
    ("POST", "projects:rename"): {"name": "renamed"},
    ("POST", "projects:visibility"): {"visibility": "public"},
    ("POST", "projects:grant"): {"person": "dan", "grant": "log"},
    ("POST", "runs:rename"): {"display_name": "renamed"},
    ("POST", "runs:tags"): {"tags": "a, b"},
    ("POST", "runs:notes"): {"notes": "fine"},
}
