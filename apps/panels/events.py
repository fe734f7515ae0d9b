"""What happens to workspaces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class WorkspaceSaved:
    """A shared view was made, saved or renamed. Personal ones tell their owner only."""

    name: ClassVar[str] = "workspace.saved"
    workspace_id: int
    project_id: int
    uid: str
    version: int
    is_personal: bool
    owner_id: int | None


@dataclass(frozen=True)
class WorkspaceDeleted:
    name: ClassVar[str] = "workspace.deleted"
    workspace_id: int
    project_id: int
    uid: str
