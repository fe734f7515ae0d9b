"""How a move goes that was ordered as a job."""

from dataclasses import dataclass
from typing import Any

from apps.accounts.principal import Principal
from apps.core.errors import NotFound
from apps.core.jobs.models import JobState
from apps.core.models import Job
from apps.projects.models import Project

MOVE = "runs.move"


@dataclass(frozen=True)
class MoveProgress:
    """Rows change all at once, so there is no share of them to tell: only whether the move waits, runs or is over."""

    job: int
    state: str  # of a JobState; `refused` where it is over and nothing was moved
    run_count: int
    moved: dict[str, Any] | None = None
    refusal: str = ""


def move_progress(principal: Principal, source: Project, number: str) -> MoveProgress:
    """Return how a move out of a project goes, to whoever ordered it."""
    job_id = int(number) if number.isdecimal() and len(number) < 19 else 0
    job = Job.objects.filter(pk=job_id, kind=MOVE, owner_id=principal.user_id).first()
    if job is None or principal.user_id is None or job.arguments["source_id"] != source.pk:
        raise NotFound()
    return progress_of(job)


def progress_of(job: Job) -> MoveProgress:
    told: dict[str, Any] = job.result or {}
    refusal = told.get("refusal", "")
    if job.state == JobState.FAILED:
        refusal = "The move failed and nothing was changed. Try again, and tell whoever runs this server."
    over = job.state == JobState.DONE and not refusal
    state = "refused" if refusal else str(job.state)
    return MoveProgress(job.pk, state, len(job.arguments["run_ids"]), told if over else None, refusal)
