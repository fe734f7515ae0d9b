"""Names and colours of what is drawn."""

from django.urls import reverse

from apps.panels.terms import Mark
from apps.runs.headlines import SLOTS
from apps.runs.models import Run

MOST_DASHES = 3


def mark_of_run(run: Run, *, label: str = "", colour: str | None = None) -> Mark:
    """Return the mark of a run: it keeps the slot it took when it was created, on every page and in every export."""
    address = {"entity": run.project.tenant.name, "project": run.project.name, "run": run.name}
    return Mark(
        id=f"run:{run.uid}",
        label=label or run.display_name,
        slot=(run.slot - 1) % SLOTS + 1,
        dash=min((run.slot - 1) // SLOTS + 1, MOST_DASHES),
        colour=colour,
        run=run.uid,
        address=reverse("runs:overview", kwargs=address),
        state=run.state,
    )
