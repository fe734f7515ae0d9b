"""Saved workspaces, which the client calls views of the type `project-view`. Reports are another type of them."""

from typing import Any

from ariadne import MutationType, ObjectType, QueryType

from apps.accounts.permissions import Permission as P
from apps.core import json
from apps.core.errors import InvalidInput, NotFound
from apps.core.ids import parse_wire_id, wire_id
from apps.gateways.wandb.context import Info, asker, empty_connection, signed_in
from apps.panels import actions
from apps.panels.access import ABSENT, get_workspace, get_workspace_by_uid
from apps.panels.documents import check_document
from apps.panels.merge import merged
from apps.panels.models import SLUG_CHARACTERS, Workspace
from apps.panels.queries.workspaces import filled, shared_workspaces
from apps.projects.access import get_project
from apps.projects.models import Project

WORKSPACE = "project-view"
NO_REPORTS = "Reports are not kept by this version of Carnet. Workspaces are."

query = QueryType()
mutation = MutationType()
project = ObjectType("Project")
view = ObjectType("View")


@query.field("view")
def resolve_view(_: Any, info: Info, id: str) -> Workspace:
    return _by_wire_id(info, id, P.VIEW_PROJECT)


@project.field("allViews")
def resolve_all_views(  # noqa: PLR0917  the schema's arguments
    found: Project,
    info: Info,
    viewType: str | None = None,
    viewName: str | None = None,
    userName: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """Answer one view by its name, or all that are shared. Views of the other type are never among them."""
    if viewType != WORKSPACE:
        return empty_connection()
    rows = _named(asker(info), found, viewName) if viewName else shared_workspaces(found)
    info.context.spend(len(rows))
    return {
        "edges": [{"node": row, "cursor": wire_id("View", row.uid)} for row in rows],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }


@mutation.field("upsertView")
def resolve_upsert_view(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """Save a view by its id or, as a repeat of its first save, by its name; make it if there is none."""
    principal = signed_in(info)
    if (input.get("type") or WORKSPACE) != WORKSPACE:
        raise InvalidInput(NO_REPORTS, code="no_reports")
    within = get_project(principal, input.get("entityName") or "", input.get("projectName") or "", P.EDIT_RUN)
    slug = slug_of(input.get("name") or "")
    held = _held(info, input, within, slug)
    sent = None if input.get("spec") is None else _document(input["spec"])
    if held is None:
        name = input.get("displayName") or actions.UNNAMED
        made = actions.create_workspace(within, name, sent or {}, actor=principal, slug=slug or None)
        return {"view": made, "inserted": True}
    spec = None if sent is None else merged(filled(within, held.spec), sent)
    saved = actions.save_workspace(held, actor=principal, spec=spec, name=input.get("displayName"))
    return {"view": saved, "inserted": False}


@mutation.field("deleteView")
def resolve_delete_view(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    principal = signed_in(info)
    actions.delete_workspace(_by_wire_id(info, input["id"], P.EDIT_RUN), actor=principal)
    return {"success": True, "pendingDrafts": []}


@view.field("id")
def resolve_id(found: Workspace, _: Info) -> str:
    return wire_id("View", found.uid)


@view.field("type")
def resolve_type(_found: Workspace, _: Info) -> str:
    return WORKSPACE


@view.field("name")
def resolve_name(found: Workspace, _: Info) -> str:
    return f"nw-{found.slug}-v"


@view.field("displayName")
def resolve_display_name(found: Workspace, _: Info) -> str:
    return found.name


@view.field("description")
def resolve_description(_found: Workspace, _: Info) -> str:
    return ""


@view.field("user")
def resolve_user(found: Workspace, _: Info) -> Any:
    return found.owner


@view.field("spec")
def resolve_spec(found: Workspace, _: Info) -> str:
    return json.dumps_text(filled(found.project, found.spec))


@view.field("createdAt")
def resolve_created_at(found: Workspace, _: Info) -> Any:
    return found.created_at


@view.field("updatedAt")
def resolve_updated_at(found: Workspace, _: Info) -> Any:
    return found.updated_at


def slug_of(name: str) -> str:
    """Return the end of a view's address from the client's name for it, `nw-<slug>-v`."""
    bare = name.removeprefix("nw-").removesuffix("-v").lower()
    return "".join(letter for letter in bare if letter in SLUG_CHARACTERS)[:32]


def _held(info: Info, input: dict[str, Any], within: Project, slug: str) -> Workspace | None:
    if input.get("id"):
        held = _by_wire_id(info, input["id"], P.EDIT_RUN)
        if held.project_id != within.pk:
            raise InvalidInput("This view is another project's. Save it as a new one there.", code="other_project")
        return held
    try:
        return get_workspace(asker(info), within, slug, P.EDIT_RUN) if slug else None
    except NotFound:
        return None


def _named(principal: Any, within: Project, name: str) -> list[Workspace]:
    try:
        return [get_workspace(principal, within, slug_of(name))]
    except NotFound:
        return []


def _by_wire_id(info: Info, wire: str, need: P) -> Workspace:
    try:
        uid = parse_wire_id(wire, "View")
    except NotFound:
        raise NotFound(ABSENT, code="unknown_workspace") from None
    return get_workspace_by_uid(asker(info), uid, need)


def _document(text: str) -> dict[str, Any]:
    try:
        return check_document(json.loads(text))
    except json.JSONError as error:
        raise InvalidInput(f"The spec is not JSON. {error}", code="broken_json") from None


BINDINGS = [query, mutation, project, view]
