"""Runs, their append log, their catalogue of keys, console and files.

Tables of history begin with the run, have no surrogate id, and nothing points at them, so that PostgreSQL can
hash-partition them by run (docs/decisions/0004-history-tables.md).
"""

from django.db import models

from apps.accounts.models import ApiToken, Entity, User
from apps.core.ids import new_uid
from apps.core.json import Decoder, Encoder
from apps.core.models import Blob
from apps.projects.models import Project
from apps.runs.querysets import RunQuerySet


class RunState(models.TextChoices):
    """Where a run is in its life."""

    PENDING = "pending"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CRASHED = "crashed"
    KILLED = "killed"
    PREEMPTING = "preempting"
    PREEMPTED = "preempted"


ACTIVE = frozenset({RunState.PENDING, RunState.RUNNING, RunState.PREEMPTING})
ENDED = frozenset(set(RunState) - ACTIVE)


class Run(models.Model):
    """One execution. `name` is chosen by the client, unique in its project and reserved for ever, also when deleted."""

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="runs")
    name = models.CharField(max_length=128)
    display_name = models.CharField(max_length=256)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    slot = models.IntegerField(default=1)  # colour; taken when created and kept
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="runs")
    service = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # who logged for the owner
    token = models.ForeignKey(ApiToken, on_delete=models.SET_NULL, null=True, related_name="+")
    group = models.CharField(max_length=256, blank=True)
    job_type = models.CharField(max_length=256, blank=True)
    notes = models.TextField(blank=True)
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    sweep_name = models.CharField(max_length=128, blank=True)
    config = models.JSONField(
        default=dict, encoder=Encoder, decoder=Decoder
    )  # what the user set, without `value` wrappers
    client_config = models.JSONField(default=dict, encoder=Encoder, decoder=Decoder)  # the client's own `_wandb`
    summary = models.JSONField(default=dict, encoder=Encoder, decoder=Decoder)
    metadata = models.JSONField(
        default=dict, encoder=Encoder, decoder=Decoder
    )  # environment: os, python, gpu, git, args …
    host = models.CharField(max_length=256, blank=True)
    program = models.CharField(max_length=512, blank=True)
    repo = models.CharField(max_length=512, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    exit_code = models.IntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)  # copied from the pulse when the state is written
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    trash = models.ForeignKey("TrashBatch", on_delete=models.SET_NULL, null=True, blank=True, related_name="runs")
    purged_at = models.DateTimeField(null=True, blank=True)  # no way back: what hangs on it is being erased

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="run_name_reserved")]
        indexes = [
            models.Index(fields=["project", "-created_at"], name="run_newest"),
            models.Index(fields=["project", "state"], name="run_state"),
            models.Index(fields=["tenant", "-created_at"], name="run_tenant_newest"),
            models.Index(fields=["state", "heartbeat_at"], name="run_silent"),
            models.Index(
                fields=["deleted_at"],
                condition=models.Q(deleted_at__isnull=False, purged_at=None),
                name="run_in_trash",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


class TrashBatch(models.Model):
    """Runs that were deleted together, and are restored together within the days of grace."""

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="trash")
    deleted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["project", "-created_at"], name="trash_newest")]

    def __str__(self) -> str:
        return self.uid


class TagChange(models.Model):
    """The last change of tags on many runs that a person made in a project, so that it can be taken back."""

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    changes = models.JSONField()  # run id as a text → [tags it got, tags it lost]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="tag_change_last")]

    def __str__(self) -> str:
        return self.uid


class RunRedirect(models.Model):
    """A former address of a run that moved. The name stays reserved there for ever, so no other run can take it."""

    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")  # of the project it left
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="run_redirects")
    name = models.CharField(max_length=128)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="redirects")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="run_redirect_once")]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.name} → {self.run_id}"


class RunPulse(models.Model):
    """Heartbeat and sequence of a run: one row, locked by each append, so that commit order is sequence order."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, primary_key=True, related_name="pulse")
    seq = models.BigIntegerField(default=0)
    last_seen_at = models.DateTimeField(null=True)
    stop_requested = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.run_id} at {self.seq}"


class RunDigest(models.Model):
    """What has been worked out from the append log up to `seq`: counts and ends. It lags; readers add the tail."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, primary_key=True, related_name="digest")
    seq = models.BigIntegerField(default=0)
    row_count = models.BigIntegerField(default=0)  # distinct steps
    first_step = models.BigIntegerField(null=True)
    last_step = models.BigIntegerField(null=True)
    last_runtime_seconds = models.FloatField(null=True)
    summary_seq = models.BigIntegerField(default=0)  # of the newest summary that was taken over
    event_count = models.BigIntegerField(default=0)
    line_count = models.BigIntegerField(default=0)
    warning_count = models.BigIntegerField(default=0)
    error_count = models.BigIntegerField(default=0)
    first_error_line = models.BigIntegerField(null=True)
    digested_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.run_id} digested to {self.seq}"


class Stream(models.IntegerChoices):
    """What a row of the append log carries."""

    HISTORY = 1
    EVENTS = 2
    CONSOLE = 3
    SUMMARY = 4
    CONTROL = 5  # rewind and deletion: "after step n, as of this sequence"


class AppendLog(models.Model):
    """One stream of one request, as it came: lines joined by newlines, zstd-compressed."""

    pk = models.CompositePrimaryKey("run_id", "seq", "stream")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    seq = models.BigIntegerField()
    stream = models.SmallIntegerField(choices=Stream.choices)
    offset = models.BigIntegerField(default=0)  # number of the first line; of a shared run: given by the server
    line_count = models.IntegerField()
    first_step = models.BigIntegerField(null=True)
    last_step = models.BigIntegerField(null=True)
    writer = models.CharField(max_length=64, blank=True)  # client id in shared mode
    received_at = models.DateTimeField()
    payload = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.run_id}:{self.seq}:{self.stream}"


class Level(models.IntegerChoices):
    """What a row of `HistoryChunk` holds; levels above 0 are zoom levels."""

    MANIFEST = -3  # one per stream: up to where its log was compacted
    AXES = -2  # one per row group: its steps, times and runtimes
    OTHERS = -1  # of one key: what is no number
    VALUES = 0  # of one key: its numbers


class HistoryChunk(models.Model):
    """A compacted part of a stream (docs/decisions/0012-chunks-and-zoom-levels.md).

    A row group is up to 4,096 steps, known by the first of them: `first_step` of its axes and of its keys' rows. The
    statistics are of finite numbers, `first` and `last` of all numbers. Manifest and axes have the empty key.
    """

    pk = models.CompositePrimaryKey("run_id", "stream", "key", "level", "first_step")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    stream = models.SmallIntegerField(choices=Stream.choices)
    key = models.CharField(max_length=1024, blank=True)
    level = models.SmallIntegerField()  # a `Level`
    first_step = models.BigIntegerField()
    last_step = models.BigIntegerField()
    path = models.JSONField(null=True)  # of a nested key, whose names may hold dots themselves
    row_count = models.IntegerField(default=0)
    count = models.IntegerField(default=0)
    sum = models.FloatField(null=True)
    sum_squares = models.FloatField(null=True)
    min = models.FloatField(null=True)
    min_step = models.BigIntegerField(null=True)
    max = models.FloatField(null=True)
    max_step = models.BigIntegerField(null=True)
    first = models.FloatField(null=True)
    last = models.FloatField(null=True)
    payload = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["run", "stream", "first_step"], name="chunk_group")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.stream}:{self.key}:{self.level}:{self.first_step}"


class WriterMark(models.Model):
    """Where a writer of a shared run stands: writers number their lines alike, so the server gives numbers of its own.

    The row with an empty writer is the run's own counter.
    """

    pk = models.CompositePrimaryKey("run_id", "stream", "writer")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    stream = models.SmallIntegerField(choices=Stream.choices)
    writer = models.CharField(max_length=64, blank=True)
    next = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.run_id}:{self.stream}:{self.writer}"


class HistoryKey(models.Model):
    """The catalogue: one row per (run, stream, key). Nested keys are joined by dots. Feeds pickers, tables, filters.

    The stream tells a user's key from a system metric of the same name. `step` means row number for system metrics.
    """

    pk = models.CompositePrimaryKey("run_id", "stream", "key")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    key = models.CharField(max_length=1024)
    stream = models.SmallIntegerField(choices=Stream.choices, default=Stream.HISTORY)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    type_counts = models.JSONField(default=dict)  # number, string, boolean, or the `_type` of a media object
    count = models.BigIntegerField(default=0)  # finite numbers
    nonfinite_count = models.BigIntegerField(default=0)
    last = models.FloatField(null=True)  # of the highest step; null if not a finite number
    last_step = models.BigIntegerField(null=True)
    last_value = models.JSONField(null=True, encoder=Encoder, decoder=Decoder)
    min = models.FloatField(null=True)
    min_step = models.BigIntegerField(null=True)
    max = models.FloatField(null=True)
    max_step = models.BigIntegerField(null=True)
    monotonic = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["project", "key", "last"], name="catalogue_last"),
            models.Index(fields=["project", "key", "min"], name="catalogue_min"),
            models.Index(fields=["project", "key", "max"], name="catalogue_max"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.key}"


class HistoryFile(models.Model):
    """Some rows of a history as a Parquet file: those with first ≤ step < end. Once handed out it never says otherwise:
    clients keep files by their number. Where its rows change, all files of the run are withdrawn for good."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    number = models.IntegerField()
    first = models.BigIntegerField()
    end = models.BigIntegerField()
    seq = models.BigIntegerField()  # of the log when it was made
    key = models.CharField(max_length=32, blank=True)  # in the blob store; empty when dropped, until asked for again
    used_at = models.DateTimeField(db_index=True)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="history_file_number")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"


class RunValue(models.Model):
    """One leaf of a run's config or summary, flattened with dots, so that runs filter and sort by it with an index."""

    class Source(models.IntegerChoices):
        CONFIG = 1
        SUMMARY = 2

    pk = models.CompositePrimaryKey("run_id", "source", "key")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    source = models.SmallIntegerField(choices=Source.choices)
    key = models.CharField(max_length=1024)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    number = models.FloatField(null=True)  # numbers; booleans are texts "true", "false"
    text = models.CharField(max_length=512, null=True)  # null means "not a text"
    is_boolean = models.BooleanField(default=False)
    is_null = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["project", "source", "key", "number"], name="value_number"),
            models.Index(fields=["project", "source", "key", "text"], name="value_text"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.key}"


class RunFile(models.Model):
    """A file of a run. It is listed once its bytes are there; writing the same path again replaces it."""

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=1024)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    announced_key = models.CharField(max_length=128, blank=True)  # where the next bytes are expected
    announced_at = models.DateTimeField(null=True)
    content_type = models.CharField(max_length=128, blank=True)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "path"], name="run_file_path")]

    def __str__(self) -> str:
        return self.path

    @property
    def size_bytes(self) -> int:
        return (self.blob.size or 0) if self.blob else 0

    @property
    def md5(self) -> str | None:
        """In base64; None while unknown."""
        return (self.blob.md5 or None) if self.blob else None
