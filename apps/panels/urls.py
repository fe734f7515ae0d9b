"""Addresses of workspaces: `/{entity}/{project}/workspace`, with `?nw={view}` for one that is shared."""

from django.urls import path

from apps.panels import views

app_name = "panels"

urlpatterns = [
    path("<str:entity>/<str:project>/workspace", views.workspace, name="workspace"),
]
