"""What alerts do when something happens to their runs."""

from apps.alerts.models import Alert
from apps.core.chunks import chunks
from apps.core.events import within
from apps.runs.events import RunErased, RunsMoved


@within(RunsMoved)
def move_with_runs(event: RunsMoved) -> None:
    """Alerts belong to whom their run belongs to."""
    for run_ids in chunks(event.run_ids):
        Alert.objects.filter(run_id__in=run_ids).update(tenant_id=event.tenant_id)


@within(RunErased)
def go_with_runs(event: RunErased) -> None:
    Alert.objects.filter(run_id=event.run_id).delete()
