"""REST: alerts."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.alerts.queries import alert_page
from apps.alerts.serializers import AlertOutput
from apps.core.api import CarnetAPIView, PageInput, page_response
from apps.core.needs import Needs
from apps.core.openapi import described, page_shape
from apps.runs.access import get_run

_AlertPage = page_shape(AlertOutput)


class Alerts(CarnetAPIView):
    needs = {"GET": Needs.NOBODY}  # lists what the asker may see

    @described("alerts", "List the alerts of all runs one may see, newest first", query=PageInput, returns=_AlertPage)
    def get(self, request: Request) -> Response:
        given = PageInput.parse(request.query_params)
        page = alert_page(self.principal, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, AlertOutput)


class RunAlerts(CarnetAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("alerts", "List the alerts of a run, newest first", query=PageInput, returns=_AlertPage)
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        found = get_run(self.principal, entity, project, run)
        given = PageInput.parse(request.query_params)
        page = alert_page(self.principal, found, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, AlertOutput)
