"""What the API shows of alerts."""

from rest_framework import serializers

from apps.alerts.models import Alert
from apps.core.api import Output


class AlertOutput(Output):
    """One message from a script about its run."""

    example = {
        "uid": "1937462058814",
        "title": "Loss is not a number",
        "text": "Step 412: train/loss is NaN",
        "severity": "error",
        "created_at": "2026-11-20T09:31:40Z",
        "entity": "northlight",
        "project": "digits",
        "run": "k3x9q2ab",
        "run_display_name": "brisk-heron-148",
    }

    uid = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    severity = serializers.ChoiceField(Alert.Severity.choices)
    created_at = serializers.DateTimeField()
    entity = serializers.CharField()
    project = serializers.CharField()
    run = serializers.CharField()
    run_display_name = serializers.CharField()
