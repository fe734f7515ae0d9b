"""Background work of panels: ids in, one action out."""

from apps.core.jobs import job, periodic
from apps.panels import actions


@job(actions.EXPORT_JOB, timeout_seconds=60, max_attempts=2, in_child=True)
def export(export_id: int) -> None:
    """In a child process: matplotlib is imported there alone, and a figure that takes too long ends with it."""
    actions.make_export(export_id)


@periodic("panels.drop_old_exports", seconds=3600)
def drop_old_exports() -> None:
    actions.drop_old_exports()
