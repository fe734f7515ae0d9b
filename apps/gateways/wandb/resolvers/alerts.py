"""Alerts that scripts send about their runs."""

from datetime import timedelta
from typing import Any

from ariadne import MutationType

from apps.accounts.permissions import Permission as P
from apps.alerts import actions
from apps.core.errors import InvalidInput
from apps.gateways.wandb.context import Info, signed_in
from apps.runs.access import get_run

LONGEST_WAIT = timedelta(days=365)

mutation = MutationType()


@mutation.field("notifyScriptableRunAlert")
def resolve_notify(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    principal = signed_in(info)
    run = get_run(principal, input["entityName"], input["projectName"], input["runName"], P.LOG_RUN)
    actions.send_alert(
        run,
        title=input["title"],
        text=input["text"],
        severity=(input.get("severity") or "INFO").lower(),
        wait=_wait(input.get("waitDuration")),
        actor=principal,
    )
    return {"success": True, "clientMutationId": input.get("clientMutationId")}


def _wait(milliseconds: float | None) -> timedelta:
    if milliseconds is None:
        return timedelta()
    if not 0 <= milliseconds <= LONGEST_WAIT.total_seconds() * 1000:
        raise InvalidInput("“waitDuration” is 0 milliseconds to a year.", code="bad_wait")
    return timedelta(milliseconds=milliseconds)


BINDINGS = [mutation]
