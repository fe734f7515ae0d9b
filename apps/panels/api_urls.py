"""Addresses under /api/v1/ of panels."""

from django.urls import path

from apps.panels import api

_PROJECT = "projects/<str:entity>/<str:project>"

urlpatterns = [
    path(f"{_PROJECT}/panel-data", api.PanelData.as_view(), name="panel_data"),
    path(f"{_PROJECT}/panel-exports", api.PanelExports.as_view(), name="panel_exports"),
    path(f"{_PROJECT}/panel-exports/<str:uid>", api.OneExport.as_view(), name="panel_export"),
    path(f"{_PROJECT}/panel-keys", api.PanelKeys.as_view(), name="panel_keys"),
    path(f"{_PROJECT}/panel-targets", api.PanelTargets.as_view(), name="panel_targets"),
    path(f"{_PROJECT}/panels.send", api.SendPanel.as_view(), name="send_panel"),
    path(f"{_PROJECT}/panels.send.undo", api.TakePanelBack.as_view(), name="take_panel_back"),
    path(f"{_PROJECT}/run-list", api.RunList.as_view(), name="run_list"),
    path(f"{_PROJECT}/workspaces", api.Workspaces.as_view(), name="workspaces"),
    path(f"{_PROJECT}/workspaces/mine", api.OwnWorkspace.as_view(), name="own_workspace"),
    path(f"{_PROJECT}/workspaces/<str:slug>", api.OneWorkspace.as_view(), name="workspace"),
]
