"""What follows from what happened to runs: browsers are told."""

from typing import Any

from apps.accounts.principal import Principal
from apps.core.events import after
from apps.core.live import notify, register_group
from apps.runs.access import may_watch_run
from apps.runs.events import (
    RunChanged,
    RunCreated,
    RunsDeleted,
    RunsMoved,
    RunsRestored,
    RunsTagged,
    RunStateChanged,
    RunTicked,
)

MOST_NAMED = 500  # more runs at once are not named: whoever watches fetches anew anyway
RunEvent = RunCreated | RunChanged | RunStateChanged | RunTicked


@after(RunCreated)
@after(RunChanged)
@after(RunStateChanged)
def tell_browsers(event: RunEvent) -> None:
    _notify(event, {})


@after(RunTicked)
def tell_of_growth(event: RunTicked) -> None:
    _notify(event, {"version": event.seq})


@after(RunsMoved)
def tell_both_projects(event: RunsMoved) -> None:
    for project_id in {event.source_id, event.target_id}:
        notify(f"project.{project_id}.runs", {"type": event.name, "ids": list(event.run_ids[:MOST_NAMED])})


@after(RunsDeleted)
@after(RunsRestored)
@after(RunsTagged)
def tell_of_many(event: RunsDeleted | RunsRestored | RunsTagged) -> None:
    kind = RunChanged.name if isinstance(event, RunsTagged) else event.name
    named = event.run_ids[:MOST_NAMED]
    notify(f"project.{event.project_id}.runs", {"type": kind, "ids": list(named)})
    for run_id in named:
        notify(f"run.{run_id}", {"type": kind, "ids": [run_id]})


def _notify(event: RunEvent, more: dict[str, Any]) -> None:
    payload = {"type": event.name, "ids": [event.run_id], **more}
    notify(f"run.{event.run_id}", payload)
    notify(f"project.{event.project_id}.runs", payload)


def _may_watch(principal: Principal, run_id: str) -> bool:
    return run_id.isdigit() and may_watch_run(principal, int(run_id))


register_group("run", _may_watch)
