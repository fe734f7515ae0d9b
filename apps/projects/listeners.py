"""What projects do when something happens below them, and who may follow them live."""

from apps.accounts.permissions import Permission
from apps.accounts.principal import Principal
from apps.core.events import within
from apps.core.live import register_group
from apps.projects.models import Project, ProjectUserObjectPermission
from apps.teams.events import MemberRemoved


@within(MemberRemoved)
def take_back_grants(event: MemberRemoved) -> None:
    """Whoever leaves a team loses the grants on its projects too."""
    ProjectUserObjectPermission.objects.filter(
        user_id=event.user_id, content_object__tenant_id=event.entity_id
    ).delete()


def _may_watch(principal: Principal, project_id: str) -> bool:
    project = (
        Project.objects.live().select_related("tenant").filter(pk=project_id).first() if project_id.isdigit() else None
    )
    return project is not None and principal.may(Permission.VIEW_PROJECT, project)


register_group("project", _may_watch)
