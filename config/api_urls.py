"""Addresses under /api/v1/."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, path

from apps.core import api_views

app_name = "api"
APPS = ("accounts", "teams", "projects", "runs", "alerts", "panels")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", api_views.index, name="index"),
    path("schema/", api_views.schema, name="schema"),
    path("docs/", api_views.docs, name="docs"),
]
for _app in APPS:
    urlpatterns += import_module(f"apps.{_app}.api_urls").urlpatterns
