"""Saved workspaces, as pages, the API and the official client read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.accounts.queries import Person
from apps.panels.access import may_keep
from apps.panels.actions import OWN, PERSONAL, Fill
from apps.panels.documents import new_document, with_automatic
from apps.panels.models import Workspace
from apps.projects.models import Project
from apps.runs.models import Stream
from apps.runs.queries.project_keys import (
    ProjectKey,
    config_keys,
    metric_definitions,
    project_keys,
    with_run_counts,
)

MOST_VIEWS = 500
MOST_OFFERED = 200


@dataclass(frozen=True)
class WorkspaceCard:
    """A view without its document. `uid`, `version` and times are None for one that nobody has saved yet."""

    uid: str | None
    slug: str
    name: str
    owner: Person | None
    is_personal: bool
    version: int | None
    updated_at: datetime | None
    may_edit: bool


@dataclass(frozen=True)
class WorkspacePage:
    """A view with its document, automatic panels filled in."""

    card: WorkspaceCard
    spec: dict[str, Any]


@dataclass(frozen=True)
class OfferedKeys:
    """Keys for a picker, and how many there are in all."""

    items: list[ProjectKey]
    total: int


def workspace_list(principal: Principal, project: Project) -> list[WorkspaceCard]:
    """Return the shared views of a project, newest first, and before them one's own. One query."""
    rows = Workspace.objects.filter(project=project, deleted_at=None).select_related("owner").defer("spec")
    mine = [row for row in rows if row.is_personal and row.owner_id == principal.user_id]
    shared = sorted((row for row in rows if not row.is_personal), key=lambda row: row.updated_at, reverse=True)
    may_edit = principal.may(P.EDIT_RUN, project)
    return [_card(row, may_edit=row.is_personal or may_edit) for row in [*mine, *shared[:MOST_VIEWS]]]


def shared_workspaces(project: Project) -> list[Workspace]:
    """Return the views saved for all of a project whose door has been passed, newest first."""
    rows = Workspace.objects.filter(project=project, is_personal=False, deleted_at=None).select_related("owner")
    found = list(rows.order_by("-updated_at", "-pk")[:MOST_VIEWS])
    for row in found:
        row.project = project
    return found


def workspace_page(principal: Principal, workspace: Workspace) -> WorkspacePage:
    """Return a view whose door has been passed."""
    may_edit = workspace.is_personal or principal.may(P.EDIT_RUN, workspace.project)
    return WorkspacePage(_card(workspace, may_edit=may_edit), filled(workspace.project, workspace.spec))


def own_workspace(principal: Principal, project: Project) -> WorkspacePage:
    """Return a person's own workspace, or what it is before anything was changed."""
    own = None
    if principal.user is not None:
        own = Workspace.objects.filter(project=project, owner=principal.user, is_personal=True, deleted_at=None).first()
    if own is not None:
        own.project = project
        return workspace_page(principal, own)
    card = WorkspaceCard(None, OWN, PERSONAL, None, True, None, None, may_keep(principal))
    return WorkspacePage(card, filled(project, new_document()))


def filled(project: Project, spec: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its automatic panels. Three queries, whatever the number of runs."""
    return filler(project)(spec)


def filler(project: Project) -> Fill:
    """Read what automatic panels of a project there are; return what fills documents with them. Three queries."""
    keys, definitions = project_keys(project), metric_definitions(project)
    hidden = {str(each.get("1")) for each in definitions if isinstance(each.get("6"), list) and 2 in each["6"]}
    shown = [each for each in keys if each.key not in hidden]
    system = project_keys(project, Stream.EVENTS)
    return lambda spec: with_automatic(spec, shown, system, definitions=definitions)


def offered_keys(
    project: Project, search: str = "", *, section: str = "history", limit: int = MOST_OFFERED
) -> OfferedKeys:
    """Return the keys that hold every word of `search`: those logged, with how many runs log each, or of configs."""
    words = search.lower().split()
    keys = config_keys(project) if section == "config" else project_keys(project)
    found = [each for each in keys if all(word in each.key.lower() for word in words)]
    chosen = found[:limit]
    return OfferedKeys(chosen if section == "config" else with_run_counts(project, chosen), len(found))


def _card(workspace: Workspace, *, may_edit: bool) -> WorkspaceCard:
    return WorkspaceCard(
        uid=workspace.uid,
        slug=OWN if workspace.is_personal else workspace.slug,
        name=workspace.name,
        owner=Person.of(workspace.owner) if workspace.owner else None,
        is_personal=workspace.is_personal,
        version=workspace.version,
        updated_at=workspace.updated_at,
        may_edit=may_edit,
    )
