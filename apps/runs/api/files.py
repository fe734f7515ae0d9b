"""REST: the files of a run. Bytes go to and come from signed addresses; only the zip is streamed from here."""

from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.api import page_response
from apps.core.blobs.zip import zip_stream
from apps.core.openapi import described, page_shape
from apps.core.paths import request_segments
from apps.core.urls import absolute
from apps.runs.access import get_run_file
from apps.runs.actions.files import announce_files, complete_files, delete_files
from apps.runs.api.base import RunAPIView
from apps.runs.models import RunFile
from apps.runs.queries.files import file_path, file_tree, list_files, stored_files
from apps.runs.serializers import (
    AnnounceInput,
    CompletedOutput,
    FileListInput,
    FileOutput,
    TreeOutput,
    UploadsOutput,
)

_SEGMENTS_BEFORE_PATH = 8  # api v1 projects <entity> <project> runs <run> files


class Files(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT, "POST": P.LOG_RUN}

    @described("files", "List the files of a run, by path", query=FileListInput, returns=page_shape(FileOutput))
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        given = FileListInput.parse(request.query_params)
        page = list_files(self.run, pattern=given.pattern, after=given.cursor, first=given.limit)
        return page_response(request, page, FileOutput)

    @described(
        "files",
        "Announce files: says where to PUT their bytes",
        takes=AnnounceInput,
        returns=UploadsOutput,
        errors=(403,),
    )
    def post(self, request: Request, entity: str, project: str, run: str) -> Response:
        to, paths = self.run, AnnounceInput.parse(request.data).paths
        announced = announce_files(to, paths, actor=self.principal)
        uploads = [
            {
                "path": file.path,
                "method": "PUT",
                "url": absolute(request._request, file.put_path),
                "headers": file.headers,
            }
            for file in announced
        ]
        return Response({"items": uploads})


class CompleteFiles(RunAPIView):
    needs = {"POST": P.LOG_RUN}

    @described(
        "files",
        "Say that announced bytes were sent; a repeat changes nothing",
        takes=AnnounceInput,
        returns=CompletedOutput,
        errors=(403,),
    )
    def post(self, request: Request, entity: str, project: str, run: str) -> Response:
        of, paths = self.run, AnnounceInput.parse(request.data).paths
        return Response({"completed_count": complete_files(of, paths)})


class FileTree(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("files", "The files of a run as a tree of folders", returns=TreeOutput)
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        return Response(TreeOutput(file_tree(self.run)).data)


class FilesZip(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @extend_schema(tags=["files"], summary="All files of a run as one zip", responses={(200, "application/zip"): bytes})
    def get(self, request: Request, entity: str, project: str, run: str) -> HttpResponseBase:
        name = content_disposition_header(True, f"{self.run.name}.zip") or "attachment"
        files = list(stored_files(self.run))  # here: the threads that zip have no database connection to give back
        return StreamingHttpResponse(
            zip_stream(files),
            content_type="application/zip",
            headers={"Content-Disposition": name, "Cache-Control": "no-store"},
        )


class OneFile(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT, "DELETE": P.DELETE_RUN}

    @property
    def file(self) -> RunFile:
        """The file whose path is the rest of the address, in which `%2F` and `/` mean the same."""
        path = "/".join(request_segments(self.request._request)[_SEGMENTS_BEFORE_PATH:])
        return get_run_file(self.run, path)

    @described("files", "Download a file: redirects to its signed address", returns=OpenApiTypes.NONE, status=302)
    def get(self, request: Request, entity: str, project: str, run: str, path: str) -> HttpResponseBase:
        to = file_path(self.file, attachment="download" in request.query_params)
        response = HttpResponseRedirect(absolute(request._request, to))
        response["Cache-Control"] = "no-store"
        return response

    @described("files", "Delete a file", status=204, errors=(403,))
    def delete(self, request: Request, entity: str, project: str, run: str, path: str) -> Response:
        delete_files(self.run, [self.file], actor=self.principal)
        return Response(status=204)
