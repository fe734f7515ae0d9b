"""Without a mail server mails are printed and kept."""

import pytest
from django.core.mail import EmailMessage, get_connection

from apps.core import outbox
from apps.core.outbox import OutboxMail

pytestmark = pytest.mark.django_db


def send(*subjects):
    connection = get_connection("apps.core.outbox.OutboxBackend")
    to = ["Alice <alice@example.org>", "bob@example.org"]
    return connection.send_messages([EmailMessage(subject, "the text", to=to) for subject in subjects])


def test_a_mail_is_printed_and_kept(capsys):
    assert send("Welcome") == 1
    kept = OutboxMail.objects.get()
    assert (kept.recipients, kept.subject, kept.body) == ("alice@example.org, bob@example.org", "Welcome", "the text")
    printed = capsys.readouterr().err
    assert "Welcome" in printed
    assert "the text" in printed


def test_only_the_newest_are_kept(monkeypatch):
    monkeypatch.setattr(outbox, "KEPT", 2)
    send("first", "second", "third")
    assert list(OutboxMail.objects.values_list("subject", flat=True)) == ["third", "second"]
