"""Addresses under /api/v1/ of panels."""

from django.urls import path

from apps.panels import api

_PROJECT = "projects/<str:entity>/<str:project>"

urlpatterns = [
    path(f"{_PROJECT}/panel-data", api.PanelData.as_view(), name="panel_data"),
]
