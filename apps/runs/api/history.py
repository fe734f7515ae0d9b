"""REST: the keys of a run and its history: columns to draw, rows by the page, or all of it for a program."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.api import Parsed, next_url
from apps.core.errors import InvalidInput, NotFound
from apps.core.frames import MEDIA_TYPES, Table, write
from apps.core.openapi import described
from apps.core.streams import pieces_of
from apps.projects.endpoint import ProjectAPIView
from apps.runs.api.base import RunAPIView
from apps.runs.models import Stream
from apps.runs.queries.frames import Span, run_json, run_table
from apps.runs.queries.history import key_facts, series
from apps.runs.queries.project_frames import Asked, project_history, project_json, project_table
from apps.runs.queries.rows import row_page
from apps.runs.serializers import (
    FileHistoryInput,
    HistoryInput,
    HistoryOutput,
    KeyOutput,
    KeysInput,
    KeysOutput,
    ProjectFileInput,
    ProjectHistoryInput,
    ProjectHistoryOutput,
    words,
)

_STREAMS = {"history": Stream.HISTORY, "system": Stream.EVENTS}
_JSON = "application/json"


class Keys(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("history", "What a run logs: its keys with their extremes", query=KeysInput, returns=KeysOutput)
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        of, given = self.run, KeysInput.parse(request.query_params)
        facts = key_facts(of, stream=_STREAMS[given.stream] if given.stream else None)
        return Response({"items": KeyOutput(facts, many=True).data})


class History(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described(
        "history",
        "Columns to draw, every spike kept; all rows by the page; or the whole history",
        query=HistoryInput,
        returns=HistoryOutput,
        media=MEDIA_TYPES.values(),
    )
    def get(self, request: Request, entity: str, project: str, run: str) -> HttpResponseBase:
        given = HistoryInput.parse(request.query_params)
        if given.format in {"columns", "rows"}:
            return self._rows(given) if given.format == "rows" else self._columns(given)
        if given.format == "json":
            return _streamed(run_json(self.run, words(given.keys), **_part(given)), _JSON)
        return _file(run_table(self.run, words(given.keys), **_part(given)), given.format, self.run.name)

    def _columns(self, given: Parsed) -> Response:
        of, keys = self.run, words(given.keys)
        if not keys:
            sentence = "Name the keys to draw, or ask for all rows with another `format`."
            raise InvalidInput(sentence, code="no_keys", fields={"keys": sentence})
        span = {"low": given.min_step, "high": given.max_step}
        if given.stream == "system" and any(end is not None for end in span.values()):
            raise InvalidInput("System metrics are drawn whole: they have no steps.", code="no_steps")
        return Response(series(of, keys, points=given.points, stream=_STREAMS[given.stream], **span).as_json())

    def _rows(self, given: Parsed) -> Response:
        span = {"min_step": given.min_step, "max_step": given.max_step}
        page = row_page(self.run, stream=_STREAMS[given.stream], limit=given.limit, **span)
        next_step = None if page.next_step is None else str(page.next_step)
        return Response({"items": page.rows, "next": next_url(self.request, next_step, name="min_step")})


class HistoryFile(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described(
        "history",
        "The whole history as a file: history.parquet, history.arrow, history.csv",
        query=FileHistoryInput,
        media=MEDIA_TYPES.values(),
    )
    def get(self, request: Request, entity: str, project: str, run: str, form: str) -> HttpResponseBase:
        of, given = self.run, FileHistoryInput.parse(request.query_params)
        return _file(run_table(of, words(given.keys), **_part(given)), form, of.name)


class ProjectHistory(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described(
        "history",
        "Some keys of many runs, whole",
        query=ProjectHistoryInput,
        returns=ProjectHistoryOutput,
        media=MEDIA_TYPES.values(),
    )
    def get(self, request: Request, entity: str, project: str) -> HttpResponseBase:
        given = ProjectHistoryInput.parse(request.query_params)
        asked = _asked(self, given)
        if given.format == "json":
            return _streamed(project_json(asked), _JSON)
        return _file(project_table(asked), given.format, self.project.name)


class ProjectHistoryFile(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described(
        "history",
        "Some keys of many runs as a file: history.parquet, history.arrow, history.csv",
        query=ProjectFileInput,
        media=MEDIA_TYPES.values(),
    )
    def get(self, request: Request, entity: str, project: str, form: str) -> HttpResponseBase:
        asked = _asked(self, ProjectFileInput.parse(request.query_params))
        return _file(project_table(asked), form, self.project.name)


def _part(given: Parsed) -> dict[str, Any]:
    return {"stream": _STREAMS[given.stream], "span": Span(given.min_step, given.max_step)}


def _asked(view: ProjectAPIView, given: Parsed) -> Asked:
    span = Span(given.min_step, given.max_step)
    choice = {"filters": given.filters, "order": given.order, "span": span}
    return project_history(view.principal, view.project, words(given.keys), **choice)


def _file(table: Table, form: str, name: str) -> StreamingHttpResponse:
    if form not in MEDIA_TYPES:
        raise NotFound(f"A history comes as history.{', history.'.join(MEDIA_TYPES)}.")
    response = _streamed(write(table, form), MEDIA_TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or "attachment"
    return response


def _streamed(made: Iterator[bytes], media_type: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(pieces_of(made), content_type=media_type, headers={"Cache-Control": "no-store"})
