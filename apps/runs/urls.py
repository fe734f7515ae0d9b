"""Addresses of projects and runs: `/{entity}/{project}…`. They come after all literal ones."""

from django.urls import path

from apps.runs.views import files, projects, runs, table, trash, writes

app_name = "runs"
_PROJECT = "<str:entity>/<str:project>"
_RUN = f"{_PROJECT}/runs/<str:run>"

urlpatterns = [
    path(_PROJECT, projects.overview, name="project"),
    path(f"{_PROJECT}/", projects.elsewhere),
    path(f"{_PROJECT}/runs", table.runs, name="list"),
    path(f"{_PROJECT}/table", table.table, name="table"),
    path(f"{_PROJECT}/_fields", projects.fields, name="filter_fields"),
    path(f"{_PROJECT}/_series", projects.series, name="project_series"),
    path(f"{_PROJECT}/_part/<str:part>", projects.part, name="project_part"),
    path(f"{_PROJECT}/trash", trash.trash, name="trash"),
    path(f"{_PROJECT}/trash/<str:batch>/restore", trash.restore, name="restore"),
    path(f"{_PROJECT}/trash/<str:batch>/discard", trash.discard, name="discard"),
    path(_RUN, runs.overview, name="overview"),
    path(f"{_RUN}/overview", runs.overview),
    path(f"{_RUN}/charts", runs.charts, name="charts"),
    path(f"{_RUN}/system", runs.system, name="system"),
    path(f"{_RUN}/logs", runs.logs, name="logs"),
    path(f"{_RUN}/files", files.files, name="files"),
    path(f"{_RUN}/files/<path:path>", files.files, name="files_path"),
    path(f"{_RUN}/code", files.code, name="code"),
    path(f"{_RUN}/code/<path:path>", files.code, name="code_path"),
    path(f"{_RUN}/_panels/<str:tab>", runs.panels, name="panels"),
    path(f"{_RUN}/_part/<str:part>", runs.part, name="part"),
    path(f"{_RUN}/stop", writes.stop, name="stop"),
    path(f"{_RUN}/rename", writes.rename, name="rename"),
    path(f"{_RUN}/tags", writes.tags, name="tags"),
    path(f"{_RUN}/notes", writes.notes, name="notes"),
    path(f"{_RUN}/delete", writes.delete, name="delete"),
]
