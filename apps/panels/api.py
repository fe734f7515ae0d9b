"""REST: resolved panels, the keys to draw, saved workspaces, panels sent elsewhere or taken away as files."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.openapi import described
from apps.core.urls import absolute
from apps.panels import actions
from apps.panels.access import check_may_keep, get_export, get_workspace
from apps.panels.actions import OWN
from apps.panels.documents import check_document
from apps.panels.models import Workspace
from apps.panels.queries import panels_data, scene_of
from apps.panels.queries.exports import ExportCard, export_card
from apps.panels.queries.run_list import Shown, run_list
from apps.panels.queries.workspaces import WorkspacePage, offered_keys, own_workspace, workspace_list, workspace_page
from apps.panels.serializers import (
    ExportInput,
    ExportOutput,
    LandedOutput,
    NewWorkspaceInput,
    PanelDataInput,
    PanelDataOutput,
    PanelKeysInput,
    PanelKeysOutput,
    PanelTargetsOutput,
    RunListInput,
    RunListOutput,
    SendPanelInput,
    TakeBackInput,
    WorkspaceDetailOutput,
    WorkspaceInput,
    WorkspaceListOutput,
    WorkspaceOutput,
)
from apps.panels.targets import OpenTarget, open_target, sent_panel, target_groups
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


class PanelTargets(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("panels", "Where panels of the project can be sent", returns=PanelTargetsOutput)
    def get(self, request: Request, entity: str, project: str) -> Response:
        return Response(PanelTargetsOutput({"kinds": target_groups(self.principal, self.project)}).data)


class TargetAPIView(ProjectAPIView):
    """An address that writes to a target which its body names; the target's own door says who may."""

    def target(self, named: dict[str, str]) -> OpenTarget:
        return open_target(self.principal, self.project, named["kind"], named["id"])


class SendPanel(TargetAPIView):
    needs = {"POST": P.VIEW_PROJECT}

    @described(
        "panels",
        "Add a panel to another view, with its settings and run sets; 201, or 200 where it stands there already",
        takes=SendPanelInput,
        returns=LandedOutput,
        status=(200, 201),
        errors=(403,),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        within, given = self.project, SendPanelInput.parse(request.data)
        target = self.target(given.target)
        document = self._document(given.view, given.document)
        sent = sent_panel(document, given.panel, new_id=given.id, project=within)
        landed = actions.send_panel(sent, target, actor=self.principal)
        return Response(LandedOutput(landed).data, 201 if landed.is_new else 200)

    def _document(self, slug: str, on_screen: Any) -> dict[str, Any]:
        """The view as it is on screen, else as it is stored. Its door is passed either way."""
        view = None if slug == OWN else get_workspace(self.principal, self.project, slug)
        if on_screen is not None:
            return check_document(on_screen)
        page = own_workspace(self.principal, self.project) if view is None else workspace_page(self.principal, view)
        return page.spec


class TakePanelBack(TargetAPIView):
    needs = {"POST": P.VIEW_PROJECT}

    @described(
        "panels",
        "Take a panel that was sent away again; 409 where somebody saved its target meanwhile",
        takes=TakeBackInput,
        status=204,
        errors=(403, 409),
    )
    def post(self, request: Request, entity: str, project: str) -> Response:
        given = TakeBackInput.parse(request.data)
        target = self.target(given.target)
        actions.take_panel_back(target, given.id, version=given.version, actor=self.principal)
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
