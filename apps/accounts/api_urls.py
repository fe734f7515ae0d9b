"""Addresses under /api/v1/ of people and tokens."""

from django.urls import path

from apps.accounts import api

urlpatterns = [
    path("me", api.Me.as_view(), name="me"),
    path("tokens", api.Tokens.as_view(), name="tokens"),
    path("tokens/<str:uid>", api.Token.as_view(), name="token"),
    path("tokens/<str:uid>/rotate", api.RotateToken.as_view(), name="rotate_token"),
]
