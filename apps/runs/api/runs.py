"""REST: lists of runs, single runs, their state, config and summary."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.api import CarnetAPIView, Parsed, page_response
from apps.core.errors import InvalidInput
from apps.core.needs import Needs
from apps.core.openapi import described, page_shape
from apps.projects.access import get_project
from apps.projects.endpoint import ProjectAPIView
from apps.projects.models import Project
from apps.runs import actions
from apps.runs.access import place_of_run
from apps.runs.api.base import RunAPIView, split_address
from apps.runs.models import Run
from apps.runs.queries.history import current_summary
from apps.runs.queries.projects import project_activity
from apps.runs.queries.runs import run_card, run_list
from apps.runs.serializers import (
    ActivityOutput,
    AllRunsInput,
    RunChangeInput,
    RunDetailOutput,
    RunInput,
    RunListInput,
    RunOutput,
    RunStateInput,
    words,
)


def _list_response(view: CarnetAPIView, project: Project | None, given: Parsed) -> Response:
    page = run_list(
        view.principal,
        project,
        filters=given.filters,
        order=given.order,
        states=words(given.state),
        keys=words(given.keys),
        cursor=given.cursor,
        limit=given.limit,
    )
    return page_response(view.request, page, RunOutput)


def _detail(run: Run, status: int = 200) -> Response:
    return Response(RunDetailOutput(run_card(run)).data, status)


class AllRuns(CarnetAPIView):
    needs = {"GET": Needs.NOBODY}  # lists what the asker may see

    @described("runs", "List all runs one may see, newest first", query=AllRunsInput, returns=page_shape(RunOutput))
    def get(self, request: Request) -> Response:
        given = AllRunsInput.parse(request.query_params)
        return _list_response(self, self._project(given.project), given)

    def _project(self, address: str | None) -> Project | None:
        if not address:
            return None
        return get_project(self.principal, *split_address(address))


class Runs(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT, "POST": P.LOG_RUN}

    @described("runs", "List the runs of a project", query=RunListInput, returns=page_shape(RunOutput))
    def get(self, request: Request, entity: str, project: str) -> Response:
        return _list_response(self, self.project, RunListInput.parse(request.query_params))

    @described(
        "runs",
        "Make a run, or change the one of this name",
        takes=RunInput,
        returns=RunDetailOutput,
        status=(200, 201),
        errors=(403,),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        into, given = self.project, dict(RunInput.parse(request.data).given)
        name, state = given.pop("name", None), given.pop("state", None)
        values = actions.RunFields(**given)
        if name is not None:
            into, name = place_of_run(self.principal, into, name)
        run, created = actions.create_or_update_run(into, name, values, actor=self.principal, state=state)
        return _detail(run, 201 if created else 200)


class OneRun(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT, "PATCH": P.EDIT_RUN, "DELETE": P.DELETE_RUN}

    @described("runs", "One run", returns=RunDetailOutput)
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        return _detail(self.run)

    @described(
        "runs", "Change what people say about a run", takes=RunChangeInput, returns=RunDetailOutput, errors=(403,)
    )
    def patch(self, request: Request, entity: str, project: str, run: str) -> Response:
        changed, given = self.run, RunChangeInput.parse(request.data).given
        return _detail(actions.update_run(changed, actions.RunFields(**given), actor=self.principal))

    @described("runs", "Delete a run; its name stays reserved", status=204, errors=(403,))
    def delete(self, request: Request, entity: str, project: str, run: str) -> Response:
        actions.delete_run(self.run, actor=self.principal)
        return Response(status=204)


class Stop(RunAPIView):
    needs = {"POST": P.STOP_RUN}

    @described(
        "runs",
        "Ask a run to stop; its client hears of it within seconds. A repeat changes nothing",
        returns=RunDetailOutput,
        errors=(403, 409),
    )
    def post(self, request: Request, entity: str, project: str, run: str) -> Response:
        return _detail(actions.stop_run(self.run, actor=self.principal))


class State(RunAPIView):
    needs = {"PUT": P.EDIT_RUN}

    @described(
        "runs",
        "Set a state by hand; a repeat changes nothing",
        takes=RunStateInput,
        returns=RunDetailOutput,
        errors=(403,),
    )
    def put(self, request: Request, entity: str, project: str, run: str) -> Response:
        changed, state = self.run, RunStateInput.parse(request.data).state
        return _detail(actions.set_run_state(changed, state=state, actor=self.principal))


class Config(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT, "PUT": P.EDIT_RUN}

    @described("runs", "A run's config", returns=OpenApiTypes.OBJECT)
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        return Response(self.run.config)

    @described("runs", "Replace a run's config", takes=OpenApiTypes.OBJECT, returns=OpenApiTypes.OBJECT, errors=(403,))
    def put(self, request: Request, entity: str, project: str, run: str) -> Response:
        values = actions.RunFields(config=_object(self.run, request.data))
        return Response(actions.update_run(self.run, values, actor=self.principal).config)


class Summary(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT, "PUT": P.EDIT_RUN}

    @described("runs", "A run's summary", returns=OpenApiTypes.OBJECT)
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        return Response(current_summary(self.run))

    @described("runs", "Replace a run's summary", takes=OpenApiTypes.OBJECT, returns=OpenApiTypes.OBJECT, errors=(403,))
    def put(self, request: Request, entity: str, project: str, run: str) -> Response:
        values = actions.RunFields(summary=_object(self.run, request.data))
        return Response(actions.update_run(self.run, values, actor=self.principal).summary)


class Activity(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("projects", "How busy a project is", returns=ActivityOutput)
    def get(self, request: Request, entity: str, project: str) -> Response:
        return Response(ActivityOutput(project_activity([self.project.pk])[self.project.pk]).data)


def _object(run: Run, given: Any) -> dict[str, Any]:
    """Return the body if it is an object. Taking the run says that its door comes first."""
    if not isinstance(given, dict):
        raise InvalidInput(f"The body is no JSON object of values of {run.name}.", code="not_an_object")
    return given
