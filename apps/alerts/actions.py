"""Every write on alerts."""

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from apps.accounts.principal import Principal
from apps.alerts.events import AlertSent
from apps.alerts.models import Alert
from apps.core.errors import InvalidInput
from apps.core.events import publish
from apps.runs.models import Run

MAX_TITLE = 200
MAX_TEXT = 10_000


@transaction.atomic
def send_alert(
    run: Run,
    *,
    title: str,
    actor: Principal,
    text: str = "",
    severity: str = Alert.Severity.INFO,
    wait: timedelta = timedelta(),
) -> Alert | None:
    """Keep an alert. Returns None where one with the same title came from this run less than `wait` ago."""
    title = _clean(title).strip()[:MAX_TITLE]
    if not title:
        raise InvalidInput("An alert needs a title.", fields={"title": "Say in a few words what happened."})
    if severity not in Alert.Severity.values:
        raise InvalidInput(f"Severity is one of {', '.join(Alert.Severity.values)}.", fields={"severity": "Unknown."})
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)  # two at once: the second sees the first
    moment = now()
    if wait and Alert.objects.filter(run=run, title=title, created_at__gt=moment - wait).exists():
        return None
    alert = Alert.objects.create(
        tenant_id=run.tenant_id, run=run, title=title, text=_clean(text)[:MAX_TEXT], severity=severity
    )
    publish(AlertSent(alert.pk, run.pk, run.project_id))
    return alert


def _clean(text: str) -> str:
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")
