"""Addresses of projects as such. Literal paths first: `/{entity}/{project}/…` takes what is left."""

from django.urls import path

from apps.projects.views import privacy, settings

app_name = "projects"
_SETTINGS = "<str:entity>/<str:project>/settings"

urlpatterns = [
    path("<str:entity>/settings/privacy", privacy.privacy, name="privacy"),
    path(_SETTINGS, settings.settings, name="settings"),
    path(f"{_SETTINGS}/name", settings.rename, name="rename"),
    path(f"{_SETTINGS}/visibility", settings.visibility, name="visibility"),
    path(f"{_SETTINGS}/people", settings.grant, name="grant"),
    path(f"{_SETTINGS}/people/<str:username>/remove", settings.revoke, name="revoke_grant"),
    path(f"{_SETTINGS}/delete", settings.delete, name="delete"),
]
