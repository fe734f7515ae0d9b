"""Addresses under /api/v1/ of entities and projects."""

from django.urls import path

from apps.projects import api

_PROJECT = "projects/<str:entity>/<str:project>"

urlpatterns = [
    path("entities/<str:entity>", api.OneEntity.as_view(), name="entity"),
    path("projects", api.Projects.as_view(), name="projects"),
    path(_PROJECT, api.OneProject.as_view(), name="project"),
    path(f"{_PROJECT}/grants", api.Grants.as_view(), name="grants"),
    path(f"{_PROJECT}/grants/<str:user>", api.OneGrant.as_view(), name="grant"),
]
