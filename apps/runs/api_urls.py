"""Addresses under /api/v1/ of runs."""

from django.urls import path

from apps.runs.api import bulk, console, files, history, runs, table

_PROJECT = "projects/<str:entity>/<str:project>"
_RUN = f"{_PROJECT}/runs/<str:run>"

urlpatterns = [
    path("runs", runs.AllRuns.as_view(), name="all_runs"),
    path(f"{_PROJECT}/activity", runs.Activity.as_view(), name="activity"),
    path(f"{_PROJECT}/runs", runs.Runs.as_view(), name="runs"),
    path(f"{_PROJECT}/history", history.ProjectHistory.as_view(), name="project_history"),
    path(f"{_PROJECT}/history.<str:form>", history.ProjectHistoryFile.as_view(), name="project_history_file"),
    path(f"{_PROJECT}/runs.move", bulk.MoveRuns.as_view(), name="move_runs"),
    path(f"{_PROJECT}/runs.move/<str:job>", bulk.OneMove.as_view(), name="move"),
    path(f"{_PROJECT}/runs.targets", bulk.MoveTargets.as_view(), name="move_targets"),
    path(f"{_PROJECT}/runs.delete", bulk.DeleteRuns.as_view(), name="delete_runs"),
    path(f"{_PROJECT}/runs.restore", bulk.RestoreRuns.as_view(), name="restore_runs"),
    path(f"{_PROJECT}/runs.trash", bulk.Trash.as_view(), name="trash"),
    path(f"{_PROJECT}/runs.trash/<str:uid>", bulk.OneTrashBatch.as_view(), name="trash_batch"),
    path(f"{_PROJECT}/runs.tags", bulk.TagRuns.as_view(), name="tag_runs"),
    path(f"{_PROJECT}/runs.tags.undo", bulk.UndoTags.as_view(), name="undo_tags"),
    path(f"{_PROJECT}/table", table.ProjectTable.as_view(), name="project_table"),
    path(f"{_PROJECT}/table/groups", table.ProjectTableGroups.as_view(), name="project_table_groups"),
    path(f"{_PROJECT}/table/columns", table.ProjectTableColumns.as_view(), name="project_table_columns"),
    path(f"{_PROJECT}/table.csv", table.ProjectTableCsv.as_view(), name="project_table_csv"),
    path(f"{_PROJECT}/table.parquet", table.ProjectTableParquet.as_view(), name="project_table_parquet"),
    path("table", table.Table.as_view(), name="table"),
    path("table/groups", table.TableGroups.as_view(), name="table_groups"),
    path("table/columns", table.TableColumns.as_view(), name="table_columns"),
    path("table.csv", table.TableCsv.as_view(), name="table_csv"),
    path("table.parquet", table.TableParquet.as_view(), name="table_parquet"),
    path(_RUN, runs.OneRun.as_view(), name="run"),
    path(f"{_RUN}/stop", runs.Stop.as_view(), name="stop"),
    path(f"{_RUN}/state", runs.State.as_view(), name="state"),
    path(f"{_RUN}/config", runs.Config.as_view(), name="config"),
    path(f"{_RUN}/summary", runs.Summary.as_view(), name="summary"),
    path(f"{_RUN}/keys", history.Keys.as_view(), name="keys"),
    path(f"{_RUN}/history", history.History.as_view(), name="history"),
    path(f"{_RUN}/history.<str:form>", history.HistoryFile.as_view(), name="history_file"),
    path(f"{_RUN}/console", console.Console.as_view(), name="console"),
    path(f"{_RUN}/console.txt", console.ConsoleText.as_view(), name="console_text"),
    path(f"{_RUN}/files", files.Files.as_view(), name="files"),
    path(f"{_RUN}/files.complete", files.CompleteFiles.as_view(), name="complete_files"),
    path(f"{_RUN}/files.tree", files.FileTree.as_view(), name="file_tree"),
    path(f"{_RUN}/files.zip", files.FilesZip.as_view(), name="files_zip"),
    path(f"{_RUN}/files/<path:path>", files.OneFile.as_view(), name="file"),
]
