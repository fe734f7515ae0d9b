"""`POST /graphql`: one address through which the official client does everything but stream and upload."""

import logging
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt
from graphql import ExecutionResult, GraphQLError, execute_sync

from apps.accounts.principal import Principal
from apps.core import json
from apps.core.errors import Forbidden, InvalidInput
from apps.core.limits import count_request
from apps.core.needs import Needs, needs
from apps.core.problems import SERVER_ERROR, Problem, problem_of
from apps.gateways.wandb.context import Context, StatementBudget
from apps.gateways.wandb.documents import Documents
from apps.gateways.wandb.schema import schema
from apps.teams.access import principal_on_behalf

logger = logging.getLogger(__name__)
documents = Documents(schema)


@csrf_exempt
@needs(POST=Needs.NOBODY)
def graphql(request: HttpRequest) -> HttpResponse:
    """Answer 200 with data, or the status of the first error with its sentence, which the client shows as it is."""
    try:
        result = _execute(request)
    except Exception as error:
        return _refuse(_problem(error))
    if result.errors:
        return _refuse(*[_problem(error) for error in result.errors])
    return _json({"data": result.data}, 200)


def _execute(request: HttpRequest) -> ExecutionResult:
    principal = _principal(request)
    query, variables, operation_name = _asked(request)
    checked = documents.get(query, introspects=principal.is_signed_in)
    if checked.errors:
        return ExecutionResult(None, list(checked.errors))
    with connection.execute_wrapper(StatementBudget()):
        return execute_sync(
            schema,
            checked.document,
            context_value=Context(request, principal),
            variable_values=variables,
            operation_name=operation_name,
        )


def _principal(request: HttpRequest) -> Principal:
    """Return who asks: by key, or by session with the page's CSRF token; for a service perhaps a member it names."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    count_request("api", str(principal.user_id or principal.address))
    if principal.is_signed_in and principal.token is None:
        refused = CsrfViewMiddleware(lambda _: HttpResponse()).process_view(request, _guarded, (), {})
        if refused is not None:
            raise Forbidden("The page's protection token is missing or old. Reload the page.", code="csrf")
    return principal_on_behalf(
        principal,
        username=request.headers.get("X-WANDB-USERNAME", "").strip(),
        email=request.headers.get("X-WANDB-USER-EMAIL", "").strip(),
    )


def _guarded(request: HttpRequest) -> HttpResponse:
    """What Django's check of the page's token is asked about: a view that is not exempt from it."""
    return graphql(request)


def _asked(request: HttpRequest) -> tuple[str, dict[str, Any] | None, str | None]:
    """Return query, variables and the operation's name, which most requests leave out."""
    try:
        body = json.loads(request.body)
    except json.JSONError as error:
        raise InvalidInput(f"The request is not JSON. {error}", code="broken_json") from None
    if json.depth(body) > json.MAX_DEPTH:
        raise InvalidInput("The request is nested too deeply.", code="broken_json")
    if b"\\u0000" in request.body:
        body = _without_nul(body)
    query = body.get("query") if isinstance(body, dict) else None
    if not isinstance(query, str):
        raise InvalidInput("The request is an object with a text “query”.", code="bad_query")
    variables, operation_name = body.get("variables"), body.get("operationName")
    if not isinstance(variables, dict | None):
        raise InvalidInput("“variables” is an object.", code="bad_query")
    return query, variables, operation_name if isinstance(operation_name, str) and operation_name else None


def _without_nul(value: Any) -> Any:
    """Return a JSON value with its symbol for each NUL, which no database column of texts can hold."""
    if isinstance(value, str):
        return value.replace("\x00", "\N{SYMBOL FOR NULL}")
    if isinstance(value, dict):
        return {key: _without_nul(item) for key, item in value.items()}
    return [_without_nul(item) for item in value] if isinstance(value, list) else value


def _problem(error: Exception) -> Problem:
    """Return how to tell an error; what nobody expected is logged."""
    cause = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, GraphQLError):
        return Problem(400, "bad_query", error.message if isinstance(error, GraphQLError) else cause.message)
    problem = problem_of(cause)
    if problem is None:
        logger.error("a GraphQL request failed", exc_info=cause)
        return SERVER_ERROR
    return problem


def _refuse(*problems: Problem) -> HttpResponse:
    """Answer with the status of the first problem, and no data: nothing half-done is reported as done."""
    first = max(problems, key=lambda problem: problem.status == SERVER_ERROR.status)
    errors = [{"message": problem.detail, "extensions": {"code": problem.code}} for problem in problems]
    response = _json({"errors": errors, "data": None}, first.status)
    for name, value in first.headers().items():
        response[name] = value
    return response


def _json(body: dict[str, Any], status: int) -> HttpResponse:
    return HttpResponse(json.dumps(body), status=status, content_type="application/json")
