"""REST: the console of a run, by windows of lines or as one text."""

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.openapi import described
from apps.runs.api.base import RunAPIView
from apps.runs.models import Run
from apps.runs.queries.console import MAX_LINES, console_page
from apps.runs.serializers import ConsoleInput, ConsoleOutput


class Console(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("console", "Lines of the console after a line", query=ConsoleInput, returns=ConsoleOutput)
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        of, given = self.run, ConsoleInput.parse(request.query_params)
        page = console_page(of, after=given.after, limit=given.limit, level=given.level, search=given.q)
        return Response(ConsoleOutput(page).data)


class ConsoleText(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @extend_schema(
        tags=["console"],
        summary="The whole console as text, colour codes and all",
        responses={(200, "text/plain"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, entity: str, project: str, run: str) -> HttpResponseBase:
        return StreamingHttpResponse(
            console_text(self.run),
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store", "Content-Security-Policy": "sandbox"},
        )


async def console_text(run: Run) -> AsyncIterator[bytes]:
    """Yield the lines of a console, some thousands at a time, without holding more."""
    after: int | None = None
    while True:
        page = await sync_to_async(console_page)(run, after=after, limit=MAX_LINES)
        yield "".join(f"{line.text}\n" for line in page.lines).encode()
        if not page.has_next:
            return
        after = page.lines[-1].number
