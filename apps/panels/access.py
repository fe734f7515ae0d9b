"""Doors to saved workspaces. Shared views are read by whoever sees the project; personal ones by their owner alone."""

from django.db.models import QuerySet

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.core.errors import Forbidden, NotFound, Unauthenticated
from apps.panels.models import PanelExport, Workspace
from apps.projects.models import Project

ABSENT = "There is no such workspace, or you may not see it."


def get_workspace(principal: Principal, project: Project, slug: str, need: P = P.VIEW_PROJECT) -> Workspace:
    """Return a view of a project whose door has been passed."""
    found = _live().filter(project=project, slug=slug).first()
    return _open(principal, found, need)


def get_workspace_by_uid(principal: Principal, uid: str, need: P = P.VIEW_PROJECT) -> Workspace:
    """Return a view by the id that does not depend on where it lives."""
    return _open(principal, _live().filter(uid=uid).first(), need)


def may_keep(principal: Principal) -> bool:
    """Whether somebody has a state of their own: people do, not services, nor tokens that only read."""
    return principal.user is not None and not principal.is_service and principal.may_scope(P.EDIT_RUN)


def check_may_keep(principal: Principal) -> None:
    """Raise Forbidden for those who have no state of their own here: nobody, services, tokens that only read."""
    if principal.user is None:
        raise Unauthenticated("Sign in to keep a workspace of your own.")
    if not may_keep(principal):
        raise Forbidden(
            "Only people keep a workspace of their own, with a token that may edit.", code="no_own_workspace"
        )


def get_export(principal: Principal, project: Project, uid: str) -> PanelExport:
    """Return an export of one's own, of a project whose door has been passed."""
    rows = PanelExport.objects.select_related("blob").filter(project=project, uid=uid, owner=principal.user)
    found = rows.first() if principal.user is not None else None
    if found is None:
        raise NotFound("There is no such export, or it is somebody else's.", code="unknown_export")
    return found


def _open(principal: Principal, found: Workspace | None, need: P) -> Workspace:
    absent = NotFound(ABSENT, code="unknown_workspace")
    if found is None or (found.is_personal and found.owner_id != principal.user_id):
        raise absent
    principal.require(P.VIEW_PROJECT if found.is_personal else need, found.project, absent=absent)
    return found


def _live() -> QuerySet[Workspace]:
    return Workspace.objects.filter(deleted_at=None, project__deleted_at=None).select_related(
        "owner", "project__tenant"
    )
