"""Alerts as lists and the API show them."""

from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import Entity
from apps.accounts.principal import Principal
from apps.alerts.models import Alert
from apps.core.pages import Page, page_of
from apps.runs.models import Run


@dataclass(frozen=True)
class AlertRow:
    """One alert with the address of its run."""

    uid: str
    title: str
    text: str
    severity: str
    created_at: datetime
    entity: str
    project: str
    run: str
    run_display_name: str


def alert_page(
    principal: Principal,
    run: Run | None = None,
    *,
    entity: Entity | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[AlertRow]:
    """Return the alerts of a run whose door has been passed, else of every run one may see; the newest first."""
    runs = Run.objects.visible_to(principal) if run is None else Run.objects.filter(pk=run.pk)
    if entity is not None:
        runs = runs.filter(tenant=entity)
    rows = Alert.objects.filter(run__in=runs).select_related("run__project__tenant").order_by("-created_at", "-pk")
    return page_of(rows, cursor=cursor, limit=limit).each(_row)


def _row(alert: Alert) -> AlertRow:
    run = alert.run
    return AlertRow(
        uid=alert.uid,
        title=alert.title,
        text=alert.text,
        severity=alert.severity,
        created_at=alert.created_at,
        entity=run.project.tenant.name,
        project=run.project.name,
        run=run.name,
        run_display_name=run.display_name,
    )
