"""What happens to people, names and tokens."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class UserCreated:
    """A person has an account and a personal entity."""

    name: ClassVar[str] = "user.created"
    user_id: int


@dataclass(frozen=True)
class EntityRenamed:
    """An entity has a new name; the old one redirects."""

    name: ClassVar[str] = "entity.renamed"
    entity_id: int
    old_name: str
    new_name: str


@dataclass(frozen=True)
class AccessChanged:
    """What a person may do has changed: sockets and caches ask again. `user_id` None means everybody."""

    name: ClassVar[str] = "access.changed"
    user_id: int | None
