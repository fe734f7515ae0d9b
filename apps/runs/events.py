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
class RunsDeleted:
    """Runs of one project went to the trash together."""

    name: ClassVar[str] = "run.deleted"
    project_id: int
    run_ids: tuple[int, ...]


@dataclass(frozen=True)
class RunsRestored:
    """Runs of one project came back from the trash."""

    name: ClassVar[str] = "run.restored"
    project_id: int
    run_ids: tuple[int, ...]


@dataclass(frozen=True)
class RunsTagged:
    """Tags of many runs of one project changed at once. Browsers hear of it as `run.changed`."""

    name: ClassVar[str] = "run.tagged"
    project_id: int
    run_ids: tuple[int, ...]


@dataclass(frozen=True)
class RunErased:
    """What hung on a run that stayed in the trash too long is gone; only its reserved name is left."""

    name: ClassVar[str] = "run.erased"
    run_id: int
    project_id: int
