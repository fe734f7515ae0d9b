"""Registers the app `panels`."""

from django.apps import AppConfig


class PanelsConfig(AppConfig):
    name = "apps.panels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.panels import listeners, tabs  # registers listeners and tabs
        from apps.panels.target_kinds import add_target_kind

        add_target_kind("apps.panels.view_targets.Views")
