"""REST: resolved panels."""

from functools import cached_property

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.api import CarnetAPIView
from apps.core.openapi import described
from apps.panels.queries import panels_data, scene_of
from apps.panels.serializers import PanelDataInput, PanelDataOutput
from apps.panels.wire import MEDIA_TYPE, encode, plain_of, tree_of
from apps.projects.access import get_project
from apps.projects.models import Project

ALL_RUNS = {"id": "all", "selections": {"root": 1, "bounds": [], "tree": []}}


class ProjectAPIView(CarnetAPIView):
    """An address below a project. `project` passes the door with what the method needs."""

    @cached_property
    def project(self) -> Project:
        return get_project(self.principal, self.kwargs["entity"], self.kwargs["project"], P(self.need))


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
        tree = {"panels": [tree_of(data) for data in panels_data(given.panels, scene)]}
        if given.form == "json":
            return Response(plain_of(tree))
        return HttpResponse(encode(tree), content_type=MEDIA_TYPE)
