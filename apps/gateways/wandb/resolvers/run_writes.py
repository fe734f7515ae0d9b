"""What the client writes about runs."""

from collections.abc import Callable
from typing import Any

from ariadne import MutationType
from django.db import transaction

from apps.accounts.permissions import Permission as P
from apps.core.errors import Forbidden, InvalidInput, NotFound
from apps.core.ids import parse_wire_id
from apps.core.names import check_run_id
from apps.gateways.wandb.context import Info, signed_in
from apps.gateways.wandb.places import entity_name_of, project_to_log_into, project_to_read
from apps.projects.actions import UNNAMED
from apps.projects.models import Project
from apps.runs import actions
from apps.runs.access import check_may_continue, find_moved_run, get_run_by_uid, place_of_run, run_in
from apps.runs.actions import RunFields
from apps.runs.models import Run
from apps.runs.values import parse_object, split_config

# Clients behind which a training stands. `Api` announces itself as "W&B Public Client" and revives no run.
LOGGING_CLIENTS = ("wandb-core", "W&B Internal Client")
# Input fields that are taken as they are, by the name we have for them.
PLAIN_FIELDS = {
    "displayName": "display_name",
    "description": "description",
    "notes": "notes",
    "tags": "tags",
    "groupName": "group",
    "jobType": "job_type",
    "host": "host",
    "jobProgram": "program",
    "jobRepo": "repo",
    "commit": "commit",
    "sweep": "sweep_name",
}

mutation = MutationType()


@mutation.field("upsertBucket")
def resolve_upsert_bucket(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """Make a run or change the one that is there; what is null stays as it is."""
    values = run_fields(input)
    if input.get("name"):
        check_run_id(input["name"])
    with transaction.atomic():
        run, inserted = _update(info, input, values) if input.get("id") else _upsert(info, input, values)
    return {"bucket": run, "inserted": inserted, "clientMutationId": input.get("clientMutationId")}


def _update(info: Info, given: dict[str, Any], values: RunFields) -> tuple[Run, bool]:
    principal = signed_in(info)
    logs = _is_logging(info)
    run = get_run_by_uid(principal, parse_wire_id(given["id"], "Run"), P.LOG_RUN if logs else P.EDIT_RUN)
    check_may_continue(principal, run)
    if not logs:
        return actions.update_run(run, values, actor=principal), False
    return actions.create_or_update_run(run.project, run.name, values, actor=principal, resumes=True)


def _upsert(info: Info, given: dict[str, Any], values: RunFields) -> tuple[Run, bool]:
    principal, name = signed_in(info), given.get("name") or None
    project, name = _place(info, given) if name else (_project(info, given), None)
    return actions.create_or_update_run(
        project, name, values, actor=principal, state=given.get("state") or None, resumes=_is_logging(info)
    )


def _place(info: Info, given: dict[str, Any]) -> tuple[Project, str]:
    """Return where a run with an id goes on, or is made. One that moved is continued where it lives."""
    principal, name = signed_in(info), given["name"]
    try:
        project = _project(info, given)
    except (NotFound, Forbidden):
        entity_name = entity_name_of(principal, given.get("entityName"))
        run = find_moved_run(principal, entity_name, given.get("modelName") or UNNAMED, name)
        if run is None:
            raise
        check_may_continue(principal, run)
        return run.project, run.name
    return place_of_run(principal, project, name)


def _project(info: Info, given: dict[str, Any]) -> Project:
    request = info.context.request
    return project_to_log_into(signed_in(info), given.get("entityName"), given.get("modelName"), request=request)


def _is_logging(info: Info) -> bool:
    return info.context.principal.client.startswith(LOGGING_CLIENTS)


def run_fields(given: dict[str, Any]) -> RunFields:
    """Return what an upsert says about a run, its JSON texts read and its config without the client's wrapping."""
    fields = {ours: given.get(theirs) for theirs, ours in PLAIN_FIELDS.items()}
    if given.get("summaryMetrics") is not None:
        fields["summary"] = parse_object(given["summaryMetrics"], "summary")
    if given.get("config") is not None:
        wrapped = parse_object(given["config"], "config")
        fields["config"], internal = split_config(wrapped)
        if "_wandb" in wrapped:  # `Api` leaves it out and means no change
            fields["client_config"] = internal
            _add_environment(fields, internal)
    return RunFields(**fields)


def _add_environment(fields: dict[str, Any], internal: dict[str, Any]) -> None:
    """Take machine, code and command from the environment that each writer of a run announces about itself."""
    writers = internal.get("e")
    announced = [item for item in writers.values() if isinstance(item, dict)] if isinstance(writers, dict) else []
    if not announced:
        return
    newest = max(announced, key=lambda item: str(item.get("startedAt") or ""))
    fields["metadata"] = newest
    told = newest.get("git")
    git: dict[str, Any] = told if isinstance(told, dict) else {}
    for name, value in (("commit", git.get("commit")), ("repo", git.get("remote")), ("host", newest.get("host"))):
        if not fields.get(name) and isinstance(value, str) and value:
            fields[name] = value


@mutation.field("deleteRun")
def resolve_delete_run(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    return _on_run(info, input, P.DELETE_RUN, actions.delete_run)


@mutation.field("stopRun")
def resolve_stop_run(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    return _on_run(info, input, P.STOP_RUN, actions.stop_run)


@mutation.field("updateRunState")
def resolve_update_run_state(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    return _on_run(info, input, P.EDIT_RUN, actions.set_run_state, state=input["state"])


def _on_run(info: Info, given: dict[str, Any], need: P, action: Callable[..., Any], **values: Any) -> dict[str, Any]:
    principal = signed_in(info)
    run = get_run_by_uid(principal, parse_wire_id(given["id"], "Run"), need)
    action(run, actor=principal, **values)
    return {"success": True, "clientMutationId": given.get("clientMutationId")}


@mutation.field("rewindRun")
def resolve_rewind_run(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """Let a run go on after an earlier step; what came later is no longer read."""
    principal, step = signed_in(info), input["metricValue"]
    if input["metricName"] != "_step" or not step.is_integer():
        raise InvalidInput("A run is rewound to a whole number of “_step”.", code="bad_step")
    project = project_to_read(principal, input.get("entityName"), input.get("projectName"))
    run = run_in(principal, project, input["runName"])
    principal.require(P.LOG_RUN, run.project)
    check_may_continue(principal, run)
    actions.rewind_run(run, after_step=int(step), actor=principal)
    return {"rewoundRun": run, "clientMutationId": input.get("clientMutationId")}


BINDINGS = [mutation]
