"""Reads on people, names and tokens that pages and commands share."""

import re
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import count

from allauth.mfa.models import Authenticator
from django.utils.timezone import now

from apps.accounts import tokens
from apps.accounts.models import ApiToken, Entity, OneTimeLink, User
from apps.accounts.permissions import PERSONAL_SCOPES
from apps.accounts.principal import Principal
from apps.core.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from apps.core.names import check_entity_name
from apps.core.pages import Page, page_of

EXPIRES_SOON = timedelta(days=14)
SCOPE_WORDS = {"read": "read", "log": "log runs", "edit": "change runs", "admin": "manage"}


@dataclass(frozen=True)
class Person:
    """A person or service account as others may see it."""

    uid: str
    username: str
    name: str
    is_service: bool

    @classmethod
    def of(cls, user: User) -> "Person":
        return cls(user.uid, user.username, user.shown_name, user.is_service)


@dataclass(frozen=True)
class TokenCard:
    """A token without its secret."""

    uid: str
    name: str
    shown: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_address: str
    last_used_client: str
    is_usable: bool

    @classmethod
    def of(cls, token: ApiToken) -> "TokenCard":
        return cls(**{field.name: getattr(token, field.name) for field in fields(cls)})

    @property
    def rights(self) -> str:
        return rights_sentence(self.scopes)

    @property
    def is_ending_soon(self) -> bool:
        return self.expires_at is not None and self.expires_at < now() + EXPIRES_SOON


@dataclass(frozen=True)
class Viewer:
    """Who asks, as they see themselves."""

    uid: str
    username: str
    name: str
    email: str
    kind: str
    entity: str | None
    default_entity: str | None
    theme: str
    single_keys: bool
    scopes: list[str] | None  # of the token that asks; None for a session


@dataclass(frozen=True)
class SignInMeans:
    """How a person can sign in, and what stands behind it."""

    has_password: bool
    has_app: bool
    passkey_count: int
    unused_code_count: int

    @property
    def has_second_factor(self) -> bool:
        return self.has_app or self.passkey_count > 0


def get_person(name: str) -> User:
    """Return the person of this user name, former user name or mail address, ignoring case. Raises NotFound."""
    entity = Entity.objects.named(name)
    people = User.objects.people().select_related("entity", "default_entity").filter(is_active=True)
    person = people.filter(entity=entity).first() if entity else people.filter(email__iexact=name).first()
    if person is None:
        raise NotFound(f"There is nobody called “{name}” on this server.", code="unknown_user")
    return person


def find_person(name: str) -> User | None:
    """Return the person of exactly this user name, ignoring case, else None."""
    return User.objects.people().select_related("entity").filter(username__iexact=name).first()


def check_free_name(name: str) -> str:
    """Return `name` if a new user or team may take it. Raises InvalidInput or Conflict."""
    check_entity_name(name)
    if Entity.objects.named(name):
        raise Conflict(f"The name “{name}” is taken. Choose another.", code="name_taken")
    return name


def free_name_like(wish: str) -> str:
    """Return a name that may be taken and resembles `wish`: `Léa M.` gives `L-a-M`, or `L-a-M-2` where that is gone."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", wish).strip("-._")[:100] or "user"
    for number in count(1):
        name = stem if number == 1 else f"{stem}-{number}"
        try:
            return check_free_name(name)
        except (Conflict, InvalidInput):
            continue
    raise AssertionError("count() does not end")


def open_setup_until(code: str) -> datetime | None:
    """Return until when this code opens the set-up, without using it up; None if it does not."""
    link = OneTimeLink.objects.filter(
        secret_hash=tokens.secret_hash(code), purpose=OneTimeLink.Purpose.SETUP, used_at=None, expires_at__gt=now()
    ).first()
    return link.expires_at if link else None


def is_set_up() -> bool:
    return User.objects.people().exists()


def viewer(principal: Principal) -> Viewer:
    """Return who asks. Runs that name no entity go to `default_entity`."""
    user = principal.user
    if user is None:
        raise Unauthenticated("Send a token or sign in.")
    default = user.default_entity or user.entity
    return Viewer(
        uid=user.uid,
        username=user.username,
        name=user.shown_name,
        email=user.email,
        kind=user.kind,
        entity=user.entity.name if user.entity else None,
        default_entity=default.name if default else None,
        theme=user.theme,
        single_keys=user.single_keys,
        scopes=principal.token.scopes if principal.token else None,
    )


def token_page(user: User, *, cursor: str | None = None, limit: int = 50) -> Page[TokenCard]:
    """Return the usable tokens of a person or service account, newest first."""
    rows = ApiToken.objects.usable().filter(user=user).order_by("-pk")
    return page_of(rows, cursor=cursor, limit=limit).each(TokenCard.of)


def token_count(user: User) -> int:
    return ApiToken.objects.usable().filter(user=user).count()


def rights_sentence(scopes: list[str]) -> str:
    """Say in a few words what the scopes of a token allow: `Everything you may do`, `Read, log runs`."""
    if set(PERSONAL_SCOPES) <= set(scopes):
        return "Everything you may do"
    words = [SCOPE_WORDS[scope] for scope in PERSONAL_SCOPES if scope in scopes]
    return ", ".join(words).capitalize() if len(words) > 1 else f"{''.join(words).capitalize()} only"


def sign_in_means(user: User) -> SignInMeans:
    kinds = list(Authenticator.objects.filter(user=user))
    codes = next((kind for kind in kinds if kind.type == Authenticator.Type.RECOVERY_CODES), None)
    return SignInMeans(
        has_password=user.has_usable_password(),
        has_app=any(kind.type == Authenticator.Type.TOTP for kind in kinds),
        passkey_count=sum(kind.type == Authenticator.Type.WEBAUTHN for kind in kinds),
        unused_code_count=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


def users_with_second_factor(user_ids: list[int]) -> set[int]:
    """Return which of these people must show a second factor, with one query."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    rows = Authenticator.objects.filter(user_id__in=user_ids, type__in=kinds)
    return set(rows.values_list("user_id", flat=True))
