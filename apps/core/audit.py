"""The audit trail: who did what to which thing, when and from where. Written by actions, in their transaction."""

from typing import Any, Protocol

from apps.core.models import AuditEntry


class Actor(Protocol):
    """What the trail keeps of a principal."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def label(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def client(self) -> str: ...


def record(actor: Actor, verb: str, *, target: str, tenant_id: int | None = None, **details: Any) -> AuditEntry:
    """Add one entry. `verb` is past tense with its noun (`member.added`), `target` an address people can read."""
    return AuditEntry.objects.create(
        actor_id=actor.user_id,
        actor_label=actor.label[:200],
        address=actor.address[:64],
        client=actor.client[:200],
        verb=verb,
        target=target[:500],
        tenant_id=tenant_id,
        details=details,
    )
