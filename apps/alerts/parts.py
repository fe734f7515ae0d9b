"""What alerts add to pages of lower apps."""

from apps.accounts.principal import Principal
from apps.alerts.queries import alert_page
from apps.core.tabs import Part, add_part
from apps.runs.models import Run

SHOWN = 20


def alerts_of_run(run: Run, principal: Principal) -> Part | None:
    """The alerts that a run's script sent, on the run's overview."""
    page = alert_page(principal, run, limit=SHOWN)
    return (
        Part("alerts/_run.html", {"alerts": page.items, "has_more": page.next_cursor is not None})
        if page.items
        else None
    )


add_part("runs.overview", alerts_of_run)
