"""Addresses under /api/v1/ of runs."""

from django.urls import path

from apps.runs.api import runs

_PROJECT = "projects/<str:entity>/<str:project>"
_RUN = f"{_PROJECT}/runs/<str:run>"

urlpatterns = [
    path("runs", runs.AllRuns.as_view(), name="all_runs"),
    path(f"{_PROJECT}/activity", runs.Activity.as_view(), name="activity"),
    path(f"{_PROJECT}/runs", runs.Runs.as_view(), name="runs"),
    path(_RUN, runs.OneRun.as_view(), name="run"),
    path(f"{_RUN}/stop", runs.Stop.as_view(), name="stop"),
    path(f"{_RUN}/state", runs.State.as_view(), name="state"),
    path(f"{_RUN}/config", runs.Config.as_view(), name="config"),
    path(f"{_RUN}/summary", runs.Summary.as_view(), name="summary"),
]
