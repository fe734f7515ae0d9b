"""Every write of saved workspaces and of panels taken away as files."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from apps.accounts.principal import Principal
from apps.core.audit import record
from apps.core.blobs import blob_store, new_key
from apps.core.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from apps.core.events import publish
from apps.core.jobs import enqueue
from apps.core.models import Blob
from apps.panels.access import ABSENT
from apps.panels.documents import (
    check_document,
    find_panel,
    new_document,
    with_panel,
    without_automatic,
    without_panel,
)
from apps.panels.events import WorkspaceDeleted, WorkspaceSaved
from apps.panels.exports import make
from apps.panels.models import SLUG_CHARACTERS, PanelExport, Workspace, new_slug
from apps.panels.targets import Landed, OpenTarget, SentPanel
from apps.projects.models import Project
from apps.runs.actions import drop_blob

MOST_NAME = 128  # longer ones the official client cannot read
UNNAMED = "Untitled view"
PERSONAL = "My workspace"
EXPORT_JOB = "panels.export"
EXPORTS_KEPT = timedelta(days=1)
OWN = "mine"  # the address of everybody's own
Fill = Callable[[Mapping[str, Any]], dict[str, Any]]  # fills a document with its automatic panels


@transaction.atomic
def create_workspace(project: Project, name: str, spec: Any, *, actor: Principal, slug: str | None = None) -> Workspace:
    """Save a view for all who see the project. A slug that is taken raises Conflict."""
    made = Workspace(
        tenant=project.tenant,
        project=project,
        owner=actor.owner,
        slug=check_slug(slug) if slug else new_slug(),
        name=check_name(name),
        spec=without_automatic(check_document(spec)),
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Conflict(f"This project has a view at “{made.slug}” already.", code="slug_taken") from None
    _audit(made, "workspace.created", actor)
    publish(_saved(made))
    return made


@transaction.atomic
def save_workspace(
    workspace: Workspace, *, actor: Principal, spec: Any = None, name: str | None = None, version: int | None = None
) -> Workspace:
    """Save over a view. `version` is that of the document this one began from: if somebody saved meanwhile, Conflict.

    A repeat with what is stored already changes nothing, whatever its version.
    """
    held = Workspace.objects.select_for_update(of=("self",)).select_related("owner").get(pk=workspace.pk)
    wanted = held.spec if spec is None else without_automatic(check_document(spec))
    called = held.name if name is None else check_name(name)
    if (wanted, called) == (held.spec, held.name):
        return held
    if version is not None and version != held.version:
        raise Conflict(_overtaken(held), code="stale_version")
    is_renamed = called != held.name
    held.spec, held.name, held.version = wanted, called, held.version + 1
    held.save(update_fields=["spec", "name", "version", "updated_at"])
    if is_renamed:
        _audit(held, "workspace.renamed", actor)
    publish(_saved(held))
    return held


@transaction.atomic
def save_own_workspace(project: Project, spec: Any, *, actor: Principal, version: int | None = None) -> Workspace:
    """Keep a person's own state of the page, making it the first time."""
    own = find_own(project, actor)
    return (
        _make_own(project, spec, actor) if own is None else save_workspace(own, actor=actor, spec=spec, version=version)
    )


def find_own(project: Project, actor: Principal) -> Workspace | None:
    """Return a person's own workspace, if anything was ever kept in it."""
    return Workspace.objects.filter(project=project, owner=actor.user, is_personal=True, deleted_at=None).first()


@transaction.atomic
def _make_own(project: Project, spec: Any, actor: Principal) -> Workspace:
    made = Workspace(
        tenant=project.tenant,
        project=project,
        owner=actor.user,
        is_personal=True,
        name=PERSONAL,
        spec=without_automatic(check_document(spec)),
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Conflict("Another window of yours saved this workspace just now.", code="stale_version") from None
    publish(_saved(made))
    return made


def send_panel(sent: SentPanel, target: OpenTarget, *, actor: Principal) -> Landed:
    """Add a panel to a target whose door has been passed. The same panel id again changes nothing."""
    return target.kind.add(target.opened, sent, actor=actor)


def take_panel_back(target: OpenTarget, panel_id: str, *, version: int, actor: Principal) -> None:
    """Undo `send_panel`. Raises Conflict if the target was saved since this version; a repeat changes nothing."""
    target.kind.take_back(target.opened, panel_id, version=version, actor=actor)


@transaction.atomic
def add_panel(workspace: Workspace, sent: SentPanel, fill: Fill, *, actor: Principal) -> tuple[Workspace, bool]:
    """Add a panel to what is stored now, whoever saved it last; whoever edits an older version is told when saving.

    Returns the workspace, and whether the panel is new there.
    """
    held = _held(workspace)
    if held is None:
        raise NotFound(ABSENT, code="unknown_workspace")
    if find_panel(held.spec, sent.id) is not None:
        return held, False
    return save_workspace(held, actor=actor, spec=with_panel(fill(held.spec), sent.panel, sent.section)), True


def add_panel_to_own(project: Project, sent: SentPanel, fill: Fill, *, actor: Principal) -> tuple[Workspace, bool]:
    """Add a panel to a person's own workspace, making it the first time."""
    own = find_own(project, actor)
    if own is None:
        try:
            return _make_own(project, with_panel(fill(new_document()), sent.panel, sent.section), actor), True
        except Conflict:  # another window made it just now
            own = find_own(project, actor)
    if own is None:
        raise NotFound(ABSENT, code="unknown_workspace")
    return add_panel(own, sent, fill, actor=actor)


@transaction.atomic
def remove_panel(workspace: Workspace, panel_id: str, *, version: int, actor: Principal) -> None:
    """Take a panel out of a workspace that is still at this version. One that is not there changes nothing."""
    held = _held(workspace)
    if held is not None and find_panel(held.spec, panel_id) is not None:
        save_workspace(held, actor=actor, spec=without_panel(held.spec, panel_id), version=version)


@transaction.atomic
def delete_workspace(workspace: Workspace, *, actor: Principal) -> None:
    """Take a view away. Its address answers 404; a repeat changes nothing."""
    gone = Workspace.objects.filter(pk=workspace.pk, deleted_at=None).update(deleted_at=now())
    if gone and not workspace.is_personal:
        _audit(workspace, "workspace.deleted", actor)
        publish(WorkspaceDeleted(workspace.pk, workspace.project_id, workspace.uid))


@transaction.atomic
def request_export(project: Project, form: str, spec: dict[str, Any], *, actor: Principal) -> PanelExport:
    """Note down an export and let a worker make it. Each request makes one of its own. Nobody's are refused."""
    if actor.user is None:
        raise Unauthenticated("Sign in to take a panel away as a file.")
    export = PanelExport.objects.create(
        tenant=project.tenant, project=project, owner=actor.user, token=actor.token, form=form, spec=spec
    )
    enqueue(EXPORT_JOB, {"export_id": export.pk}, key=export.uid, owner_id=actor.user_id)
    return export


def make_export(export_id: int) -> None:
    """Make the file of an export and keep it. Safe to repeat: one that is finished stays as it is."""
    wanted = PanelExport.objects.select_related("owner", "token", "project__tenant")
    export = wanted.filter(pk=export_id, finished_at=None).first()
    if export is None:
        return
    made = make(export)
    key = new_key()
    stat = blob_store().write(key, [made.content]) if made.content else None
    with transaction.atomic():
        blob = Blob.objects.create(key=key, size=stat.size, md5=stat.md5 or "", verified=True) if stat else None
        PanelExport.objects.filter(pk=export_id).update(
            blob=blob, filename=made.filename, error=made.error, finished_at=now()
        )


def drop_old_exports() -> int:
    """Delete exports that are older than a day, and their bytes. Returns how many."""
    old = list(PanelExport.objects.filter(created_at__lt=now() - EXPORTS_KEPT).select_related("blob")[:500])
    PanelExport.objects.filter(pk__in=[export.pk for export in old]).delete()
    for export in old:
        if export.blob is not None:
            drop_blob(export.blob.pk, export.blob.key)
    return len(old)


def check_name(name: str) -> str:
    name = " ".join(name.split()) or UNNAMED
    if len(name) > MOST_NAME:
        raise InvalidInput(f"A name has at most {MOST_NAME} characters; this one has {len(name)}.", code="bad_name")
    return name


def check_slug(slug: str) -> str:
    if slug == OWN or not 0 < len(slug) <= 32 or any(letter not in SLUG_CHARACTERS for letter in slug):
        raise InvalidInput("The address of a view has up to 32 letters a–z and digits.", code="bad_slug")
    return slug


def _held(workspace: Workspace) -> Workspace | None:
    """Lock a workspace as it is stored now; None if it was deleted meanwhile."""
    return Workspace.objects.select_for_update(of=("self",)).filter(pk=workspace.pk, deleted_at=None).first()


def _saved(workspace: Workspace) -> WorkspaceSaved:
    return WorkspaceSaved(
        workspace.pk,
        workspace.project_id,
        workspace.uid,
        workspace.version,
        workspace.is_personal,
        workspace.owner_id,
    )


def _overtaken(held: Workspace) -> str:
    if held.is_personal:
        return "Another window of yours saved this workspace meanwhile. Nothing was overwritten."
    who = held.owner.shown_name if held.owner else "Somebody"
    return f"“{held.name}” by {who} was saved meanwhile, {held.updated_at:%H:%M} UTC. Nothing was overwritten."


def _audit(workspace: Workspace, verb: str, actor: Principal) -> None:
    project = workspace.project
    record(
        actor,
        verb,
        target=f"{project.tenant.name}/{project.name}",
        tenant_id=workspace.tenant_id,
        workspace=workspace.name,
        slug=workspace.slug,
    )
