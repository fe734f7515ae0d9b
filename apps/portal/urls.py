"""Addresses over everything. The page of an entity comes last: any first segment that is not ours may be one."""

from django.conf import settings
from django.urls import path

from apps.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("runs", views.all_runs, name="all_runs"),
    path("search", views.search, name="search"),
    path("projects/new", views.new_project, name="new_project"),
]
entity_urlpatterns = [path("<str:entity>", views.entity, name="entity")]

if settings.DEBUG:
    from apps.portal.styleguide import styleguide

    urlpatterns.append(path("styleguide", styleguide, name="styleguide"))
