"""Reads on people, names and tokens that pages and commands share."""

from apps.accounts.models import Entity, User
from apps.core.errors import NotFound


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
