"""Who may have a session: people. A service account works by its keys only."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from apps.accounts.models import User


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs people in by user name or mail address and password."""

    def user_can_authenticate(self, user: User | None) -> bool:
        return user is not None and not user.is_service and bool(super().user_can_authenticate(user))

    def get_user(self, user_id: Any) -> User | None:
        user: User | None = super().get_user(user_id)
        return user if user is not None and not user.is_service else None
