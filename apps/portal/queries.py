"""Composed reads for the pages over everything: home, the page of a team or person, all runs, search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import now

from apps.accounts.access import homes_of
from apps.accounts.models import Entity
from apps.accounts.permissions import Permission as P
from apps.accounts.principal import Principal
from apps.alerts.queries import AlertRow, alert_page
from apps.core.pages import Page
from apps.portal.addresses import entity_url, project_url, run_url
from apps.projects.queries import ProjectCard, project_page
from apps.runs.filters import order_runs
from apps.runs.models import RunState
from apps.runs.queries.projects import ProjectActivity, project_activity
from apps.runs.queries.runs import (
    RunCounts,
    RunRow,
    common_keys,
    recent_runs,
    run_counts,
    run_list,
    run_rows,
    runs_of,
    values_of,
)
from apps.teams.models import Team
from apps.teams.queries import MemberCard, TeamCard, member_page, team_card, team_page

ACTIVE_SHOWN = 8
RECENT_SHOWN = 8
PROJECTS_SHOWN = 50
ALERTS_SHOWN = 6
BAR_DAYS = 14
LIVE_PROJECTS = 25  # how many projects a page listens to
FOUND = 6  # results of each kind in the palette


@dataclass(frozen=True)
class RunLine:
    """A run with the one number that says how it goes."""

    row: RunRow
    url: str
    project_url: str
    key: str = ""
    value: Any = None


@dataclass(frozen=True)
class ProjectLine:
    """A project and how busy it is."""

    card: ProjectCard
    url: str
    activity: ProjectActivity


@dataclass(frozen=True)
class AlertLine:
    """An alert and where its run is."""

    row: AlertRow
    url: str


@dataclass(frozen=True)
class Since:
    """What runs, and what ended since yesterday: the line under the date."""

    active: int
    finished: int
    failed: int


@dataclass(frozen=True)
class Overview:
    """The body of home and of an entity's page."""

    since: Since
    active: list[RunLine]
    recent: list[RunLine]
    projects: list[ProjectLine]
    alerts: list[AlertLine]

    @property
    def has_runs(self) -> bool:
        return bool(self.active or self.recent)

    @property
    def live_groups(self) -> list[str]:
        """Return what the page listens to besides the person's own events."""
        return [f"project.{line.card.pk}.runs" for line in self.projects[:LIVE_PROJECTS]]


@dataclass(frozen=True)
class EntityPage:
    """The page of a team or of a person, as far as the asker may see it."""

    entity: Entity
    team: TeamCard | None
    overview: Overview
    members: list[MemberCard]
    may_create: bool
    may_manage: bool


@dataclass(frozen=True)
class AllRuns:
    """The list of all runs one may read, narrowed by projects and states."""

    page: Page[RunLine]
    counts: RunCounts
    projects: list[ProjectCard]  # to narrow by


@dataclass(frozen=True)
class Found:
    """One line of the palette."""

    title: str
    url: str
    icon: str = ""
    state: str = ""
    detail: str = ""
    when: datetime | None = None


@dataclass(frozen=True)
class FoundGroup:
    """The lines of one kind."""

    label: str
    items: list[Found]


def overview(principal: Principal, entity: Entity | None = None) -> Overview:
    """Return what runs, what ended lately and which projects there are, of one entity or of all one may see."""
    runs = runs_of(principal, None, entity)
    active = run_rows(order_runs(runs.active(), None)[:ACTIVE_SHOWN])
    newest = recent_runs(principal, entity=entity, limit=RECENT_SHOWN + ACTIVE_SHOWN)
    ended = [row for row in newest if not row.is_active][:RECENT_SHOWN]
    return Overview(
        since=_since(principal, entity),
        active=run_lines(active),
        recent=run_lines(ended),
        projects=project_lines(principal, entity),
        alerts=alert_page(principal, entity=entity, limit=ALERTS_SHOWN).each(_alert_line).items,
    )


def entity_page(principal: Principal, entity: Entity) -> EntityPage:
    """Return the page of an entity whose door has been passed. Outsiders see its public projects and nobody."""
    team = Team.objects.select_related("entity").filter(entity=entity).first()
    is_member = team is not None and principal.may(P.VIEW_TEAM, entity)
    return EntityPage(
        entity=entity,
        team=team_card(principal, team) if team and is_member else None,
        overview=overview(principal, entity),
        members=member_page(team, limit=100).items if team and is_member else [],
        may_create=principal.may(P.CREATE_PROJECT, entity),
        may_manage=entity.is_team and principal.may(P.MANAGE_TEAM, entity),
    )


def all_runs(
    principal: Principal,
    *,
    projects: Sequence[str] = (),
    states: Sequence[str] = (),
    search: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> AllRuns:
    """Return all runs one may read. `projects` are addresses (`team/project`), `search` a part of the shown name."""
    cards = project_page(principal, limit=PROJECTS_SHOWN).items
    chosen = [card.pk for card in cards if f"{card.entity}/{card.name}" in projects]
    filters = {"displayName": {"$regex": _literal(search)}} if search else None
    page = run_list(
        principal, filters=filters, states=states, cursor=cursor, limit=limit, among=chosen if projects else None
    )
    return AllRuns(Page(run_lines(page.items), page.next_cursor), run_counts(principal), cards)


def run_lines(rows: list[RunRow]) -> list[RunLine]:
    """Add to each run the metric that most of these runs have, so that a list compares like with like."""
    ids = [row.pk for row in rows]
    key = min(common_keys(ids, limit=50), key=_worth, default="")
    values = values_of(ids, [key]) if key else {}
    return [_run_line(row, key, values.get(row.pk, {})) for row in rows]


def project_lines(principal: Principal, entity: Entity | None = None) -> list[ProjectLine]:
    """Return the projects one may see, the most recently active first, each with its runs per day."""
    cards = project_page(principal, entity=entity, limit=PROJECTS_SHOWN).items
    activity = project_activity([card.pk for card in cards], days=BAR_DAYS)
    return [ProjectLine(card, project_url(card.entity, card.name), activity[card.pk]) for card in cards]


def place_to_choose(principal: Principal) -> Entity | None:
    """Return the team whose runs a person could send there by default, as long as they have not chosen a place."""
    if principal.user is None or principal.user.default_entity_id is not None:
        return None
    return next((home for home in homes_of(principal) if home.is_team), None)


def teams_of(principal: Principal) -> list[TeamCard]:
    """Return the teams the asker belongs to."""
    return team_page(principal, limit=50).items


def search_everything(principal: Principal, words: str) -> list[FoundGroup]:
    """Find projects, runs and teams by a part of their names; without words, what was active last."""
    words = words.strip()[:100]
    projects = project_page(principal, search=words or None, limit=FOUND).items
    teams = [team for team in teams_of(principal) if words.lower() in team.name.lower()][:FOUND]
    groups = [
        FoundGroup("Projects", [_found_project(card) for card in projects]),
        FoundGroup("Runs", [_found_run(row) for row in _runs_named(principal, words)]),
        FoundGroup("Teams", [Found(team.name, entity_url(team.name), icon="users") for team in teams]),
    ]
    return [group for group in groups if group.items]


def _since(principal: Principal, entity: Entity | None) -> Since:
    yesterday = now() - timedelta(days=1)
    ended = Q(finished_at__gte=yesterday)
    failed = ended & Q(state__in=[RunState.FAILED, RunState.CRASHED])
    counts = runs_of(principal, None, entity).aggregate(
        active=Count("pk", filter=Q(state__in=[RunState.RUNNING, RunState.PREEMPTING])),
        finished=Count("pk", filter=ended & Q(state=RunState.FINISHED)),
        failed=Count("pk", filter=failed),
    )
    return Since(**counts)


_SCORES = ("val/acc", "val/loss", "val/", "test/", "eval", "acc", "loss")


def _worth(key: str) -> tuple[int, str]:
    """Order metrics by how well they say how a run goes: validation before training, scores before the rest."""
    place = next((place for place, part in enumerate(_SCORES) if part in key.lower()), len(_SCORES))
    return place, key


def _run_line(row: RunRow, key: str, values: dict[str, Any]) -> RunLine:
    url, project = run_url(row.entity, row.project, row.name), project_url(row.entity, row.project)
    return RunLine(row, url, project, key, values[key]) if key in values else RunLine(row, url, project)


def _alert_line(row: AlertRow) -> AlertLine:
    return AlertLine(row, run_url(row.entity, row.project, row.run))


def _literal(words: str) -> str:
    """Return a pattern that finds these words as they are, whatever their case."""
    return "(?i)" + "".join(char if char.isalnum() or char in " _" else f"\\{char}" for char in words[:100])


def _runs_named(principal: Principal, words: str) -> list[RunRow]:
    if not words:
        return recent_runs(principal, limit=FOUND)
    named = Q(display_name__icontains=words) | Q(name__icontains=words)
    return run_rows(order_runs(runs_of(principal, None).filter(named), None)[:FOUND])


def _found_project(card: ProjectCard) -> Found:
    url = project_url(card.entity, card.name)
    return Found(card.name, url, icon="folder", detail=card.entity, when=card.updated_at)


def _found_run(row: RunRow) -> Found:
    url, detail = run_url(row.entity, row.project, row.name), f"{row.entity}/{row.project}"
    return Found(row.display_name, url, state=row.state, detail=detail, when=row.created_at)
