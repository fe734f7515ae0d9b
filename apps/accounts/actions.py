"""Every write on people, names, tokens and one-time links."""

import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import now

from apps.accounts import tokens
from apps.accounts.events import AccessChanged, EntityRenamed, UserCreated
from apps.accounts.models import ApiToken, Entity, EntityRedirect, OneTimeLink, User
from apps.accounts.permissions import PERSONAL_SCOPES, SCOPES, SERVICE_SCOPES
from apps.accounts.principal import NOBODY, Principal
from apps.core.audit import record
from apps.core.errors import Conflict, InvalidInput, NotFound
from apps.core.events import publish
from apps.core.ids import new_uid
from apps.core.names import check_entity_name

ROTATION_OVERLAP = timedelta(hours=24)
SETUP_LINK_LIFE = timedelta(days=7)
SIGN_IN_LINK_LIFE = timedelta(hours=12)
SEALED_SECONDS = 60
LAST_USED_EVERY = timedelta(minutes=1)
WAY_TO_NEW_LINK = {
    "setup": "Whoever runs the server gets a new one with `manage.py setup_link`.",
    "sign in": "Whoever runs the server gets a new one with `manage.py sign_in_link`.",
}


@transaction.atomic
def claim_entity(name: str, kind: Entity.Kind) -> Entity:
    """Take a name in the one name space. Raises InvalidInput if it is reserved, Conflict if it is or was taken."""
    check_entity_name(name)
    taken = Conflict(f"The name “{name}” is taken. Choose another.", code="name_taken")
    if Entity.objects.named(name):
        raise taken
    try:
        with transaction.atomic():
            return Entity.objects.create(name=name, kind=kind)
    except IntegrityError:
        raise taken from None


@transaction.atomic
def create_user(
    username: str,
    *,
    email: str,
    actor: Principal = NOBODY,
    password: str | None = None,
    name: str = "",
    is_superuser: bool = False,
    is_email_verified: bool = False,
) -> User:
    """Make a person with a personal entity of the same name. `is_email_verified`: somebody vouches for the address."""
    check_email(email)
    if User.objects.filter(email__iexact=email, kind=User.Kind.PERSON).exists():
        raise Conflict(f"Somebody with the address {email} has an account already.", code="email_taken")
    user = User(username=username, email=email, name=name, is_superuser=is_superuser, is_staff=is_superuser)
    if password is not None:
        check_password(password, user)
    user.entity = claim_entity(username, Entity.Kind.USER)
    user.set_password(password)
    user.save()
    if is_email_verified:
        EmailAddress.objects.create(user=user, email=email.lower(), primary=True, verified=True)
    record(actor, "user.created", target=username, tenant_id=user.entity.pk, superuser=is_superuser)
    publish(UserCreated(user.pk))
    return user


def note_sign_in(user: User, *, address: str, client: str, means: str = "sign-in page") -> None:
    """Write into the audit trail that somebody signed in."""
    actor = Principal(user=user, address=address, client=client)
    record(actor, "user.signed_in", target=user.username, tenant_id=user.entity_id, means=means)


def check_email(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError:
        sentence = f"“{email}” is not a mail address."
        raise InvalidInput(sentence, fields={"email": sentence}) from None
    return email


def check_password(password: str, user: User) -> None:
    """Raise InvalidInput with the reasons why this password is too weak."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        sentence = " ".join(error.messages)
        raise InvalidInput(sentence, fields={"password": sentence}) from None


@transaction.atomic
def create_service_user(*, name: str, tenant: Entity) -> User:
    """Make the account behind a service account. It has no entity, no password, and cannot sign in to the pages."""
    user = User(username=f"service-{new_uid()}", email="", name=name, kind=User.Kind.SERVICE, default_entity=tenant)
    user.set_unusable_password()
    user.save()
    return user


@transaction.atomic
def rename_entity(entity: Entity, *, name: str, actor: Principal) -> Entity:
    """Give an entity another name. The old one redirects for ever and stays taken. The same name changes nothing."""
    entity = Entity.objects.select_for_update().get(pk=entity.pk)
    old = entity.name
    if old == name:
        return entity
    check_entity_name(name)
    holder = Entity.objects.named(name)
    if holder and holder.pk != entity.pk:
        raise Conflict(f"The name “{name}” is taken. Choose another.", code="name_taken")
    EntityRedirect.objects.filter(entity=entity, name__iexact=name).delete()
    entity.name = name
    entity.save(update_fields=["name"])
    if old.lower() != name.lower():
        EntityRedirect.objects.create(name=old, entity=entity)
    User.objects.filter(entity=entity).update(username=name)
    record(actor, "entity.renamed", target=name, tenant_id=entity.pk, old=old)
    publish(EntityRenamed(entity.pk, old, name))
    return entity


@transaction.atomic
def set_default_entity(user: User, *, entity: Entity, actor: Principal) -> User:
    """Choose where runs land that name no entity. The door has checked that the user belongs there."""
    user.default_entity = entity  # the own entity too: nothing means that nobody has chosen
    user.save(update_fields=["default_entity"])
    record(actor, "user.default_entity_set", target=entity.name, tenant_id=user.entity_id)
    return user


@transaction.atomic
def update_profile(user: User, *, actor: Principal, **changes: str | bool) -> User:
    """Change the full name, the theme or the single-key shortcuts of a person."""
    allowed = {"name", "theme", "single_keys"}
    if unknown := set(changes) - allowed:
        raise InvalidInput(f"A profile has no {', '.join(sorted(unknown))}.")
    if changes.get("theme", User.Theme.SYSTEM) not in User.Theme.values:
        raise InvalidInput("The theme is “system”, “light” or “dark”.", fields={"theme": "Choose one of the three."})
    for field, value in changes.items():
        setattr(user, field, value)
    user.save(update_fields=list(changes))
    record(actor, "user.profile_changed", target=user.username, tenant_id=user.entity_id, fields=sorted(changes))
    return user


@transaction.atomic
def create_token(
    user: User,
    *,
    actor: Principal,
    name: str = "",
    scopes: list[str] | None = None,
    expires_at: datetime | None = None,
    tenant: Entity | None = None,
) -> tuple[ApiToken, str]:
    """Make a token and return it with its key, which cannot be read again."""
    scopes = check_scopes(scopes if scopes is not None else (SERVICE_SCOPES if user.is_service else PERSONAL_SCOPES))
    if expires_at is not None and expires_at <= now():
        raise InvalidInput("The token would have expired already.", fields={"expires_at": "Choose a later time."})
    if len(name) > 100:
        raise InvalidInput("A token's name has at most 100 characters.", fields={"name": "At most 100 characters."})
    key = tokens.new_key(tokens.SERVICE if user.is_service else tokens.PERSONAL)
    token = ApiToken.objects.create(
        user=user,
        tenant=tenant,
        name=name,
        prefix=key.prefix,
        public_id=key.public_id,
        secret_hash=tokens.secret_hash(key.secret),
        scopes=scopes,
        expires_at=expires_at,
        created_by=actor.user,
        sealed_key=tokens.seal(key) if user.is_service and actor.token else "",
        sealed_for=actor.token if user.is_service else None,
    )
    tenant_id = tenant.pk if tenant else user.entity_id
    record(actor, "token.created", target=token.shown, tenant_id=tenant_id, token_name=name, scopes=scopes)
    return token, str(key)


def check_scopes(scopes: list[str]) -> list[str]:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        sentence = f"Scopes are {', '.join(SCOPES)}" + (f"; “{unknown[0]}” is none." if unknown else "; choose one.")
        raise InvalidInput(sentence, fields={"scopes": sentence})
    return [scope for scope in SCOPES if scope in scopes]


def readable_key(token: ApiToken, *, actor: Principal) -> str | None:
    """Return a service account's new key for a minute after its making, to the token that made it. Else None."""
    if not token.sealed_key or actor.token is None or token.sealed_for_id != actor.token.pk:
        return None
    return tokens.unseal(token.sealed_key, seconds=SEALED_SECONDS)


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Principal) -> ApiToken:
    """End a token now. A repeat changes nothing."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = now()
        token.sealed_key = ""
        token.save(update_fields=["revoked_at", "sealed_key"])
        record(actor, "token.revoked", target=token.shown, tenant_id=token.tenant_id or token.user.entity_id)
        publish(AccessChanged(token.user_id))
    return token


@transaction.atomic
def rotate_token(token: ApiToken, *, actor: Principal, overlap: timedelta = ROTATION_OVERLAP) -> tuple[ApiToken, str]:
    """Make a successor with the same name and scopes; the old key ends after `overlap`, so that nothing stops."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if not token.is_usable:
        raise Conflict("This token has ended. Create a new one instead.", code="token_ended")
    if token.rotated_at is not None:
        raise Conflict("This token was rotated already. Rotate its successor instead.", code="token_rotated")
    life = token.expires_at - token.created_at if token.expires_at else None
    end = now() + overlap
    token.expires_at = min(token.expires_at, end) if token.expires_at else end
    token.rotated_at = now()
    token.save(update_fields=["expires_at", "rotated_at"])
    record(actor, "token.rotated", target=token.shown, tenant_id=token.tenant_id or token.user.entity_id)
    return create_token(
        token.user,
        actor=actor,
        name=token.name,
        scopes=token.scopes,
        expires_at=now() + life if life else None,
        tenant=token.tenant,
    )


def note_token_use(token: ApiToken, *, address: str, client: str) -> None:
    """Remember when, from where and with what a token was used, at most once a minute."""
    moment = now()
    if token.last_used_at is not None and token.last_used_at >= moment - LAST_USED_EVERY:
        return  # without a write, which would wait for the lock of SQLite
    ApiToken.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=moment - LAST_USED_EVERY), pk=token.pk
    ).update(last_used_at=moment, last_used_address=address[:64], last_used_client=client[:200])


@transaction.atomic
def setup_link() -> str | None:
    """Return the path of a fresh one-time link that opens the set-up of an empty server, or None once it has users.

    Earlier set-up links end, so that only the one printed last works.
    """
    if User.objects.people().exists():
        return None
    OneTimeLink.objects.filter(purpose=OneTimeLink.Purpose.SETUP, used_at=None).delete()
    return f"/setup?code={_one_time_link(OneTimeLink.Purpose.SETUP, SETUP_LINK_LIFE, None)}"


@transaction.atomic
def sign_in_link(user: User) -> str:
    """Return the path of a one-time link that signs this person in. Only the server's own commands call it."""
    return f"/login/link?code={_one_time_link(OneTimeLink.Purpose.SIGN_IN, SIGN_IN_LINK_LIFE, user)}"


@transaction.atomic
def invite_person(user: User, *, actor: Principal) -> str:
    """Return the path of a sign-in link for somebody who has no way in yet, to be handed over by an operator.

    Whoever has signed in, has a password or a key gets none: an operator runs the server and does not become others.
    """
    if user.is_service or user.last_login or user.has_usable_password() or user.tokens.exists():
        raise Conflict(f"{user.shown_name} has a way in already, and can reset the password.", code="has_way_in")
    record(actor, "user.invited", target=user.username, tenant_id=user.entity_id)
    return sign_in_link(user)


@transaction.atomic
def close_account(user: User, *, actor: Principal) -> User:
    """Let a person in no more: sessions and keys stop now, everything they made stays. A repeat changes nothing."""
    return _set_active(user, actor=actor, active=False)


@transaction.atomic
def reopen_account(user: User, *, actor: Principal) -> User:
    """Let a person in again. A repeat changes nothing."""
    return _set_active(user, actor=actor, active=True)


def _set_active(user: User, *, actor: Principal, active: bool) -> User:
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.pk == actor.user_id:
        raise Conflict("You cannot close your own account. Another operator can.", code="own_account")
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        record(actor, "user.reopened" if active else "user.closed", target=user.username, tenant_id=user.entity_id)
        publish(AccessChanged(user.pk))
    return user


@transaction.atomic
def use_link(code: str, purpose: OneTimeLink.Purpose) -> OneTimeLink:
    """Use up a one-time link. Raises NotFound if it is unknown, used or expired."""
    used = OneTimeLink.objects.filter(
        secret_hash=tokens.secret_hash(code), purpose=purpose, used_at=None, expires_at__gt=now()
    )
    link = used.select_related("user").first()
    if link is None or not used.update(used_at=now()):
        raise NotFound(f"This link was used already or has expired. {WAY_TO_NEW_LINK[purpose]}", code="used_link")
    return link


@transaction.atomic
def use_sign_in_link(code: str, *, address: str, client: str) -> User:
    """Use up a sign-in link and return who it signs in. Raises NotFound if it works no more."""
    user = use_link(code, OneTimeLink.Purpose.SIGN_IN).user
    if user is None or not user.is_active or user.is_service:
        raise NotFound(f"This link works no more. {WAY_TO_NEW_LINK['sign in']}", code="used_link")
    note_sign_in(user, address=address, client=client, means="one-time link")
    return user


@transaction.atomic
def set_up_server(code: str, *, username: str, email: str, password: str, name: str = "", actor: Principal) -> User:
    """Create the first operator from the printed link. Nothing is used up if the input is refused."""
    if User.objects.people().exists():
        raise NotFound()
    use_link(code, OneTimeLink.Purpose.SETUP)
    return create_user(
        username, email=email, password=password, name=name, is_superuser=True, is_email_verified=True, actor=actor
    )


def _one_time_link(purpose: OneTimeLink.Purpose, life: timedelta, user: User | None) -> str:
    code = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        purpose=purpose, secret_hash=tokens.secret_hash(code), user=user, expires_at=now() + life
    )
    return code
