"""What the pages over everything do when something happens below them."""

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.principal import Principal
from apps.core.events import after
from apps.core.live import notify, register_group
from apps.projects.events import ProjectCreated
from apps.projects.models import Project

TOLD = 500  # people of a team who are told of a new project


def _is_oneself(principal: Principal, user_id: str) -> bool:
    return principal.user is not None and str(principal.user.pk) == user_id


register_group("user", _is_oneself)


@after(ProjectCreated)
def tell_members(event: ProjectCreated) -> None:
    """A new project appears on the home page of whoever may see it, without a reload."""
    tenant_id = Project.objects.values_list("tenant_id", flat=True).get(pk=event.project_id)
    reached = Q(entity_id=tenant_id) | Q(memberships__team__entity_id=tenant_id)
    people = User.objects.people().filter(reached).values_list("pk", flat=True).distinct()
    for user_id in people[:TOLD]:
        notify(f"user.{user_id}", {"type": event.name, "ids": [event.project_id], "version": 0})
