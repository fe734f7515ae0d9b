"""Registers the app `panels`."""

from django.apps import AppConfig


class PanelsConfig(AppConfig):
    name = "apps.panels"
    default_auto_field = "django.db.models.BigAutoField"
