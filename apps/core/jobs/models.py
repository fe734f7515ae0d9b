"""The queue: one row per job. Celery only carries hints; what is true stands here."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.timezone import now

from apps.core.json import Decoder, Encoder

HINT_AGAIN = timedelta(seconds=60)


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobQuerySet(models.QuerySet["Job"]):
    def waiting(self) -> "JobQuerySet":
        return self.filter(state=JobState.WAITING)

    def due(self, at: datetime) -> "JobQuerySet":
        """Waiting jobs whose time has come and that nobody was told of lately."""
        silent = Q(hinted_at=None) | Q(hinted_at__lt=at - HINT_AGAIN)
        return self.waiting().filter(silent, not_before__lte=at)

    def abandoned(self, at: datetime) -> "JobQuerySet":
        """Running jobs whose worker must have died."""
        return self.filter(state=JobState.RUNNING, claimed_until__lt=at)

    def claim(self, job_id: int, *, at: datetime, until: datetime) -> bool:
        """Take a due job, exactly once however many ask. Jobs with the same key run one after the other."""
        twin = Job.objects.filter(state=JobState.RUNNING, kind=OuterRef("kind"), key=OuterRef("key"))
        mine = self.waiting().filter(Q(key=None) | ~Exists(twin), pk=job_id, not_before__lte=at)
        taken = {"state": JobState.RUNNING, "attempts": F("attempts") + 1, "started_at": at, "claimed_until": until}
        return mine.update(**taken, error="") == 1

    def count_by_state(self) -> dict[str, int]:
        found = dict(self.values_list("state").annotate(Count("id")).order_by())
        return {state: found.get(state, 0) for state in JobState.values}


class Job(models.Model):
    """Work to be done later, at least once: a handler's kind and its arguments."""

    kind = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict, encoder=Encoder, decoder=Decoder)
    key = models.CharField(max_length=200, null=True)  # at most one waiting job of a kind has it
    owner_id = models.BigIntegerField(null=True)  # who asked for it; core knows no people
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)
    hinted_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)  # afterwards the worker is taken for dead
    finished_at = models.DateTimeField(null=True)
    progress = models.FloatField(default=0)  # 0 … 1
    result = models.JSONField(null=True, encoder=Encoder, decoder=Decoder)
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state="waiting", key__isnull=False), name="job_one_waiting_per_key"
            )
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="job_due"),
            models.Index(fields=["kind", "key"], condition=Q(state="running"), name="job_running_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"
