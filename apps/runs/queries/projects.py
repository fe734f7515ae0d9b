"""How busy projects are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.utils.timezone import now

from apps.runs.models import ACTIVE, Run

DAYS = 30


@dataclass(frozen=True)
class ProjectActivity:
    """Counts of one project's runs. `runs_per_day` ends with today (UTC)."""

    run_count: int
    active_count: int
    last_run_at: datetime | None
    runs_per_day: list[int]


def project_activity(project_ids: Sequence[int], *, days: int = DAYS) -> dict[int, ProjectActivity]:
    """Return the activity of each of these projects, with two queries."""
    runs = Run.objects.live().filter(project_id__in=project_ids).order_by()
    today = now().date()
    first = today - timedelta(days=days - 1)
    per_day: dict[int, list[int]] = {}
    recent = runs.filter(created_at__date__gte=first).values_list("project_id", TruncDate("created_at"))
    for project_id, day, count in recent.annotate(total=Count("pk")):
        per_day.setdefault(project_id, [0] * days)[(day - first).days] = count
    rows = runs.values_list("project_id").annotate(
        total=Count("pk"), active=Count("pk", filter=Q(state__in=ACTIVE)), last=Max("created_at")
    )
    found = {pk: (total, active, last) for pk, total, active, last in rows}
    return {
        pk: ProjectActivity(*found.get(pk, (0, 0, None)), runs_per_day=per_day.get(pk, [0] * days))
        for pk in project_ids
    }
