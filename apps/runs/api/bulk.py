"""REST: what is done to many runs of a project at once. A repeat of any of it changes nothing."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.errors import InvalidInput
from apps.core.models import Job
from apps.core.openapi import described
from apps.projects.models import Project
from apps.projects.queries import move_targets, project_homes
from apps.runs import actions
from apps.runs.access import get_move_target
from apps.runs.api import bulk_forms as forms
from apps.runs.api.base import ProjectAPIView
from apps.runs.queries.moves import move_progress, progress_of


class MoveRuns(ProjectAPIView):
    needs = {"POST": P.DELETE_RUN}

    @described(
        "runs",
        "Move runs to another project; their old addresses lead to the new ones",
        takes=forms.MoveInput,
        returns=forms.MoveOutput,
        status=(200, 202),
        errors=(403, 409),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        source, given = self.project, forms.MoveInput.parse(request.data)
        selection, target = forms.MoveInput.selection(given, source), self._target(given.target)
        if given.dry_run:
            return Response(forms.planned(actions.plan_move(selection, target)))
        begun = actions.begin_move(selection, target, actor=self.principal, on_conflict=given.conflicts)
        if isinstance(begun, Job):
            return Response(forms.going(progress_of(begun)), 202)
        return Response(forms.done(begun))

    def _target(self, address: str) -> Project:
        entity, _, name = address.partition("/")
        if not entity or not name:
            raise InvalidInput("A project is given as “entity/name”.", fields={"target": "Write “entity/name”."})
        return get_move_target(self.principal, entity, name)


class OneMove(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("runs", "How a move goes that became a job; whoever ordered it may ask", returns=forms.MoveOutput)
    def get(self, request: Request, entity: str, project: str, job: str) -> Response:
        return Response(forms.going(move_progress(self.principal, self.project, job)))


class MoveTargets(ProjectAPIView):
    needs = {"GET": P.DELETE_RUN}

    @described(
        "runs",
        "Projects that runs of this one can be moved to, the most recently active first",
        query=forms.TargetsInput,
        returns=forms.TargetsOutput,
        errors=(403,),
    )
    def get(self, request: Request, entity: str, project: str) -> Response:
        source, given = self.project, forms.TargetsInput.parse(request.query_params)
        found = move_targets(self.principal, search=given.search or "")
        return Response(forms.targets(found, project_homes(self.principal), source))
