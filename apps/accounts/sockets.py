"""Who is behind a socket, who may watch the events of one person, and when sockets ask again."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.events import AccessChanged
from apps.accounts.principal import Principal
from apps.core.events import after
from apps.core.live import notify_access_changed, register_group, set_principal_source


def principal_for_scope(scope: Mapping[str, Any]) -> Principal:
    """Return the signed-in person of a socket's session, or nobody. Sockets carry no tokens."""
    user = scope.get("user")
    headers = dict(scope.get("headers", ()))
    return Principal(
        user=user if user is not None and user.is_authenticated and user.is_active else None,
        address=(scope.get("client") or ("",))[0],
        client=headers.get(b"user-agent", b"").decode("latin-1"),
    )


@after(AccessChanged)
def tell_sockets(event: AccessChanged) -> None:
    notify_access_changed(event.user_id)


def _may_watch_oneself(principal: Principal, user_id: str) -> bool:
    return str(principal.user_id) == user_id


set_principal_source(principal_for_scope)
register_group("user", _may_watch_oneself)
