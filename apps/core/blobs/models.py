"""Rows about blobs. Names, runs and artifacts point at a Blob; its bytes lie in the store under its key."""

from typing import ClassVar

from django.db import models

from apps.core.blobs.store import new_key


class Blob(models.Model):
    """One piece of content. Written when it is announced, completed when its bytes are known to be there."""

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    md5 = models.CharField(max_length=24, blank=True)  # base64; empty while unknown
    size = models.PositiveBigIntegerField(null=True)  # bytes; nothing while unknown
    verified = models.BooleanField(default=False)  # the store or a job has compared the bytes with `md5`
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label: ClassVar[str] = "core"

    def __str__(self) -> str:
        return self.key


class Holding(models.Model):
    """A tenant holds this content: where its duplicates are found. A move to another tenant adds a row, no byte."""

    tenant_id = models.BigIntegerField()  # the entity; core knows no entities
    md5 = models.CharField(max_length=24)  # base64
    size = models.PositiveBigIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="holdings")

    class Meta:
        app_label: ClassVar[str] = "core"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "md5", "size", "blob"], name="holding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.md5} {self.size}"
