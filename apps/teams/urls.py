"""Addresses of teams and the set-up. Literal paths first: `/{entity}/…` takes what is left."""

from django.urls import path

from apps.teams.views import audit, general, members, service_accounts, setup

app_name = "teams"
_SETTINGS = "<str:entity>/settings"
_ACCOUNT = f"{_SETTINGS}/service-accounts/<str:account>"

urlpatterns = [
    path("setup", setup.setup, name="setup"),
    path("teams/new", general.new, name="new"),
    path(_SETTINGS, general.entity_settings),
    path(f"{_SETTINGS}/", general.entity_settings, name="general"),
    path(f"{_SETTINGS}/name", general.rename, name="rename"),
    path(f"{_SETTINGS}/members", members.members, name="members"),
    path(f"{_SETTINGS}/members/<str:uid>/role", members.role, name="role"),
    path(f"{_SETTINGS}/members/<str:uid>/remove", members.remove, name="remove_member"),
    path(f"{_SETTINGS}/service-accounts", service_accounts.service_accounts, name="service_accounts"),
    path(_ACCOUNT, service_accounts.keys, name="service_keys"),
    path(f"{_ACCOUNT}/remove", service_accounts.remove, name="remove_service_account"),
    path(f"{_ACCOUNT}/keys/<str:uid>/rotate", service_accounts.rotate, name="rotate_service_key"),
    path(f"{_ACCOUNT}/keys/<str:uid>/revoke", service_accounts.revoke, name="revoke_service_key"),
    path(f"{_SETTINGS}/audit", audit.audit, name="audit"),
]
