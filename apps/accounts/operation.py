"""What the pages of those who run the server read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from apps.accounts.models import ApiToken, User
from apps.core.outbox import OutboxMail
from apps.core.pages import Page, page_of


@dataclass(frozen=True)
class PersonRow:
    """An account, as far as running the server concerns it. What the person does is not told."""

    uid: str
    username: str
    name: str
    email: str
    created_at: datetime
    last_seen_at: datetime | None
    is_active: bool
    is_operator: bool
    has_way_in: bool  # signed in before, or has a password or a key


@dataclass(frozen=True)
class MailRow:
    """A mail that waits to be handed over, since no mail server is set up."""

    at: datetime
    recipients: str
    subject: str
    body: str


def person_page(*, search: str = "", cursor: str | None = None, limit: int = 100) -> Page[PersonRow]:
    """Return the people of this server, those who were there last first. `search` is part of a name or address."""
    rows = User.objects.people().annotate(has_key=Exists(ApiToken.objects.filter(user=OuterRef("pk"))))
    if search:
        rows = rows.filter(Q(username__icontains=search) | Q(name__icontains=search) | Q(email__icontains=search))
    ordered = rows.order_by(F("last_login").desc(nulls_first=True), "-pk")
    return page_of(ordered, cursor=cursor, limit=limit).each(_person_row)


def mail_page(*, cursor: str | None = None, limit: int = 50) -> Page[MailRow]:
    """Return the mails of the outbox, newest first."""
    return page_of(OutboxMail.objects.order_by("-id"), cursor=cursor, limit=limit).each(_mail_row)


def _person_row(user: Any) -> PersonRow:
    return PersonRow(
        uid=user.uid,
        username=user.username,
        name=user.shown_name,
        email=user.email,
        created_at=user.date_joined,
        last_seen_at=user.last_login,
        is_active=user.is_active,
        is_operator=user.is_superuser,
        has_way_in=bool(user.last_login) or user.has_usable_password() or user.has_key,
    )


def _mail_row(mail: OutboxMail) -> MailRow:
    return MailRow(mail.created_at, mail.recipients, mail.subject, mail.body)
