"""What the API takes and shows of panels and workspaces."""

from typing import Any, ClassVar

from rest_framework import serializers

from apps.core.api import Input, Output
from apps.panels.queries import MOST_PANELS, MOST_POINTS
from apps.panels.run_sets import MOST_RUN_SETS
from apps.panels.scene import DEFAULT_POINTS

FORMS = [("frame", "columns in binary, docs/panels.md"), ("json", "JSON with every number in full")]


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
    colours = serializers.DictField(
        child=serializers.CharField(allow_blank=True), required=False, help_text="`customRunColors` of the view."
    )
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
