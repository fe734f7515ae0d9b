"""The audit trail of a team."""

from urllib.parse import urlencode

from django.http import HttpResponse

from apps.accounts.permissions import Permission as P
from apps.accounts.principal import PageRequest
from apps.teams.console import AUDIT_KINDS, audit_days
from apps.teams.models import Team
from apps.teams.views.door import console_page, team_view


@team_view(GET=P.MANAGE_TEAM)
def audit(request: PageRequest, team: Team) -> HttpResponse:
    kind = request.GET.get("kind", "")
    page = audit_days(team, verb=kind, cursor=request.GET.get("after"))
    older = {"kind": kind, "after": page.next_cursor}
    return console_page(
        request,
        "teams/audit.html",
        team,
        section="audit",
        days=page.items,
        older_url=f"?{urlencode(older)}" if page.next_cursor else "",
        is_first=not request.GET.get("after"),
        kinds=AUDIT_KINDS,
        kind=kind,
    )
