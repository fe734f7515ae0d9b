"""Mail without a mail server: printed, and kept for the operators' outbox page."""

import sys
from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models

KEPT = 1_000


class OutboxMail(models.Model):
    """A mail that was not sent because no mail server is configured."""

    created_at = models.DateTimeField(auto_now_add=True)
    recipients = models.TextField()
    subject = models.CharField(max_length=500)
    body = models.TextField()

    class Meta:
        app_label = "core"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipients}"


class OutboxBackend(BaseEmailBackend):
    """Django's mail backend when EMAIL_URL is empty."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            mail = OutboxMail.objects.create(
                recipients=", ".join(parseaddr(address)[1] for address in message.recipients()),
                subject=message.subject[:500],
                body=str(message.body),
            )
            sys.stderr.write(f"\n--- mail to {mail.recipients}: {mail.subject}\n{mail.body}\n---\n")
        newest = OutboxMail.objects.order_by("-id").values_list("id", flat=True)[KEPT : KEPT + 1]
        OutboxMail.objects.filter(id__lte=max(newest, default=0)).delete()
        return len(email_messages)
