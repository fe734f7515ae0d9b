"""Rows that belong to no domain: the audit trail, and through their packages jobs and blobs."""

from django.db import models

from apps.core.blobs.models import Blob, Holding
from apps.core.jobs.models import Job
from apps.core.json import Decoder, Encoder
from apps.core.outbox import OutboxMail

__all__ = ["AuditEntry", "Blob", "Holding", "Job", "OutboxMail"]


class AuditEntry(models.Model):
    """One sentence of the audit trail. Never changed; kept when the actor or target is gone."""

    at = models.DateTimeField(auto_now_add=True)
    tenant_id = models.BigIntegerField(null=True)  # the entity concerned; core knows no entities
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    address = models.CharField(max_length=64, blank=True)
    client = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=64)
    target = models.CharField(max_length=500)
    details = models.JSONField(default=dict, encoder=Encoder, decoder=Decoder)

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "-id"], name="audit_tenant")]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb} {self.target}"
