"""REST: the run table of a project, or of several: rows by place, groups, the columns there are, and files of it."""

from collections.abc import AsyncIterator
from functools import cached_property

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.api import CarnetAPIView
from apps.core.errors import InvalidInput
from apps.core.openapi import described
from apps.projects.access import get_project
from apps.projects.models import Project
from apps.runs.api.base import split_address
from apps.runs.queries import table
from apps.runs.serializers import words
from apps.runs.table_serializers import (
    ColumnChoicesOutput,
    ColumnsInput,
    GroupsInput,
    GroupsOutput,
    TableExportInput,
    TableInput,
    TableOutput,
    choices_json,
    groups_json,
    table_json,
)

MAX_PROJECTS = 20
PARQUET = "application/vnd.apache.parquet"


class TableAPIView(CarnetAPIView):
    """An address of a table: of the project it lies below, else of those that `project=entity/name` names.

    Every project passes its door; one that is not seen is 404, whatever the others are.
    """

    needs = {"GET": P.VIEW_PROJECT}

    @cached_property
    def projects(self) -> list[Project]:
        if "project" in self.kwargs:
            return [get_project(self.principal, self.kwargs["entity"], self.kwargs["project"], P.VIEW_PROJECT)]
        names = list(dict.fromkeys(self.request.query_params.getlist("project")))
        if not 0 < len(names) <= MAX_PROJECTS:
            sentence = f"Name 1 to {MAX_PROJECTS} projects as `project=entity/name`."
            raise InvalidInput(sentence, code="bad_projects", fields={"project": sentence})
        found = [get_project(self.principal, *split_address(name), P.VIEW_PROJECT) for name in names]
        return list({project.pk: project for project in found}.values())

    def export(self) -> table.TableExport:
        projects, given = self.projects, TableExportInput.parse(self.request.query_params)
        chosen = table.select_runs(projects, given.filters, given.search)
        return table.table_export(chosen, columns=words(given.columns), order=words(given.order))

    def download(self, pieces: AsyncIterator[bytes], content_type: str, ending: str) -> StreamingHttpResponse:
        name = f"{self.projects[0].name}-runs" if len(self.projects) == 1 else "runs"
        disposition = content_disposition_header(True, f"{name}.{ending}") or "attachment"
        headers = {"Cache-Control": "no-store", "Content-Disposition": disposition}
        return StreamingHttpResponse(pieces, content_type=content_type, headers=headers)


class Rows(TableAPIView):
    @described("table", "Rows of the run table by place, as columns", query=TableInput, returns=TableOutput)
    def get(self, request: Request, **_: str) -> Response:
        projects, given = self.projects, TableInput.parse(request.query_params)
        chosen = table.select_runs(projects, given.filters, given.search)
        found = table.table_page(
            chosen, columns=words(given.columns), order=words(given.order), offset=given.offset, limit=given.limit
        )
        return Response(table_json(found, table.table_count(chosen) if given.count else None))


class Groups(TableAPIView):
    @described("table", "Groups of the run table, with aggregates", query=GroupsInput, returns=GroupsOutput)
    def get(self, request: Request, **_: str) -> Response:
        projects, given = self.projects, GroupsInput.parse(request.query_params)
        found = table.table_groups(
            table.select_runs(projects, given.filters, given.search),
            by=given.group,
            columns=words(given.columns),
            order=words(given.order),
            offset=given.offset,
            limit=given.limit,
        )
        return Response(groups_json(found))


class Columns(TableAPIView):
    @described("table", "Columns the run table can show, by search", query=ColumnsInput, returns=ColumnChoicesOutput)
    def get(self, request: Request, **_: str) -> Response:
        projects, given = self.projects, ColumnsInput.parse(request.query_params)
        return Response(choices_json(table.column_choices(projects, search=given.search or "")))


class Csv(TableAPIView):
    @described("table", "Every matching run as CSV", query=TableExportInput, media=("text/csv",))
    def get(self, request: Request, **_: str) -> HttpResponseBase:
        return self.download(table.csv_pieces(self.export()), "text/csv; charset=utf-8", "csv")


class Parquet(TableAPIView):
    @described("table", "Every matching run as a Parquet file", query=TableExportInput, media=(PARQUET,))
    def get(self, request: Request, **_: str) -> HttpResponseBase:
        return self.download(table.parquet_pieces(self.export()), PARQUET, "parquet")


class ProjectTable(Rows):
    """Below a project; the same for the classes that follow."""


class ProjectTableGroups(Groups): ...


class ProjectTableColumns(Columns): ...


class ProjectTableCsv(Csv): ...


class ProjectTableParquet(Parquet): ...


class Table(Rows):
    """Over several projects; the same for the classes that follow."""


class TableGroups(Groups): ...


class TableColumns(Columns): ...


class TableCsv(Csv): ...


class TableParquet(Parquet): ...
