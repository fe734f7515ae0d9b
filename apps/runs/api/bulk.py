"""REST: what is done to many runs of a project at once. A repeat of any of it changes nothing."""

from dataclasses import asdict

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.api import PageInput, page_response
from apps.core.models import Job
from apps.core.openapi import described, page_shape
from apps.projects.endpoint import ProjectAPIView
from apps.projects.models import Project
from apps.projects.queries import move_targets, project_homes
from apps.runs import actions
from apps.runs.access import get_move_target, get_tag_change, get_trash_batch
from apps.runs.api import bulk_forms as forms
from apps.runs.api.base import split_address
from apps.runs.queries.moves import move_progress, progress_of
from apps.runs.queries.selections import chosen_ids, stored_of
from apps.runs.queries.trash import trash_page


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
        return get_move_target(self.principal, *split_address(address, field="target"))


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


class DeleteRuns(ProjectAPIView):
    needs = {"POST": P.DELETE_RUN}

    @described(
        "runs",
        "Put runs into the trash; for 30 days they can be restored, their names stay reserved for ever",
        takes=forms.DeleteInput,
        returns=forms.StoredOutput,
        errors=(403,),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        source, given = self.project, forms.DeleteInput.parse(request.data)
        selection = forms.DeleteInput.selection(given, source)
        stored = stored_of(chosen_ids(selection))
        batch = None if given.dry_run else actions.delete_runs(selection, actor=self.principal)
        return Response(asdict(stored) | {"batch": batch.uid if batch else None})


class RestoreRuns(ProjectAPIView):
    needs = {"POST": P.DELETE_RUN}

    @described(
        "runs",
        "Take runs out of the trash that were deleted together",
        takes=forms.RestoreInput,
        returns=forms.CountOutput,
        errors=(403,),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        source, given = self.project, forms.RestoreInput.parse(request.data)
        count = actions.restore_runs(get_trash_batch(source, given.batch), actor=self.principal)
        return Response({"run_count": count})


class Trash(ProjectAPIView):
    needs = {"GET": P.DELETE_RUN}

    @described(
        "runs",
        "What lies in the trash, newest first",
        query=PageInput,
        returns=page_shape(forms.TrashOutput),
        errors=(403,),
    )
    def get(self, request: Request, entity: str, project: str) -> Response:
        source, given = self.project, PageInput.parse(request.query_params)
        page = trash_page(source, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, forms.TrashOutput)


class OneTrashBatch(ProjectAPIView):
    needs = {"DELETE": P.ADMIN_PROJECT}

    @described("runs", "Erase deleted runs for good, without waiting for 30 days", status=204, errors=(403,))
    def delete(self, request: Request, entity: str, project: str, uid: str) -> Response:
        actions.discard_batch(get_trash_batch(self.project, uid), actor=self.principal)
        return Response(status=204)


class TagRuns(ProjectAPIView):
    needs = {"POST": P.EDIT_RUN}

    @described(
        "runs",
        "Add tags to runs and remove tags from them",
        takes=forms.TagsInput,
        returns=forms.TagsOutput,
        errors=(403,),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        source, given = self.project, forms.TagsInput.parse(request.data)
        selection = forms.TagsInput.selection(given, source)
        count, change = actions.change_tags(selection, add=given.add, remove=given.remove, actor=self.principal)
        return Response({"run_count": count, "undo": change.uid if change else None})


class UndoTags(ProjectAPIView):
    needs = {"POST": P.EDIT_RUN}

    @described(
        "runs",
        "Take one's last change of tags back, where nobody changed them since",
        takes=forms.UndoInput,
        returns=forms.CountOutput,
        errors=(403,),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        source, given = self.project, forms.UndoInput.parse(request.data)
        change = get_tag_change(self.principal, source, given.undo)
        return Response({"run_count": actions.undo_tags(change, actor=self.principal)})
