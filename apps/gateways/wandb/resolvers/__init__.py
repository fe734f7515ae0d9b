"""Resolvers, one module per noun. They translate between the client's words and ours, and hold no rule."""

from apps.gateways.wandb.resolvers import (
    absent,
    alerts,
    files,
    history,
    projects,
    run_writes,
    runs,
    session,
    teams,
    views,
)

BINDINGS = [
    *session.BINDINGS,
    *teams.BINDINGS,
    *projects.BINDINGS,
    *runs.BINDINGS,
    *run_writes.BINDINGS,
    *history.BINDINGS,
    *files.BINDINGS,
    *alerts.BINDINGS,
    *views.BINDINGS,
    *absent.BINDINGS,
]
