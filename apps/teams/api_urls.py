"""Addresses under /api/v1/ of teams."""

from django.urls import path

from apps.teams import api

_ACCOUNT = "teams/<str:team>/service-accounts/<str:account>"

urlpatterns = [
    path("teams", api.Teams.as_view(), name="teams"),
    path("teams/<str:team>", api.OneTeam.as_view(), name="team"),
    path("teams/<str:team>/members", api.Members.as_view(), name="members"),
    path("teams/<str:team>/members/<str:uid>", api.Member.as_view(), name="member"),
    path("teams/<str:team>/service-accounts", api.ServiceAccounts.as_view(), name="service_accounts"),
    path(_ACCOUNT, api.OneServiceAccount.as_view(), name="service_account"),
    path(f"{_ACCOUNT}/tokens", api.ServiceTokens.as_view(), name="service_tokens"),
    path(f"{_ACCOUNT}/tokens/<str:uid>", api.ServiceToken.as_view(), name="service_token"),
    path(f"{_ACCOUNT}/tokens/<str:uid>/rotate", api.RotateServiceToken.as_view(), name="rotate_service_token"),
    path("teams/<str:team>/audit", api.Audit.as_view(), name="audit"),
]
