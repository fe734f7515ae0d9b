"""What the API takes and shows of runs, their history, console and files."""

from typing import Any, ClassVar

from rest_framework import serializers

from apps.core.api import Input, Output, PageInput
from apps.core.frames import MEDIA_TYPES
from apps.runs.intake import MAX_NUMBER
from apps.runs.models import RunState, Stream

FORMS = ("json", *MEDIA_TYPES)

NEW_STATES = [("running", "running"), ("pending", "pending")]
STREAMS = [("history", "history"), ("system", "system metrics")]


def words(text: str | None) -> list[str]:
    """Return the parts of a comma-separated text. A comma or backslash inside a part is written with a backslash."""
    parts, escaped = [""], False
    for letter in text or "":
        if letter == "," and not escaped:
            parts.append("")
        elif letter == "\\" and not escaped:
            escaped = True
            continue
        else:
            parts[-1] += letter
        escaped = False
    return [part for part in parts if part]


class RunListInput(PageInput):
    """Which runs, in which order, with which values."""

    filters = serializers.CharField(
        required=False,
        help_text='JSON in the language of the wandb client: `{"config.lr": {"$gt": 0.01}, "tags": "best"}`.',
    )
    order = serializers.CharField(
        required=False, help_text="`-created_at` unless said; `+summary_metrics.loss`, `config.lr`."
    )
    state = serializers.CharField(required=False, help_text="One state or several: `running,pending`.")
    keys = serializers.CharField(
        required=False, help_text="Values to show under `values`: `loss,config.lr`. A comma in a key is written `\\,`."
    )


class AllRunsInput(RunListInput):
    """The same over all projects."""

    project = serializers.CharField(required=False, help_text="Only those of one project: `northlight/digits`.")


class RunOutput(Output):
    """A run in a list."""

    example: ClassVar[Any] = {
        "uid": "6603928175544",
        "name": "k3x9q2ab",
        "display_name": "brisk-heron-148",
        "state": "running",
        "slot": 4,
        "entity": "northlight",
        "project": "digits",
        "owner": "bob",
        "service": None,
        "group": "baseline",
        "job_type": "train",
        "tags": ["best"],
        "created_at": "2026-11-20T09:14:03Z",
        "started_at": "2026-11-20T09:14:03Z",
        "finished_at": None,
        "heartbeat_at": "2026-11-20T10:02:55Z",
        "duration_seconds": 2932.4,
        "last_step": 4180,
        "stop_requested": False,
        "values": {"loss": 0.0412, "config.lr": 0.001},
    }

    uid = serializers.CharField(help_text="Stays the same wherever the run lives.")
    name = serializers.CharField(help_text="The run id its client chose; part of the address.")
    display_name = serializers.CharField()
    state = serializers.ChoiceField(RunState.choices)
    slot = serializers.IntegerField(help_text="Number of its colour in the project.")
    entity = serializers.CharField()
    project = serializers.CharField()
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    service = serializers.CharField(
        source="service.name", default=None, allow_null=True, help_text="The service account that logged for the owner."
    )
    group = serializers.CharField()
    job_type = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    heartbeat_at = serializers.DateTimeField(allow_null=True)
    duration_seconds = serializers.FloatField(allow_null=True)
    last_step = serializers.IntegerField(allow_null=True)
    stop_requested = serializers.BooleanField()
    values = serializers.DictField(help_text="What `keys` asked for; what the run lacks is left out.")


class RunFactsOutput(Output):
    """What is known of a run beside what lists show."""

    notes = serializers.CharField()
    description = serializers.CharField()
    sweep_name = serializers.CharField()
    host = serializers.CharField()
    program = serializers.CharField()
    command = serializers.CharField()
    python = serializers.CharField()
    os = serializers.CharField()
    repo = serializers.CharField()
    commit = serializers.CharField()
    exit_code = serializers.IntegerField(allow_null=True)
    updated_at = serializers.DateTimeField()
    row_count = serializers.IntegerField(help_text="Rows of history.")
    line_count = serializers.IntegerField(help_text="Lines of the console.")
    warning_count = serializers.IntegerField()
    error_count = serializers.IntegerField()
    file_count = serializers.IntegerField()


class RunDetailOutput(RunOutput, RunFactsOutput):
    """A run with everything that is a fact about it."""

    example: ClassVar[Any] = {key: value for key, value in RunOutput.example.items() if key != "values"} | {
        "notes": "",
        "description": "",
        "sweep_name": "",
        "host": "gpu-a07",
        "program": "train.py",
        "command": "python train.py --lr 0.001",
        "python": "CPython 3.11.9",
        "os": "Linux-6.8.0-x86_64-with-glibc2.39",
        "repo": "https://git.example.org/northlight/digits",
        "commit": "9f3c1ae4",
        "exit_code": None,
        "updated_at": "2026-11-20T10:02:55Z",
        "row_count": 4181,
        "line_count": 912,
        "warning_count": 0,
        "error_count": 0,
        "file_count": 7,
    }

    values = None  # type: ignore[assignment]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Show a RunCard flat: the facts of its row beside its own."""
        told = RunOutput(instance.row).data | RunFactsOutput(instance).data
        return {name: value for name, value in told.items() if name != "values"}


class RunChangeInput(Input):
    """What to change. What is left out stays as it is."""

    example: ClassVar[Any] = {"display_name": "baseline, seed 2", "tags": ["best"]}

    display_name = serializers.CharField(required=False, max_length=256)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=100_000)
    description = serializers.CharField(required=False, allow_blank=True, max_length=100_000)
    tags = serializers.ListField(child=serializers.CharField(max_length=64), required=False, max_length=100)
    group = serializers.CharField(required=False, allow_blank=True, max_length=256)
    job_type = serializers.CharField(required=False, allow_blank=True, max_length=256)


class RunInput(RunChangeInput):
    """A run to be made. With the `name` of one that is there, that one is changed instead."""

    example: ClassVar[Any] = {"name": "k3x9q2ab", "display_name": "baseline", "config": {"lr": 0.001}}

    name = serializers.CharField(
        required=False, trim_whitespace=False, help_text="The run id: unique in its project, also among deleted runs."
    )
    state = serializers.ChoiceField(NEW_STATES, required=False)
    config = serializers.DictField(required=False)


class RunStateInput(Input):
    """Another state: `pending` queues a run that failed, `failed` gives up one that is pending."""

    example = {"state": "pending"}

    state = serializers.ChoiceField(RunState.choices)


class ActivityOutput(Output):
    """How busy a project is."""

    example = {
        "run_count": 148,
        "active_count": 2,
        "last_run_at": "2026-11-20T09:14:03Z",
        "runs_per_day": [0, 3, 12, 5],
    }

    run_count = serializers.IntegerField()
    active_count = serializers.IntegerField()
    last_run_at = serializers.DateTimeField(allow_null=True)
    runs_per_day = serializers.ListField(child=serializers.IntegerField(), help_text="Thirty days, today (UTC) last.")


class KeyOutput(Output):
    """One key of a run's history or system metrics."""

    example = {
        "key": "val/loss",
        "stream": "history",
        "types": {"number": 4181},
        "count": 4181,
        "nonfinite_count": 0,
        "last": 0.0412,
        "last_step": 4180,
        "min": 0.0398,
        "min_step": 4021,
        "max": 2.31,
        "max_step": 0,
    }

    key = serializers.CharField()
    stream = serializers.SerializerMethodField()
    types = serializers.DictField(
        source="type_counts", child=serializers.IntegerField(), help_text="How often it was a number, a text, …"
    )
    count = serializers.IntegerField(help_text="Finite numbers.")
    nonfinite_count = serializers.IntegerField()
    last = serializers.JSONField(source="last_value", allow_null=True, help_text="Of the highest step.")
    last_step = serializers.IntegerField(allow_null=True)
    min = serializers.FloatField(allow_null=True)
    min_step = serializers.IntegerField(allow_null=True)
    max = serializers.FloatField(allow_null=True)
    max_step = serializers.IntegerField(allow_null=True)

    def get_stream(self, fact: Any) -> str:
        return "history" if fact.stream == Stream.HISTORY else "system"


class KeysOutput(Output):
    """The catalogue of a run."""

    example = {"items": [KeyOutput.example]}

    items = KeyOutput(many=True)


class KeysInput(Input):
    """Which keys."""

    stream = serializers.ChoiceField(STREAMS, required=False)


class StepsInput(Input):
    """Which keys and steps."""

    keys = serializers.CharField(
        required=False, help_text="`loss,acc`. A comma in a key is written `\\,`. All keys unless said, where possible."
    )
    min_step = serializers.IntegerField(required=False, min_value=0, max_value=MAX_NUMBER, help_text="The first step.")
    max_step = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_NUMBER, help_text="The last step, itself included."
    )


class FileHistoryInput(StepsInput):
    """Which keys and steps of a run. With `keys`, rows that have none of them are left out."""

    stream = serializers.ChoiceField(STREAMS, default="history")


class HistoryInput(FileHistoryInput):
    """Columns to draw (`keys`), whole rows by the page (`format=rows`), or every row of the columns as a file."""

    format = serializers.ChoiceField([(form, form) for form in ("columns", "rows", *FORMS)], default="columns")
    points = serializers.IntegerField(
        default=1500, min_value=2, max_value=10_000, help_text="Buckets per key; each keeps its minimum and maximum."
    )
    limit = serializers.IntegerField(default=1000, min_value=1, max_value=10_000, help_text="Rows at most.")


class ProjectFileInput(StepsInput):
    """Which keys of which runs: 10,000 runs and 200 keys at most."""

    filters = serializers.CharField(
        required=False, help_text='JSON in the language of the wandb client: `{"config.lr": {"$gt": 0.01}}`.'
    )
    order = serializers.CharField(required=False, help_text="`-created_at` unless said.")


class ProjectHistoryInput(ProjectFileInput):
    """The same in a form."""

    format = serializers.ChoiceField([(form, form) for form in FORMS], default="json")


class SeriesOutput(Output):
    """One drawn key: `x` are steps, `y` means of buckets; NaN and infinities are the strings "NaN", "Infinity"."""

    key = serializers.CharField()
    x = serializers.ListField(child=serializers.FloatField())
    y = serializers.ListField(child=serializers.JSONField())
    min = serializers.ListField(child=serializers.JSONField(), allow_null=True)
    max = serializers.ListField(child=serializers.JSONField(), allow_null=True)
    count = serializers.IntegerField(help_text="Points before bucketing.")
    last = serializers.JSONField(allow_null=True)


class HistoryOutput(Output):
    """Columns, or with `format=rows` a page of rows."""

    example = {
        "step_last": 4180,
        "updated_at": "2026-11-20T10:02:55Z",
        "state": "running",
        "series": [
            {
                "key": "loss",
                "x": [0, 1, 2],
                "y": [2.31, 1.9, 1.2],
                "min": [2.31, 1.9, 1.2],
                "max": [2.31, 1.9, 1.2],
                "count": 3,
                "last": 1.2,
            }
        ],
    }

    step_last = serializers.IntegerField(allow_null=True, required=False)
    updated_at = serializers.DateTimeField(allow_null=True, required=False)
    state = serializers.CharField(required=False)
    series = SeriesOutput(many=True, required=False)
    items = serializers.ListField(child=serializers.DictField(), required=False, help_text="Rows by step.")
    next = serializers.CharField(allow_null=True, required=False)
    row_count = serializers.IntegerField(required=False, help_text="With `format=json`.")
    columns = serializers.DictField(
        child=serializers.ListField(child=serializers.JSONField(allow_null=True)),
        required=False,
        help_text="With `format=json`: whole columns, null where a row lacks a key.",
    )


class RunColumnsOutput(Output):
    """The whole history of a run: a list of `row_count` values for each column."""

    run = serializers.CharField()
    display_name = serializers.CharField()
    row_count = serializers.IntegerField()
    columns = serializers.DictField(child=serializers.ListField(child=serializers.JSONField(allow_null=True)))


class ProjectHistoryOutput(Output):
    """Some keys of many runs. Null where a row lacks a key; NaN and infinities are strings."""

    example = {
        "runs": [
            {
                "run": "k3x9q2ab",
                "display_name": "brisk-heron-148",
                "row_count": 3,
                "columns": {"_step": [0, 1, 2], "loss": [2.31, None, 1.2]},
            }
        ]
    }

    runs = RunColumnsOutput(many=True)


class ConsoleInput(Input):
    """Which lines."""

    after = serializers.IntegerField(required=False, min_value=-1, help_text="Lines after this number.")
    limit = serializers.IntegerField(default=500, min_value=1, max_value=5000)
    level = serializers.CharField(required=False, help_text="Only lines of this level: `warning`, `error`.")
    q = serializers.CharField(required=False, trim_whitespace=False, help_text="Only lines with this in them.")


class LineOutput(Output):
    """One line of the console."""

    n = serializers.IntegerField(source="number", help_text="Lines count from 0.")
    t = serializers.DateTimeField(source="at", allow_null=True)
    level = serializers.CharField(help_text="`info`, `warning` or `error`.")
    label = serializers.CharField(help_text="Of one writer among several.")  # type: ignore[assignment]
    text = serializers.CharField(help_text="May hold colour codes of terminals.")


class ConsoleOutput(Output):
    """Some lines of the console, and how many there are."""

    example = {
        "total": 912,
        "lines": [{"n": 0, "t": "2026-11-20T09:14:05Z", "level": "info", "label": "", "text": "epoch 0"}],
        "first_error": None,
        "counts": {"error": 0, "warning": 0, "info": 912},
        "has_next": True,
    }

    total = serializers.IntegerField()
    lines = LineOutput(many=True)
    first_error = serializers.IntegerField(allow_null=True, help_text="Number of the first line that tells an error.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Of the whole console, by level.")
    has_next = serializers.BooleanField(help_text="Whether more lines follow the last one.")


class FileListInput(PageInput):
    """Which files."""

    pattern = serializers.CharField(required=False, help_text="A pattern as in SQL: `media/%.png`.")


class FileOutput(Output):
    """A file of a run."""

    example = {
        "path": "media/images/sample_0.png",
        "size_bytes": 20311,
        "md5": "9bvn2GDNmWB4RLmrBb4Ttw==",
        "content_type": "image/png",
        "updated_at": "2026-11-20T09:20:00Z",
    }

    path = serializers.CharField()
    size_bytes = serializers.IntegerField()
    md5 = serializers.CharField(help_text="In base64.", allow_null=True)
    content_type = serializers.CharField()
    updated_at = serializers.DateTimeField(allow_null=True)


class AnnounceInput(Input):
    """Paths whose bytes will be sent."""

    example = {"paths": ["model.pt", "media/images/sample_0.png"]}

    paths = serializers.ListField(
        child=serializers.CharField(trim_whitespace=False, max_length=1024), min_length=1, max_length=1000
    )


class UploadOutput(Output):
    """Where to PUT the bytes of one path within a day."""

    path = serializers.CharField()
    method = serializers.CharField()
    url = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField())


class UploadsOutput(Output):
    """One upload per path. When all are sent, say so at `files.complete`."""

    example = {
        "items": [
            {"path": "model.pt", "method": "PUT", "url": "https://carnet.example.org/blobs/…?sig=…", "headers": {}}
        ]
    }

    items = UploadOutput(many=True)


class CompletedOutput(Output):
    """How many files are new or replaced."""

    example = {"completed_count": 2}

    completed_count = serializers.IntegerField()


class TreeOutput(Output):
    """One folder: its files, and its folders in the same shape."""

    name = serializers.CharField(help_text="Empty for the run itself.")
    files = FileOutput(many=True)
    folders = serializers.ListField(child=serializers.DictField())
