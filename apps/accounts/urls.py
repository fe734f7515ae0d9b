"""Addresses of people: settings, tokens, one-time links. Sign-in itself is allauth's, below /accounts/."""

from django.urls import path
from django.views.generic import RedirectView

from apps.accounts.views import links, operation, profile, tokens

app_name = "accounts"
urlpatterns = [
    path("authorize", tokens.authorize, name="authorize"),
    path("login", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("logout", RedirectView.as_view(pattern_name="account_logout")),
    path("signup", RedirectView.as_view(pattern_name="account_signup", query_string=True)),
    path("login/link", links.sign_in, name="sign_in_link"),
    path("admin", operation.people),
    path("admin/", operation.people, name="people"),
    path("admin/people/<str:uid>/invite", operation.invite, name="invite"),
    path("admin/people/<str:uid>/close", operation.close, name="close"),
    path("admin/people/<str:uid>/reopen", operation.reopen, name="reopen"),
    path("admin/mails", operation.mails, name="mails"),
    path("settings", profile.profile),
    path("settings/", profile.profile, name="profile"),
    path("settings/theme", profile.theme, name="theme"),
    path("settings/username", profile.username, name="username"),
    path("settings/default-entity", profile.default_entity, name="default_entity"),
    path("settings/sign-in", profile.security, name="security"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/<uid>/rotate", tokens.rotate, name="rotate_token"),
    path("settings/tokens/<uid>/revoke", tokens.revoke, name="revoke_token"),
]
