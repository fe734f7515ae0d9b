"""How django-allauth makes and admits people: through our actions, by our rules, in our words."""

import time
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

from apps.accounts import tokens
from apps.accounts.actions import create_user, note_sign_in
from apps.accounts.middleware import client_address, principal_of
from apps.accounts.models import User
from apps.accounts.queries import check_free_name, free_name_like
from apps.core.errors import CarnetError
from apps.core.names import check_entity_name
from apps.core.urls import absolute

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
PAUSE = "There were too many tries. Wait five minutes, then try again."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up, sign-in and mails of people."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": PAUSE,
        "rate_limited": "There were too many tries. Wait a minute, then try again.",
        "incorrect_password": "This password does not match.",
        "enter_current_password": "This is not your current password.",
        "same_as_current": "This is the address you have.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.CARNET_OPEN_SIGNUP)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Accept what may name an entity; whether it is free is asked unless `shallow`."""
        try:
            return check_entity_name(username) if shallow else check_free_name(username)
        except CarnetError as refusal:
            raise ValidationError(refusal.sentence, code=refusal.code) from None

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Make the person through the action; the blank instance allauth hands in is left behind."""
        data = form.cleaned_data
        return create_user(
            data["username"],
            email=data["email"],
            password=data.get("password1"),
            name=user.name,
            actor=principal_of(request),
        )

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Names are chosen by people or derived in `SocialAdapter`; never made up here."""

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        if user.is_service:
            return cast("HttpResponse", self.respond_user_inactive(request, user))
        return cast("HttpResponse | None", super().pre_login(request, user, **kwargs))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        note_sign_in(user, address=client_address(request.META), client=self.get_http_user_agent(request))
        return cast("HttpResponse", super().post_login(request, user, **kwargs))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the tries left, so that the page can say so."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        left = tries_left(request, key)
        sentence = f"This password does not match. {_left(left)}"
        self.error_messages = {
            **self.error_messages,
            "username_password_mismatch": sentence,
            "email_password_mismatch": sentence,
        }

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _at_home(self.request, super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _at_home(request, super().get_email_confirmation_url(request, emailconfirmation))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request.META) or "unknown"

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this server; a full address would be an open redirect by way of the Host header."""
        return url is not None and url.startswith("/") and bool(super().is_safe_url(url))

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say nothing where the page shows by itself what happened: signed in, signed out."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *args, **kwargs)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the configured OpenID Connect provider lets in gets an account: it decides, not CARNET_OPEN_SIGNUP."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return bool(settings.CARNET_OIDC_PROVIDER)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.name = str(data.get("name") or "")[:150]
        user.username = free_name_like(str(data.get("username") or user.email.partition("@")[0]))
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None) -> User:
        suggested = sociallogin.user
        data = form.cleaned_data if form else {}
        user = sociallogin.user = create_user(
            data.get("username") or suggested.username,
            email=data.get("email") or suggested.email,
            name=suggested.name,
            actor=principal_of(request),
        )
        sociallogin.save(request)
        return user


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes are kept encrypted."""

    def encrypt(self, text: str) -> str:
        return tokens.seal_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        return tokens.unseal_text(encrypted_text)


def _at_home(request: HttpRequest, address: str) -> str:
    """Return an address for a mail: at CARNET_EXTERNAL_URL if that is set, whatever Host the request had."""
    return absolute(request, urlsplit(address).path)


def tries_left(request: HttpRequest, key: str) -> int:
    """Return how many wrong passwords this name or address has left before the pause."""
    left = []
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        cache_key = ratelimit.get_cache_key(request, app="allauth.account", action="login_failed", rate=rate, key=key)
        recent = [moment for moment in cache.get(cache_key, []) if moment > time.time() - rate.duration]
        left.append(rate.amount - len(recent))
    return max(0, min(left, default=1))


def _left(tries: int) -> str:
    if tries == 0:
        return "Wait five minutes, then try again."
    number = NUMBERS[tries] if tries < len(NUMBERS) else str(tries)
    return f"{number} {'try is' if tries == 1 else 'tries are'} left before a pause of five minutes."
