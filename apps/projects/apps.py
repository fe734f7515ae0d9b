"""Registers the app `projects`."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "apps.projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.projects import access, frame, listeners  # registers rights, tabs and listeners
