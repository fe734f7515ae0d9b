"""What the API takes and shows of panels and workspaces."""

from typing import Any, ClassVar

from rest_framework import serializers

from apps.core.api import Input, Output
from apps.panels.models import ExportForm
from apps.panels.queries import MOST_PANELS, MOST_POINTS
from apps.panels.queries.run_list import MOST_ROWS
from apps.panels.run_sets import MOST_RUN_SETS
from apps.panels.scene import DEFAULT_POINTS

FORMS = [("frame", "columns in binary, docs/panels.md"), ("json", "JSON with every number in full")]


def _colours() -> serializers.DictField:
    """A person's own colours, as workspaces keep them: a text, or an object whose `color` is one."""
    return serializers.DictField(
        child=serializers.JSONField(), required=False, help_text="`customRunColors` of the view."
    )


class PanelDataInput(Input):
    """Panels to draw over run sets."""

    example: ClassVar[Any] = {
        "panels": [{"viewType": "Run History Line Plot", "config": {"metrics": ["val/loss"]}}],
        "run_sets": [{"id": "1", "selections": {"root": 1, "bounds": [], "tree": []}}],
        "points": 300,
        "form": "json",
    }

    panels = serializers.ListField(
        child=serializers.JSONField(), max_length=MOST_PANELS, help_text="Panels as workspaces and reports store them."
    )
    run_sets = serializers.ListField(
        child=serializers.JSONField(),
        max_length=MOST_RUN_SETS,
        required=False,
        help_text="Run sets; all runs of the project, newest first, where none is given.",
    )
    settings = serializers.DictField(
        required=False, help_text="Settings around the panels: `xAxis`, `smoothingWeight`, `maxRuns` …"
    )
    colours = _colours()
    points = serializers.IntegerField(
        default=DEFAULT_POINTS, min_value=2, max_value=MOST_POINTS, help_text="About how many buckets a line has."
    )
    low = serializers.FloatField(required=False, allow_null=True, help_text="From where on the x axis is looked at.")
    high = serializers.FloatField(required=False, allow_null=True, help_text="Up to where.")
    form = serializers.ChoiceField(FORMS, default="frame", help_text="How the answer is written.")


class PanelDataOutput(Output):
    """Resolved panels, in the order asked."""

    example: ClassVar[Any] = {
        "panels": [
            {
                "kind": "line",
                "title": "val/loss",
                "treatment": [],
                "marks": [{"id": "run:6603928175544", "label": "brisk-heron-148", "slot": 4, "dash": 1}],
                "body": {"lines": [{"mark": 0, "key": "val/loss", "x": [0, 1], "y": [0.9, 0.7]}]},
                "notes": [],
                "run_count": 148,
                "drawn_count": 10,
            }
        ]
    }

    panels = serializers.ListField(child=serializers.DictField())


class RunListInput(Input):
    """A part of the runs of a run set."""

    example: ClassVar[Any] = {"run_set": {"id": "runs"}, "key": "val/acc1", "fact": "max", "offset": 0, "limit": 100}

    run_set = serializers.JSONField(
        required=False,
        help_text="As workspaces store it: filters, search, order, grouping. All runs where none is given.",
    )
    key = serializers.CharField(required=False, allow_blank=True, help_text="The metric whose value stands beside.")
    fact = serializers.ChoiceField(["last", "min", "max", "best"], default="last", help_text="Which of its values.")
    within = serializers.ListField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        allow_null=True,
        help_text="The values of a group whose runs are wanted; without it groups, where the set groups.",
    )
    colours = _colours()
    offset = serializers.IntegerField(default=0, min_value=0, max_value=10**9)
    limit = serializers.IntegerField(default=100, min_value=1, max_value=MOST_ROWS)


class RunListOutput(Output):
    """Runs or groups in the order of the set, as panels mark them."""

    example: ClassVar[Any] = {
        "runs": [
            {
                "mark": {
                    "id": "run:6603928175544",
                    "label": "brisk-heron-148",
                    "slot": 4,
                    "dash": 1,
                    "state": "running",
                },
                "name": "k3x9q2ab",
                "value": 0.8194,
                "is_pinned": False,
            }
        ],
        "groups": [],
        "pinned": [],
        "total": 148,
        "run_count": 148,
        "all_count": 148,
    }

    runs = serializers.ListField(child=serializers.DictField())
    groups = serializers.ListField(child=serializers.DictField(), help_text="With `values`, `states`, `is_shown`.")
    pinned = serializers.ListField(child=serializers.DictField(), help_text="On the first page only.")
    total = serializers.IntegerField(help_text="How many rows the list has.")
    run_count = serializers.IntegerField(help_text="How many runs match.")
    all_count = serializers.IntegerField(help_text="How many runs the project has.")


class WorkspaceOutput(Output):
    """A saved view of a project, without its document."""

    example: ClassVar[Any] = {
        "uid": "7301928175544",
        "slug": "k3x9q2ab1zz",
        "name": "Temperature sweep",
        "owner": "lea",
        "is_personal": False,
        "version": 4,
        "updated_at": "2026-11-24T09:00:00Z",
        "may_edit": True,
    }

    uid = serializers.CharField(allow_null=True, help_text="null as long as nobody has saved it.")
    slug = serializers.CharField(help_text="The end of its address; `mine` for one's own.")
    name = serializers.CharField()
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    is_personal = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True, help_text="Send it back when saving.")
    updated_at = serializers.DateTimeField(allow_null=True)
    may_edit = serializers.BooleanField()


class WorkspaceDetailOutput(WorkspaceOutput):
    """A view with its document."""

    example: ClassVar[Any] = {**WorkspaceOutput.example, "spec": {"section": {"runSets": [], "settings": {}}}}

    spec = serializers.JSONField(help_text="docs/panels.md; automatic panels are filled in.")


class WorkspaceListOutput(Output):
    """The views of a project."""

    items = WorkspaceOutput(many=True)


class NewWorkspaceInput(Input):
    """A view to save for all who see the project."""

    example: ClassVar[Any] = {"name": "Temperature sweep", "spec": {"section": {}}}

    name = serializers.CharField(max_length=500)
    spec = serializers.JSONField()


class WorkspaceInput(Input):
    """What a view holds from now on."""

    example: ClassVar[Any] = {"spec": {"section": {}}, "version": 4}

    name = serializers.CharField(max_length=500, required=False)
    spec = serializers.JSONField(required=False)
    version = serializers.IntegerField(
        required=False, allow_null=True, help_text="The version this one began from; 409 if it is another by now."
    )


class PanelTargetOutput(Output):
    """A place that one may add panels to."""

    id = serializers.CharField(help_text="What to name it by; of views their slug, `mine` for one's own.")
    name = serializers.CharField()
    owner = serializers.CharField(help_text="Who made it; empty for one's own.")
    address = serializers.CharField(help_text="Its page.")


class PanelTargetGroupOutput(Output):
    """The targets of one kind."""

    kind = serializers.CharField()
    heading = serializers.CharField(help_text="What people call the kind.")
    note = serializers.CharField(help_text="What people must know of it; may be empty.")
    items = PanelTargetOutput(many=True)


class PanelTargetsOutput(Output):
    """Where panels of a project can be sent, kind by kind."""

    example: ClassVar[Any] = {
        "kinds": [
            {
                "kind": "view",
                "heading": "Views of this project",
                "note": "A view draws its panels with its own runs, not with those shown here.",
                "items": [
                    {
                        "id": "k3x9q2ab1zz",
                        "name": "Temperature sweep",
                        "owner": "lea",
                        "address": "/northlight/digits/workspace?nw=k3x9q2ab1zz",
                    }
                ],
            }
        ]
    }

    kinds = PanelTargetGroupOutput(many=True)


class PanelTargetInput(Input):
    """Which target."""

    kind = serializers.CharField(max_length=40, help_text="As `panel-targets` lists it: `view`.")
    id = serializers.CharField(max_length=200, help_text="As `panel-targets` lists it.")


class SendPanelInput(Input):
    """A panel to send, and where to."""

    example: ClassVar[Any] = {
        "view": "mine",
        "panel": "auto8c1f02ab77e0",
        "target": {"kind": "view", "id": "k3x9q2ab1zz"},
        "id": "nagf3fey20",
    }

    view = serializers.CharField(default="mine", max_length=40, help_text="Where it stands: slug of a view, or `mine`.")
    panel = serializers.CharField(max_length=100, help_text="Its id (`__id__`) there.")
    document = serializers.JSONField(
        required=False,
        allow_null=True,
        help_text="The view as it is on screen, where that is not what is stored; other panels may be left out.",
    )
    target = PanelTargetInput()
    id = serializers.CharField(
        max_length=100,
        help_text="Its id in the target, chosen by the sender: the same one again changes nothing.",
    )


class LandedOutput(Output):
    """Where a panel stands now."""

    example: ClassVar[Any] = {
        "name": "Temperature sweep",
        "address": "/northlight/digits/workspace?nw=k3x9q2ab1zz#panel=nagf3fey20",
        "version": 5,
        "is_new": True,
    }

    name = serializers.CharField(help_text="What its target is called.")
    address = serializers.CharField(help_text="Shows the panel there.")
    version = serializers.IntegerField(help_text="That of the target with it; to take it back.")
    is_new = serializers.BooleanField(help_text="False if it stood there already.")


class TakeBackInput(Input):
    """A panel that was sent, to take away again."""

    example: ClassVar[Any] = {"target": {"kind": "view", "id": "k3x9q2ab1zz"}, "id": "nagf3fey20", "version": 5}

    target = PanelTargetInput()
    id = serializers.CharField(max_length=100)
    version = serializers.IntegerField(help_text="As it was answered; 409 where somebody saved the target meanwhile.")


class PanelKeysInput(Input):
    """Which keys."""

    search = serializers.CharField(required=False, allow_blank=True, help_text="Words that a key must hold.")
    section = serializers.ChoiceField(
        ["history", "config"], default="history", help_text="Keys that are logged, or those of configs."
    )


class PanelKeyOutput(Output):
    """A key that runs of the project log."""

    key = serializers.CharField()
    types = serializers.ListField(child=serializers.CharField(), help_text="`number`, `string`, `image-file` …")
    run_count = serializers.IntegerField(allow_null=True, help_text="How many runs log it; null for keys of configs.")


class PanelKeysOutput(Output):
    """Keys to draw."""

    example: ClassVar[Any] = {"items": [{"key": "val/loss", "types": ["number"], "run_count": 148}], "total": 1}

    items = PanelKeyOutput(many=True)
    total = serializers.IntegerField(help_text="How many match, also those not listed.")


class ExportInput(Input):
    """A panel to take away."""

    example: ClassVar[Any] = {
        "panel": {"viewType": "Run History Line Plot", "config": {"metrics": ["val/loss"]}},
        "run_sets": [],
        "form": "svg",
        "width_mm": 130,
    }

    panel = serializers.JSONField(help_text="As workspaces and reports store it.")
    form = serializers.ChoiceField(ExportForm.choices)
    run_sets = serializers.ListField(child=serializers.JSONField(), max_length=MOST_RUN_SETS, required=False)
    settings = serializers.DictField(required=False)
    colours = _colours()
    low = serializers.FloatField(required=False, allow_null=True, help_text="From where on the x axis is looked at.")
    high = serializers.FloatField(required=False, allow_null=True, help_text="Up to where.")
    width_mm = serializers.FloatField(required=False, min_value=20, max_value=500, help_text="130 unless said.")
    height_mm = serializers.FloatField(required=False, min_value=20, max_value=500, help_text="As needed unless said.")


class ExportOutput(Output):
    """An export and how far it is."""

    example: ClassVar[Any] = {
        "uid": "7301928175544",
        "form": "svg",
        "state": "done",
        "filename": "val-loss.svg",
        "url": "https://carnet.example.org/blobs/…",
        "error": "",
    }

    uid = serializers.CharField()
    form = serializers.CharField()
    state = serializers.CharField(help_text="waiting, running, done or failed; ask again until it is one of the last.")
    filename = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Where the file is, for an hour.")
    error = serializers.CharField(help_text="Why it failed.")
