"""What the API takes and shows where many runs are meant at once."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from rest_framework import serializers

from apps.core.api import Input, Output, Parsed
from apps.projects.models import Project
from apps.projects.queries import ProjectCard
from apps.runs.actions import Moved, MovePlan, OnConflict
from apps.runs.queries.moves import MoveProgress
from apps.runs.queries.selections import MAX_UIDS, RunSelection


class UidField(serializers.CharField):
    """The id of a run that does not depend on where it lives."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=13, **options)


class SelectionInput(Input):
    """Runs named by `uids`; or all that meet `filters` and `search`, but for those in `except`."""

    uids = serializers.ListField(child=UidField(), required=False, allow_null=True, min_length=1, max_length=MAX_UIDS)
    filters = serializers.JSONField(
        required=False,
        allow_null=True,
        help_text="An object in the language of the wandb client, or its JSON text; `{}` means all runs.",
    )
    search = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Words, each of them in a name, tag, group …"
    )

    def get_fields(self) -> dict[str, Any]:
        """`except` is no name that Python lets a class have."""
        without = serializers.ListField(child=UidField(), required=False, max_length=MAX_UIDS)
        return super().get_fields() | {"except": without}

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        narrowed = attrs.get("filters") is not None or bool(attrs.get("search"))
        if (attrs.get("uids") is None) != narrowed:
            sentence = "Name runs by `uids`, or choose them by `filters` and `search`: one of the two."
            raise serializers.ValidationError({"uids": [sentence]})
        if attrs.get("filters") is not None and not isinstance(attrs["filters"], str | dict):
            raise serializers.ValidationError({"filters": ["A filter is an object, or its JSON text."]})
        return attrs

    @classmethod
    def selection(cls, given: Parsed, project: Project) -> RunSelection:
        """Return the runs that are meant, of a project whose door has been passed."""
        uids = given.uids
        return RunSelection(
            project=project,
            uids=None if uids is None else tuple(uids),
            filters=given.filters,
            words=given.search or "",
            without=tuple(given.given.get("except") or ()),
        )


class MoveInput(SelectionInput):
    """Which runs go where, and what becomes of those whose id is taken there."""

    example: ClassVar[Any] = {"filters": {"group": "baseline"}, "target": "northlight/digits", "dry_run": True}

    target = serializers.CharField(help_text="A project one may log to and edit runs of: `northlight/digits`.")
    conflicts = serializers.ChoiceField(
        [(choice.value, choice.value) for choice in OnConflict],
        required=False,
        help_text="Runs whose id is taken in the target: `keep` leaves them in place, `rename` gives them a new id. "
        "Without it a move with such runs is refused.",
    )
    dry_run = serializers.BooleanField(default=False, help_text="Say what would happen, and change nothing.")


class MoveOutput(Output):
    """What a move would do (`planned`), or how it goes: `waiting` and `running` as a job, `done`, or `refused`."""

    example: ClassVar[Any] = {
        "state": "planned",
        "job": None,
        "plan": {
            "run_count": 1284,
            "metric_count": 42,
            "file_count": 3410,
            "file_bytes": 12_400_000_000,
            "running_count": 2,
            "held_count": 0,
            "conflict_count": 1,
            "conflicts": [
                {"uid": "6603928175544", "name": "seed-1", "display_name": "brisk-heron-1", "free_name": "seed-1-2"}
            ],
            "gaining_count": 3,
            "losing_count": 0,
            "becomes_public": False,
            "was_public": False,
            "changes_team": True,
        },
        "moved": None,
        "refusal": "",
    }

    state = serializers.CharField()
    job = serializers.IntegerField(allow_null=True, help_text="Ask `runs.move/{job}` how it goes.")
    plan = serializers.DictField(allow_null=True)
    moved = serializers.DictField(
        allow_null=True, help_text="`moved_count`, `renamed_count`, `kept_count` (id taken), `held_count` (running)."
    )
    refusal = serializers.CharField(help_text="Why a job moved nothing.")


def planned(plan: MovePlan) -> dict[str, Any]:
    told = asdict(plan)
    return _move("planned", plan=told | told.pop("stored") | told.pop("sight"))


def done(moved: Moved) -> dict[str, Any]:
    return _move("done", moved=asdict(moved))


def going(progress: MoveProgress) -> dict[str, Any]:
    return _move(progress.state, job=progress.job, moved=progress.moved, refusal=progress.refusal)


def _move(state: str, **more: Any) -> dict[str, Any]:
    return {"state": state, "job": None, "plan": None, "moved": None, "refusal": ""} | more


class TargetsInput(Input):
    """Which projects."""

    search = serializers.CharField(required=False, help_text="Words, each in the name of the owner or the project.")


class TargetOutput(Output):
    """A project that runs can be moved to."""

    example: ClassVar[Any] = {"entity": "northlight", "project": "digits", "visibility": "team"}

    entity = serializers.CharField()
    project = serializers.CharField()
    visibility = serializers.CharField()


class TargetsOutput(Output):
    """Projects one may bring runs to, and where one may make a new one."""

    example: ClassVar[Any] = {"items": [TargetOutput.example], "homes": ["bob", "northlight"]}

    items = TargetOutput(many=True)
    homes = serializers.ListField(child=serializers.CharField())


def targets(found: list[ProjectCard], homes: list[str], source: Project) -> dict[str, Any]:
    items = [
        {"entity": card.entity, "project": card.name, "visibility": card.visibility}
        for card in found
        if card.pk != source.pk
    ]
    return {"items": items, "homes": homes}


class DeleteInput(SelectionInput):
    """Which runs go to the trash."""

    example: ClassVar[Any] = {"uids": ["6603928175544"]}

    dry_run = serializers.BooleanField(default=False, help_text="Say what would go, and change nothing.")


class StoredOutput(Output):
    """What hangs on the chosen runs, and the batch in the trash they are restored by."""

    example: ClassVar[Any] = {
        "run_count": 3,
        "metric_count": 42,
        "file_count": 18,
        "file_bytes": 1_200_000_000,
        "batch": "1750983346021",
    }

    run_count = serializers.IntegerField()
    metric_count = serializers.IntegerField(help_text="Different keys.")
    file_count = serializers.IntegerField()
    file_bytes = serializers.IntegerField()
    batch = serializers.CharField(allow_null=True, help_text="Null in a dry run, and where nothing was left to delete.")


class RestoreInput(Input):
    """What was deleted together."""

    example: ClassVar[Any] = {"batch": "1750983346021"}

    batch = serializers.CharField(max_length=13)


class CountOutput(Output):
    """How many runs changed."""

    example: ClassVar[Any] = {"run_count": 3}

    run_count = serializers.IntegerField()


class TrashOutput(Output):
    """Runs that were deleted together."""

    example: ClassVar[Any] = {
        "uid": "1750983346021",
        "deleted_at": "2026-11-20T09:14:03Z",
        "erased_at": "2026-12-20T09:14:03Z",
        "deleted_by": "bob",
        "run_count": 3,
        "stored_bytes": 1_204_000_000,
        "names": ["brisk-heron-1", "calm-otter-2", "dry-finch-3"],
    }

    uid = serializers.CharField(help_text="The batch, for `runs.restore`.")
    deleted_at = serializers.DateTimeField()
    erased_at = serializers.DateTimeField(help_text="When its bytes are given back, unless it is restored before.")
    deleted_by = serializers.CharField(source="deleted_by.username", default=None, allow_null=True)
    run_count = serializers.IntegerField()
    stored_bytes = serializers.IntegerField(help_text="Of files and history.")
    names = serializers.ListField(child=serializers.CharField(), help_text="Display names of the first runs.")


class TagsInput(SelectionInput):
    """Which runs get and lose which tags."""

    example: ClassVar[Any] = {"filters": {"group": "baseline"}, "add": ["paper"], "remove": ["draft"]}

    add = serializers.ListField(child=serializers.CharField(max_length=64), default=list, max_length=100)
    remove = serializers.ListField(child=serializers.CharField(max_length=64), default=list, max_length=100)


class TagsOutput(Output):
    """How many runs changed, and how to take it back."""

    example: ClassVar[Any] = {"run_count": 1284, "undo": "4400123456789"}

    run_count = serializers.IntegerField()
    undo = serializers.CharField(
        allow_null=True, help_text="For `runs.tags.undo`; one's last change in a project can be taken back."
    )


class UndoInput(Input):
    """One's last change of tags."""

    example: ClassVar[Any] = {"undo": "4400123456789"}

    undo = serializers.CharField(max_length=13)
