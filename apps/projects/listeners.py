"""What projects do when something happens below them."""

from apps.core.events import within
from apps.projects.models import ProjectUserObjectPermission
from apps.teams.events import MemberRemoved


@within(MemberRemoved)
def take_back_grants(event: MemberRemoved) -> None:
    """Whoever leaves a team loses the grants on its projects too."""
    ProjectUserObjectPermission.objects.filter(
        user_id=event.user_id, content_object__tenant_id=event.entity_id
    ).delete()
