"""What follows from what happened to workspaces: browsers are told."""

from apps.core.events import after
from apps.core.live import notify
from apps.panels.events import WorkspaceDeleted, WorkspaceSaved


@after(WorkspaceSaved)
def tell_of_saved(event: WorkspaceSaved) -> None:
    group = f"user.{event.owner_id}" if event.is_personal else f"project.{event.project_id}.runs"
    notify(group, {"type": event.name, "ids": [], "uid": event.uid, "version": event.version})


@after(WorkspaceDeleted)
def tell_of_deleted(event: WorkspaceDeleted) -> None:
    notify(f"project.{event.project_id}.runs", {"type": event.name, "ids": [], "uid": event.uid})
