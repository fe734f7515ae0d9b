"""Names and colours of what is drawn."""

from functools import lru_cache
from urllib.parse import quote

from django.urls import reverse

from apps.core import json
from apps.panels.groups import Group
from apps.panels.terms import Mark
from apps.projects.models import Project
from apps.runs.headlines import SLOTS
from apps.runs.models import ACTIVE, Run, RunState

MOST_DASHES = 3
_NAME = "0"  # stands for a run's name in an address, and is the least a name can be


def mark_of_run(run: Run, *, colour: str | None = None) -> Mark:
    """Return the mark of a run: it keeps the slot it took when it was created, on every page and in every export."""
    slot, dash = slot_of(run)
    return Mark(
        id=f"run:{run.uid}",
        label=run.display_name,
        slot=slot,
        dash=dash,
        colour=colour,
        run=run.uid,
        address=address_of_run(run),
        state=run.state,
    )


def mark_of_group(group: Group, *, colour: str | None = None) -> Mark:
    """Return the mark of a group: it takes the slot of its oldest run, and goes on while one of its runs does."""
    slot, dash = slot_of(min(group.runs, key=lambda run: (run.created_at, run.pk)))
    return Mark(
        id=f"group:{group.run_set}:{json.dumps_text(list(group.texts))}",
        label=group.label,
        slot=slot,
        dash=dash,
        colour=colour,
        state=RunState.RUNNING if any(run.state in ACTIVE for run in group.runs) else None,
        run_count=len(group.runs),
        values={key.text: value for key, value in zip(group.keys, group.values, strict=True)},
    )


def slot_of(run: Run) -> tuple[int, int]:
    """Return (colour slot, dash): after twelve runs the same colours return dashed."""
    return (run.slot - 1) % SLOTS + 1, min((run.slot - 1) // SLOTS + 1, MOST_DASHES)


def address_of_run(run: Run) -> str:
    """The address of a run's page. Resolved once a project, since resolving costs more than all else of a mark."""
    before, after = _around(run.project)
    return f"{before}{quote(run.name)}{after}"


@lru_cache(maxsize=1_000)
def _around_name(entity: str, project: str) -> tuple[str, str]:
    address = reverse("runs:overview", kwargs={"entity": entity, "project": project, "run": _NAME})
    before, _, after = address.rpartition(f"/{_NAME}")
    return f"{before}/", after


def _around(project: Project) -> tuple[str, str]:
    return _around_name(project.tenant.name, project.name)
