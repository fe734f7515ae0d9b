"""Registers the app `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "apps.portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.portal import listeners  # registers who may follow a person's own events
