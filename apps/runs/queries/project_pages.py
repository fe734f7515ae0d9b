"""What the page of a project shows of its runs."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.principal import Principal
from apps.accounts.queries import Person
from apps.core.formats import shared_decimals
from apps.core.pages import Page
from apps.projects.models import Project
from apps.runs.filters import filter_runs, order_runs
from apps.runs.headlines import headline_keys
from apps.runs.models import ACTIVE, Run, RunFile, RunState, RunValue
from apps.runs.queries.runs import RunCounts, RunRow, run_counts, run_list, run_rows, runs_of
from apps.runs.search import RunSearch

PAGE_RUNS = 30
COLUMNS = 4
MOST_DECIMALS = 4  # beside other columns; the run itself shows all digits that matter
SAMPLED_RUNS = 50  # of which the columns are chosen
RUNNING_SHOWN = 6
PEOPLE_SHOWN = 8
FAILED = (RunState.FAILED, RunState.CRASHED)


@dataclass(frozen=True)
class ProjectFigures:
    """The strip of numbers above a project."""

    run_count: int
    week_count: int  # begun in the last 7 days
    active_count: int
    month_count: int  # begun in the last 30 days
    failed_count: int  # of those, failed or crashed
    compute_seconds: float
    file_count: int
    stored_bytes: int

    @property
    def failed_share(self) -> float | None:
        """Percent of the month's runs that failed or crashed."""
        return 100 * self.failed_count / self.month_count if self.month_count else None


@dataclass(frozen=True)
class PersonRuns:
    """A person or service account with the number of their runs."""

    person: Person
    run_count: int


@dataclass(frozen=True)
class Column:
    """One summary metric as a column. `decimals` are those all its rows share."""

    key: str
    decimals: int

    @property
    def order_key(self) -> str:
        return f"summary_metrics.{self.key}"


@dataclass(frozen=True)
class RunTable:
    """One page of a project's runs, with the columns that say most."""

    page: Page[RunRow]
    columns: list[Column]
    found_count: int  # that match the search
    counts: RunCounts  # without it


def project_figures(project: Project) -> ProjectFigures:
    """Return the figures of a project with two queries."""
    runs, today = Run.objects.live().filter(project=project).order_by(), now()
    week, month = Q(created_at__gte=today - timedelta(days=7)), Q(created_at__gte=today - timedelta(days=30))
    end = Coalesce("finished_at", "pulse__last_seen_at", "started_at")
    spent = ExpressionWrapper(end - F("started_at"), output_field=DurationField())
    counts = runs.aggregate(
        run_count=Count("pk"),
        week_count=Count("pk", filter=week),
        active_count=Count("pk", filter=Q(state__in=ACTIVE)),
        month_count=Count("pk", filter=month),
        failed_count=Count("pk", filter=month & Q(state__in=FAILED)),
        compute=Sum(spent),
    )
    files = RunFile.objects.filter(run__project=project, run__deleted_at=None, blob__isnull=False)
    stored = files.aggregate(file_count=Count("pk"), stored_bytes=Coalesce(Sum("blob__size"), 0))
    compute = counts.pop("compute")
    return ProjectFigures(**counts, **stored, compute_seconds=compute.total_seconds() if compute else 0.0)


def project_people(project: Project, *, limit: int = PEOPLE_SHOWN) -> list[PersonRuns]:
    """Return who has run most in a project, with two queries."""
    runs = Run.objects.live().filter(project=project, owner__isnull=False).order_by()
    rows = runs.values_list("owner_id").annotate(total=Count("pk")).order_by("-total", "owner_id")[:limit]
    totals = dict(rows)
    people = User.objects.in_bulk(totals)
    return [PersonRuns(Person.of(people[pk]), total) for pk, total in totals.items() if pk in people]


def running_now(principal: Principal, project: Project) -> tuple[list[RunRow], list[str]]:
    """Return the newest active runs, and the summary key shown beside them (at most one)."""
    runs = runs_of(principal, project).active().defer("config", "client_config", "summary", "metadata", "notes")
    found = list(order_runs(runs, None)[:RUNNING_SHOWN])
    keys = headline_keys(_numeric_keys([run.pk for run in found]), limit=1)
    return run_rows(found, keys=keys), keys


def run_table(principal: Principal, project: Project, search: RunSearch) -> RunTable:
    """Return one page of runs. Seven queries at most, whatever the number of runs and metrics."""
    keys = column_keys(project, search)
    page = run_list(
        principal,
        project,
        filters=search.filters(),
        order=search.order or None,
        states=search.states,
        keys=keys,
        cursor=search.after or None,
        limit=PAGE_RUNS,
    )
    counts = run_counts(principal, project)
    columns = [Column(key, _decimals(page, key)) for key in keys]
    return RunTable(page, columns, _found_count(principal, project, search, counts), counts)


def column_keys(project: Project, search: RunSearch) -> list[str]:
    """Return up to four summary keys: the one ordered by first, then those of the newest runs that say most."""
    newest = Run.objects.live().filter(project=project).order_by("-created_at").values_list("pk", flat=True)
    keys = headline_keys(_numeric_keys(list(newest[:SAMPLED_RUNS])), limit=COLUMNS)
    ordered = search.order.lstrip("+-").removeprefix("summary_metrics.")
    if search.order.lstrip("+-").startswith("summary_metrics.") and ordered not in keys:
        keys = [ordered, *keys[: COLUMNS - 1]]
    return keys


def filter_fields(project: Project, *, limit: int = 200) -> list[str]:
    """Return what people can filter a project's runs by: columns, then config and summary keys of its newest runs."""
    newest = Run.objects.live().filter(project=project).order_by("-created_at").values_list("pk", flat=True)
    rows = RunValue.objects.filter(run_id__in=list(newest[:SAMPLED_RUNS])).order_by("source", "key")
    found = rows.values_list("source", "key").distinct()[:limit]
    words = {RunValue.Source.CONFIG: "config", RunValue.Source.SUMMARY: "summary_metrics"}
    own = ["state", "tags", "group", "job_type", "username", "created_at", "duration", "host", "commit"]
    return own + [f"{words[RunValue.Source(source)]}.{key}" for source, key in found if not key.startswith("_")]


def _numeric_keys(run_ids: list[int]) -> list[str]:
    """Return the keys under which at least a third of these runs have a number."""
    if not run_ids:
        return []
    rows = RunValue.objects.filter(run_id__in=run_ids, source=RunValue.Source.SUMMARY, number__isnull=False)
    counted = rows.order_by().values_list("key").annotate(total=Count("run_id"))
    return [key for key, total in counted if total * 3 >= len(run_ids)]


def _found_count(principal: Principal, project: Project, search: RunSearch, counts: RunCounts) -> int:
    if not search.is_narrowed:
        return counts.total
    if not (search.words or search.conditions):
        return counts.by_state.get(search.state, 0)
    runs = runs_of(principal, project).order_by()
    runs = runs.filter(state__in=search.states) if search.state else runs
    return filter_runs(runs, search.filters()).count()


def _decimals(page: Page[RunRow], key: str) -> int:
    values = [row.values.get(key) for row in page.items]
    needed = shared_decimals([float(value) for value in values if isinstance(value, int | float)])
    return min(needed, MOST_DECIMALS)
