"""Views of a project as targets of panels: one's own workspace, and the saved views that one may edit.

Only views of the panel's own project: a view draws all its panels over its own run sets, which are of its project.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.panels import actions
from apps.panels.access import check_may_keep, get_workspace, may_keep
from apps.panels.actions import OWN, PERSONAL
from apps.panels.models import Workspace
from apps.panels.queries.workspaces import WorkspaceCard, filler, workspace_list
from apps.panels.targets import Landed, SentPanel, Target
from apps.projects.models import Project


@dataclass(frozen=True)
class OpenView:
    """A view whose door has been passed. None: one's own, which may not be there yet."""

    project: Project
    workspace: Workspace | None


class Views:
    """The target kind `view`. Its ids are slugs; `mine` is one's own."""

    name = "view"
    order = 20

    def heading(self) -> str:
        return _("Views of this project")

    def note(self) -> str:
        return _("A view draws its panels with its own runs, not with those shown here.")

    def targets(self, principal: Principal, project: Project) -> list[Target]:
        cards = workspace_list(principal, project)
        own = next((card.name for card in cards if card.is_personal), PERSONAL)
        mine = [Target(OWN, own, "", address_of(project, OWN))] if may_keep(principal) else []
        return [*mine, *(_target(project, card) for card in cards if card.may_edit and not card.is_personal)]

    def open(self, principal: Principal, project: Project, name: str) -> OpenView:
        if name == OWN:
            check_may_keep(principal)
            return OpenView(project, None)
        return OpenView(project, get_workspace(principal, project, name, P.EDIT_RUN))

    def add(self, opened: OpenView, sent: SentPanel, *, actor: Principal) -> Landed:
        fill = filler(opened.project)
        if opened.workspace is None:
            held, is_new = actions.add_panel_to_own(opened.project, sent, fill, actor=actor)
        else:
            held, is_new = actions.add_panel(opened.workspace, sent, fill, actor=actor)
        slug = OWN if held.is_personal else held.slug
        return Landed(held.name, f"{address_of(opened.project, slug)}#panel={quote(sent.id)}", held.version, is_new)

    def take_back(self, opened: OpenView, panel_id: str, *, version: int, actor: Principal) -> None:
        held = opened.workspace or actions.find_own(opened.project, actor)
        if held is not None:
            actions.remove_panel(held, panel_id, version=version, actor=actor)


def address_of(project: Project, slug: str) -> str:
    """Return the page of a view."""
    page = reverse("panels:workspace", kwargs={"entity": project.tenant.name, "project": project.name})
    return page if slug == OWN else f"{page}?nw={slug}"


def _target(project: Project, card: WorkspaceCard) -> Target:
    owner = card.owner.username if card.owner else ""
    return Target(card.slug, card.name, owner, address_of(project, card.slug))
