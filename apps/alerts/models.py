"""Alerts that scripts send."""

from django.db import models

from apps.accounts.models import Entity
from apps.core.ids import new_uid
from apps.runs.models import Run


class Alert(models.Model):
    """One message from a script about its run."""

    class Severity(models.TextChoices):
        INFO = "info"
        WARN = "warn"
        ERROR = "error"

    uid = models.CharField(max_length=13, unique=True, default=new_uid, editable=False)
    tenant = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="alerts")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    severity = models.CharField(max_length=5, choices=Severity.choices, default=Severity.INFO)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["run", "title", "-created_at"], name="alert_repeat")]

    def __str__(self) -> str:
        return self.title
