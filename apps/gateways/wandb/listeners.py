"""What the gateway remembers for seconds is forgotten at once where access or addresses change."""

from apps.accounts.events import AccessChanged, EntityRenamed
from apps.core.events import after
from apps.gateways.wandb.file_stream import forget_targets
from apps.projects.events import ProjectChanged, ProjectDeleted
from apps.runs.events import RunsDeleted, RunsMoved


@after(AccessChanged)
@after(EntityRenamed)
@after(ProjectChanged)
@after(ProjectDeleted)
@after(RunsDeleted)
@after(RunsMoved)
def forget_who_may_stream(event: object) -> None:
    """The doors to file_stream are asked anew."""
    forget_targets()
