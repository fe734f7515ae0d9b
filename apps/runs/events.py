"""What happens to runs."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class RunCreated:
    name: ClassVar[str] = "run.created"
    run_id: int
    project_id: int


@dataclass(frozen=True)
class RunChanged:
    """Name, notes, tags, config, summary or files changed; `what` says which."""

    name: ClassVar[str] = "run.changed"
    run_id: int
    project_id: int
    what: str


@dataclass(frozen=True)
class RunStateChanged:
    """A run began, ended, crashed, resumed."""

    name: ClassVar[str] = "run.state_changed"
    run_id: int
    project_id: int
    old: str
    new: str


@dataclass(frozen=True)
class RunTicked:
    """New rows, lines or heartbeats arrived. Merged to about one a second and run."""

    name: ClassVar[str] = "run.ticked"
    run_id: int
    project_id: int
    seq: int


@dataclass(frozen=True)
class RunsMoved:
    """Runs live in another project now, perhaps of another team. Upper apps bring what hangs on them along."""

    name: ClassVar[str] = "run.moved"
    run_ids: tuple[int, ...]
    source_id: int
    target_id: int
    tenant_id: int  # of the target


@dataclass(frozen=True)
class RunDeleted:
    name: ClassVar[str] = "run.deleted"
    run_id: int
    project_id: int
