"""REST: resolved panels, the keys to draw, saved workspaces, panels taken away as files."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.openapi import described
from apps.core.urls import absolute
from apps.panels import actions
from apps.panels.access import check_may_keep, get_export, get_workspace
from apps.panels.models import Workspace
from apps.panels.queries import panels_data, scene_of
from apps.panels.queries.exports import ExportCard, export_card
from apps.panels.queries.run_list import Shown, run_list
from apps.panels.queries.workspaces import WorkspacePage, offered_keys, own_workspace, workspace_list, workspace_page
from apps.panels.serializers import (
    ExportInput,
    ExportOutput,
    NewWorkspaceInput,
    PanelDataInput,
    PanelDataOutput,
    PanelKeysInput,
    PanelKeysOutput,
    RunListInput,
    RunListOutput,
    WorkspaceDetailOutput,
    WorkspaceInput,
    WorkspaceListOutput,
    WorkspaceOutput,
)
from apps.panels.wire import MEDIA_TYPE, encode, plain_of, tree_of
from apps.projects.endpoint import ProjectAPIView

ALL_RUNS = {"id": "all", "selections": {"root": 1, "bounds": [], "tree": []}}


class PanelData(ProjectAPIView):
    needs = {"POST": P.VIEW_PROJECT}  # reads; a panel and its run sets are too long for an address

    @described("panels", "Resolve panels to what is drawn", takes=PanelDataInput, returns=PanelDataOutput)
    def post(self, request: Request, entity: str, project: str) -> HttpResponseBase:
        within, given = self.project, PanelDataInput.parse(request.data)
        scene = scene_of(
            self.principal,
            within,
            [ALL_RUNS] if given.run_sets is None else given.run_sets,
            settings=given.settings,
            points=given.points,
            span=(given.low, given.high),
            colours=given.colours,
        )
        resolved = {"panels": panels_data(given.panels, scene)}
        if given.form == "json":
            return Response(plain_of(tree_of(resolved)))
        return HttpResponse(encode(resolved), content_type=MEDIA_TYPE)


class PanelExports(ProjectAPIView):
    needs = {"POST": P.VIEW_PROJECT}

    @described("panels", "Have a panel drawn as a file", takes=ExportInput, returns=ExportOutput, status=202)
    def post(self, request: Request, entity: str, project: str) -> Response:
        of, given = self.project, dict(ExportInput.parse(request.data).given)
        given.setdefault("run_sets", [ALL_RUNS])
        made = actions.request_export(of, given.pop("form"), given, actor=self.principal)
        return _export(request, export_card(made), 202)


class OneExport(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("panels", "How far an export is, and where its file lies", returns=ExportOutput)
    def get(self, request: Request, entity: str, project: str, uid: str) -> Response:
        return _export(request, export_card(get_export(self.principal, self.project, uid)))


class PanelKeys(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("panels", "Keys that runs of the project log", query=PanelKeysInput, returns=PanelKeysOutput)
    def get(self, request: Request, entity: str, project: str) -> Response:
        within, given = self.project, PanelKeysInput.parse(request.query_params)
        return Response(PanelKeysOutput(offered_keys(within, given.search or "", section=given.section)).data)


class RunList(ProjectAPIView):
    needs = {"POST": P.VIEW_PROJECT}  # reads; a run set is too long for an address

    @described("panels", "Runs of a run set in its order, or its groups", takes=RunListInput, returns=RunListOutput)
    def post(self, request: Request, entity: str, project: str) -> Response:
        within, given = self.project, RunListInput.parse(request.data)
        found = run_list(
            self.principal,
            within,
            given.run_set or ALL_RUNS,
            beside=Shown(given.key or "", given.fact),
            within=given.within,
            offset=given.offset,
            limit=given.limit,
            colours=given.colours,
        )
        return Response(plain_of(tree_of(found)))


class Workspaces(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT, "POST": P.EDIT_RUN}

    @described("workspaces", "List the saved views of a project, one's own first", returns=WorkspaceListOutput)
    def get(self, request: Request, entity: str, project: str) -> Response:
        return Response({"items": WorkspaceOutput(workspace_list(self.principal, self.project), many=True).data})

    @described(
        "workspaces",
        "Save a view for all who see the project",
        takes=NewWorkspaceInput,
        returns=WorkspaceDetailOutput,
        status=201,
        errors=(403, 409),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        within, given = self.project, NewWorkspaceInput.parse(request.data)
        made = actions.create_workspace(within, given.name, given.spec, actor=self.principal)
        return _detail(workspace_page(self.principal, made), 201)


class OwnWorkspace(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT, "PUT": P.VIEW_PROJECT}  # one's own state of the page, seen by nobody else

    @described("workspaces", "One's own workspace of a project", returns=WorkspaceDetailOutput)
    def get(self, request: Request, entity: str, project: str) -> Response:
        return _detail(own_workspace(self.principal, self.project))

    @described(
        "workspaces",
        "Keep one's own workspace",
        takes=WorkspaceInput,
        returns=WorkspaceDetailOutput,
        errors=(403, 409),
    )
    def put(self, request: Request, entity: str, project: str) -> Response:
        within, given = self.project, WorkspaceInput.parse(request.data)
        check_may_keep(self.principal)
        own = actions.save_own_workspace(within, given.spec, actor=self.principal, version=given.version)
        return _detail(workspace_page(self.principal, own))


class OneWorkspace(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT, "PUT": P.EDIT_RUN, "DELETE": P.EDIT_RUN}

    @property
    def workspace(self) -> Workspace:
        return get_workspace(self.principal, self.project, self.kwargs["slug"], P(self.need))

    @described("workspaces", "A saved view with its document", returns=WorkspaceDetailOutput)
    def get(self, request: Request, entity: str, project: str, slug: str) -> Response:
        return _detail(workspace_page(self.principal, self.workspace))

    @described(
        "workspaces",
        "Save over a view; 409 where somebody else did meanwhile",
        takes=WorkspaceInput,
        returns=WorkspaceDetailOutput,
        errors=(403, 409),
    )
    def put(self, request: Request, entity: str, project: str, slug: str) -> Response:
        over, given = self.workspace, WorkspaceInput.parse(request.data)
        saved = actions.save_workspace(
            over, actor=self.principal, spec=given.spec, name=given.name, version=given.version
        )
        return _detail(workspace_page(self.principal, saved))

    @described("workspaces", "Delete a view", status=204, errors=(403,))
    def delete(self, request: Request, entity: str, project: str, slug: str) -> Response:
        actions.delete_workspace(self.workspace, actor=self.principal)
        return Response(status=204)


def _detail(page: WorkspacePage, status: int = 200) -> Response:
    return Response({**WorkspaceOutput(page.card).data, "spec": page.spec}, status)


def _export(request: Request, card: ExportCard, status: int = 200) -> Response:
    url = absolute(request._request, card.path) if card.path else None
    return Response(
        {
            "uid": card.uid,
            "form": card.form,
            "state": card.state,
            "filename": card.filename,
            "url": url,
            "error": card.error,
        },
        status,
    )
