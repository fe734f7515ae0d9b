"""What happens to projects."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class ProjectCreated:
    name: ClassVar[str] = "project.created"
    project_id: int


@dataclass(frozen=True)
class ProjectChanged:
    """Name, description, visibility or grants changed."""

    name: ClassVar[str] = "project.changed"
    project_id: int


@dataclass(frozen=True)
class ProjectDeleted:
    name: ClassVar[str] = "project.deleted"
    project_id: int
