"""What happens to teams and their members."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class TeamCreated:
    name: ClassVar[str] = "team.created"
    team_id: int
    entity_id: int


@dataclass(frozen=True)
class MemberAdded:
    name: ClassVar[str] = "member.added"
    team_id: int
    user_id: int
    role: str


@dataclass(frozen=True)
class MemberRoleChanged:
    name: ClassVar[str] = "member.role_changed"
    team_id: int
    user_id: int
    role: str


@dataclass(frozen=True)
class MemberRemoved:
    """Published inside the transaction; upper apps take back what they granted."""

    name: ClassVar[str] = "member.removed"
    team_id: int
    entity_id: int
    user_id: int
