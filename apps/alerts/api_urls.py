"""Addresses under /api/v1/ of alerts."""

from django.urls import path

from apps.alerts import api

urlpatterns = [
    path("alerts", api.Alerts.as_view(), name="alerts"),
    path(
        "projects/<str:entity>/<str:project>/runs/<str:run>/alerts",
        api.RunAlerts.as_view(),
        name="run_alerts",
    ),
]
