"""Registers the app `panels`."""

from django.apps import AppConfig


class PanelsConfig(AppConfig):
    name = "apps.panels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.panels import listeners, tabs, view_targets  # registers listeners, tabs and targets
